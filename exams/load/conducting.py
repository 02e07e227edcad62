"""Conducts a run of load: starts its processes, samples the product's processes and the database meanwhile, adds up the
figures. What it returns is JSON and is what a rehearsal keeps."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from exams.load import histogram, processes
from exams.load.plan import Plan

EVERY = 5.0
MEMORY_EVERY = 6  # samples: reading it costs the server's processes time
BASE_DIR = Path(__file__).resolve().parents[2]
Tell = Callable[[dict[str, Any]], None]


class Conductor:
    """One run. `tell` is called with every sample."""

    def __init__(self, plan: Plan, watch: processes.Watch, database_url: str, tell: Tell) -> None:
        self.plan = plan
        self.folder = Path(plan.folder)
        self.watch = watch
        self.tell = tell
        self.samples: list[dict[str, Any]] = []
        self._database = psycopg.connect(database_url, autocommit=True)
        self._children: list[subprocess.Popen[bytes]] = []

    def run(self) -> dict[str, Any]:
        """Until all load processes have ended; the figures of the run, without the verdict."""
        cpu, written = self.watch.cpu(), self._wal()
        path = self.plan.write()
        try:
            self._children = [self._start(path, number) for number in range(self.plan.processes)]
            while any(child.poll() is None for child in self._children):
                self._sample()
                time.sleep(EVERY)
            self._sample()
        finally:
            self.stop()
        spent = self.watch.cpu()
        return {
            "cpu": {kind: round(spent[kind] - cpu[kind], 2) for kind in spent if kind != "load"},
            "wal_bytes": self._wal() - written,
            "samples": self.samples,
            **merged(self._parts()),
        }

    def stop(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
                child.wait()

    def _start(self, path: Path, number: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "exams.load", str(path), str(number)]
        with (self.folder / f"load-{number}.log").open("wb") as words:
            return subprocess.Popen(command, cwd=BASE_DIR, stdout=words, stderr=words)

    def _sample(self) -> None:
        sample: dict[str, Any] = {"at": round(time.time(), 1), "cpu": dict(self.watch.cpu()), "wal": self._wal()}
        if len(self.samples) % MEMORY_EVERY == 0:
            sample["memory"] = dict(self.watch.memory())
        stages: Counter[str] = Counter()
        sums: Counter[str] = Counter()
        for part in self._read("progress"):
            stages.update(part["stages"])
            sums.update({name: part[name] for name in ("open", "requests", "entries", "shown", "retried")})
            sample["lag"] = max(sample.get("lag", 0.0), part["lag"])
        self.samples.append({**sample, "stages": dict(stages), **sums})
        self.tell(self.samples[-1])

    def _wal(self) -> int:
        row = self._database.execute("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").fetchone()
        assert row is not None
        return int(row[0])

    def _read(self, name: str) -> Iterator[dict[str, Any]]:
        for number in range(self.plan.processes):
            path = self.folder / f"{name}-{number}.json"
            if path.exists():
                yield json.loads(path.read_text())

    def _parts(self) -> list[dict[str, Any]]:
        parts = list(self._read("figures"))
        if len(parts) < self.plan.processes:
            raise Unfinished(", ".join(str(child.returncode) for child in self._children))
        return parts


class Unfinished(Exception):
    """A load process ended before its time; the message holds the exit codes."""


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of all load processes as one."""
    names = sorted({name for part in parts for name in part["took"]})
    figures: dict[str, Any] = {
        name: dict(sum((Counter(part[name]) for part in parts), Counter())) for name in ("retried", "shown", "acts")
    }
    return figures | {
        "took": {name: _summary(_counts(part["took"].get(name, {}) for part in parts)) for name in names},
        "by_second": {name: _seconds([part["by_second"].get(name, {}) for part in parts]) for name in names},
        "students": sum(part["students"] for part in parts),
        "unfinished": sum(part["unfinished"] for part in parts),
        "requests": sum(part["requests"] for part in parts),
        "load": {
            "processes": len(parts),
            "cpu": round(sum(part["cpu"] for part in parts), 2),
            "memory_mb": sum(part["memory_mb"] for part in parts),
            "lag": max(second["lag"] for part in parts for second in part["series"]),
            "open": max(map(sum, zip(*([s["open"] for s in part["series"]] for part in parts), strict=False))),
        },
    }


def _counts(parts: Any) -> dict[int, int]:
    """Keys of JSON are text."""
    return histogram.added({int(index): count for index, count in part.items()} for part in parts)


def _summary(counts: dict[int, int]) -> dict[str, float]:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}
    return {"count": sum(counts.values())} | {
        name: round(histogram.percentile(counts, share), 3) for name, share in shares.items()
    }


def _seconds(parts: list[dict[str, dict[str, int]]]) -> list[list[float]]:
    """[second, count, p50, p99] in ms, in the order of time."""
    found = []
    for second in sorted({int(second) for part in parts for second in part}):
        counts = _counts(part.get(str(second), {}) for part in parts)
        median, high = (histogram.percentile(counts, share, histogram.COARSE) for share in (0.5, 0.99))
        found.append([second, sum(counts.values()), round(median, 2), round(high, 2)])
    return found


def environment() -> dict[str, Any]:
    """The machine, as far as it says."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"cores": os.cpu_count(), "memory_mb": memory, "python": sys.version.split()[0]}

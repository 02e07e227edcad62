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
POINTS = 400  # of a curve, at most
BASE_DIR = Path(__file__).resolve().parents[2]
Tell = Callable[[dict[str, Any]], None]


class Conductor:
    """One run. `tell` is called with every sample; the run ends when the process `parent` is no longer ours."""

    def __init__(
        self, plan: Plan, watch: processes.Watch, database_url: str, tell: Tell, parent: int | None = None
    ) -> None:
        self.plan = plan
        self.folder = Path(plan.folder)
        self.watch = watch
        self.tell = tell
        self.parent = parent
        self.samples: list[dict[str, Any]] = []
        self._database = psycopg.connect(database_url, autocommit=True)
        self._children: list[subprocess.Popen[bytes]] = []

    def run(self) -> dict[str, Any]:
        """Until all load processes have ended; the figures of the run, without the verdict."""
        cpu, written = self.watch.cpu(), self._wal()
        path = self.plan.write()
        try:
            self._children = [self._start(path, number) for number in range(self.plan.processes)]
            self._follow()
        finally:
            self.stop()
        spent = self.watch.cpu()
        return {
            "cpu": {kind: round(spent[kind] - cpu[kind], 2) for kind in spent if kind != "load"},
            "starts_at": self.plan.starts_at,
            "tls": self.plan.url.startswith("https:"),
            "wal_bytes": self._wal() - written,
            "samples": self.samples,
            **merged(self._parts()),
        }

    def _follow(self) -> None:
        """Until the load has ended. Raises Unfinished when whoever started us is gone."""
        pause = max(EVERY, (self.plan.ends_at - time.time()) / POINTS)
        due = 0.0
        while any(child.poll() is None for child in self._children):
            if self.parent not in (None, os.getppid()):
                raise Unfinished("parent")
            if time.monotonic() >= due:
                due = time.monotonic() + pause
                self._sample()
            time.sleep(0.5)
        self._sample()

    def stop(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
                child.wait()

    def _start(self, path: Path, number: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "exams.load", str(path), str(number)]
        with (self.folder / f"load-{number}.log").open("wb") as words:
            child = subprocess.Popen(command, cwd=BASE_DIR, stdout=words, stderr=words)
        self.watch.add("load", child.pid)
        return child

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
        "over_time": {name: _over_time([part["by_second"].get(name, {}) for part in parts]) for name in names},
        "students": sum(part["students"] for part in parts),
        "unfinished": sum(part["unfinished"] for part in parts),
        "requests": sum(part["requests"] for part in parts),
        "load": {
            "processes": len(parts),
            "cpu": round(sum(part["cpu"] for part in parts), 2),
            "memory_mb": sum(part["memory_mb"] for part in parts),
            "lag": _latest(parts, 0.99),
            "lag_max": _latest(parts, 1.0),
            "open": max(map(sum, zip(*([s["open"] for s in part["series"]] for part in parts), strict=False))),
        },
    }


def _latest(parts: list[dict[str, Any]], share: float) -> float:
    """Seconds that the latest timer of a second came late, in `share` of the seconds at most."""
    lags = sorted(second["lag"] for part in parts for second in part["series"])
    return float(lags[min(len(lags) - 1, int(share * len(lags)))])


def _counts(parts: Any) -> dict[int, int]:
    """Keys of JSON are text."""
    return histogram.added({int(index): count for index, count in part.items()} for part in parts)


def _summary(counts: dict[int, int]) -> dict[str, float]:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}
    return {"count": sum(counts.values())} | {
        name: round(histogram.percentile(counts, share), 3) for name, share in shares.items()
    }


def _over_time(parts: list[dict[str, dict[str, int]]]) -> list[list[float]]:
    """[second, calls a second, p50, p99] in ms, in the order of time; some seconds together where there are many."""
    seconds = sorted({int(second) for part in parts for second in part})
    width = max(1, -(-(seconds[-1] - seconds[0] + 1) // POINTS))
    gathered: dict[int, list[dict[str, int]]] = {}
    for part in parts:
        for second, counts in part.items():
            gathered.setdefault(int(second) // width * width, []).append(counts)
    found: list[list[float]] = []
    for begin, coarse in sorted(gathered.items()):
        whole = _counts(coarse)
        median, high = (histogram.percentile(whole, share, histogram.COARSE) for share in (0.5, 0.99))
        found.append([begin, round(sum(whole.values()) / width, 2), round(median, 2), round(high, 2)])
    return found


def environment() -> dict[str, Any]:
    """The machine, as far as it says."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"cores": os.cpu_count(), "memory_mb": memory, "python": sys.version.split()[0]}

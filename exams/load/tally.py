"""What one load process saw: how long every call took, what went wrong, what was acknowledged. Figures are JSON; the
raw log, a line for every acknowledged entry, receipt and error, is packed and kept."""

import gzip
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from exams.load.histogram import COARSE, bucket

Counts = dict[int, int]
LINES = 2_000
LOGS = ("acknowledged", "receipts", "errors")


class Log:
    """Lines of tab-separated values in a packed file."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.GzipFile(path, "wb", compresslevel=1)
        self._lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= LINES:
            self.flush()

    def flush(self) -> None:
        self._file.write(b"".join(self._lines))
        self._lines.clear()

    def close(self) -> None:
        self.flush()
        self._file.close()


class Tally:
    """The figures of one process. Times are seconds; histograms hold microseconds."""

    def __init__(self, folder: Path, number: int) -> None:
        self.took: dict[str, Counts] = defaultdict(dict)
        self.by_second: dict[tuple[str, int], Counts] = {}
        self.statuses: Counter[str] = Counter()
        self.retried: Counter[str] = Counter()
        self.shown: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.acknowledged, self.receipts, self.errors = (Log(folder / f"{name}-{number}.tsv.gz") for name in LOGS)

    def time(self, what: str, seconds: float) -> None:
        """Counts one duration, over all and in its second."""
        microseconds = int(seconds * 1e6)
        counts = self.took[what]
        index = bucket(microseconds)
        counts[index] = counts.get(index, 0) + 1
        key = (what, int(time.time()))
        coarse = self.by_second.get(key)
        if coarse is None:
            coarse = self.by_second[key] = {}
        index = bucket(microseconds, COARSE)
        coarse[index] = coarse.get(index, 0) + 1

    def refusal(self, call: str, status: int, kind: str, attempt: int, *, shown: bool) -> None:
        """Counts a refusal: one the student would have been shown, or one the client goes on from by itself."""
        (self.shown if shown else self.retried)[f"{call} {status} {kind}".strip()] += 1
        word = "shown" if shown else "retried"
        self.errors.write(f"{time.time():.3f}\t{attempt}\t{call}\t{status}\t{kind}\t{word}\n".encode())

    def figures(self) -> dict[str, Any]:
        seconds: dict[str, dict[int, Counts]] = defaultdict(dict)
        for (what, second), counts in self.by_second.items():
            seconds[what][second] = counts
        return {
            "took": self.took,
            "by_second": seconds,
            "statuses": self.statuses,
            "retried": self.retried,
            "shown": self.shown,
            "acts": self.acts,
        }

    def close(self) -> None:
        for log in (self.acknowledged, self.receipts, self.errors):
            log.close()

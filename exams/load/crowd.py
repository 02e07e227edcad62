"""All students of one load process: what they share, and its own figures. `python -m exams.load PLAN NUMBER`."""

import gc
import json
import os
import random
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

from exams.load import sheets, stages
from exams.load.engine import Engine
from exams.load.line import Line
from exams.load.plan import Plan
from exams.load.student import Student
from exams.load.tally import Tally
from exams.load.tlsline import TlsLine
from exams.load.wire import Address


class Crowd:
    """The students whose place in the list of seats falls to this process."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.number = number
        self.engine = Engine()
        self.address = Address.of(plan.url)
        self.make_line = TlsLine if self.address.tls else Line
        self.chance = random.Random(plan.seed * 1000 + number)  # noqa: S311 - an invented crowd, no secret
        self.tally = Tally(Path(plan.folder), number)
        self.stages: Counter[str] = Counter()
        self.changing = plan.habits.changed / (1 + plan.habits.changed)
        self._requests = 0
        self._parent = os.getppid()
        self._bodies: dict[str, bytes] = {}
        self._sheets: dict[str, sheets.Sheet] = {}
        self._offset = time.time() - time.monotonic()
        self._clock_heard = False
        self._series: list[dict[str, Any]] = []
        self._students: list[Student] = []

    def gather(self) -> None:
        """Reads the seats; everybody arrives at a random instant of the entering window."""
        sources = self.plan.sources
        with (Path(self.plan.folder) / "seats.tsv").open() as file:
            for place, line in enumerate(file):
                if place % self.plan.processes == self.number:
                    card, attempt = line.split()
                    one = Student(self, card, int(attempt), sources[place // self.plan.processes % len(sources)])
                    self._students.append(one)
        self.stages[stages.OUTSIDE] = len(self._students)
        window = self.plan.enter_until - self.plan.enter_from
        for one in self._students:
            instant = self.plan.enter_from + window * self.chance.random() - self._offset
            self.engine.at(instant, one.arrive)

    def run(self) -> None:
        """Until everybody is done, the time is over, or whoever started us is gone."""
        gc.disable()  # students and lines live to the end; nothing here makes cycles
        self._every_second(None)
        self.engine.run()
        self._note_second()
        self.tally.close()
        self._write("figures", self._figures())

    def _every_second(self, _: Any) -> None:
        self._note_second()
        done = self.stages[stages.DONE] == len(self._students) or time.time() > self.plan.ends_at
        self.engine.stopped = done or os.getppid() != self._parent
        self.engine.at(time.monotonic() + 1, self._every_second)

    def _note_second(self) -> None:
        second = {
            "at": round(time.time(), 1),
            "stages": {stage: count for stage, count in self.stages.items() if count},
            "open": self.engine.open_count,
            "lag": round(self.engine.lag, 4),
            "requests": self._requests,
            "entries": self.tally.acts["entries acknowledged"],
            "shown": sum(self.tally.shown.values()),
            "retried": sum(self.tally.retried.values()),
        }
        self.engine.lag = 0.0
        self._series.append(second)
        self._write("progress", second)

    def _write(self, name: str, content: dict[str, Any]) -> None:
        path = Path(self.plan.folder) / f"{name}-{self.number}.json"
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(content))
        partial.replace(path)

    def _figures(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            **self.tally.figures(),
            "students": len(self._students),
            "unfinished": len(self._students) - self.stages[stages.DONE],
            "requests": self._requests,
            "cpu": used.ru_utime + used.ru_stime,
            "memory_mb": used.ru_maxrss // 1024,
            "series": self._series,
        }

    # --- what students ask for ---

    def count(self) -> int:
        """A number for one more request."""
        self._requests += 1
        return self._requests

    def learn_clock(self, server_ms: int) -> None:
        """The server's clock is never ahead of what it says when the answer is read; the largest such guess is best."""
        guess = server_ms / 1000 - time.monotonic()
        self._offset = max(self._offset, guess) if self._clock_heard else guess
        self._clock_heard = True

    def local(self, server_ms: int) -> float:
        """The instant of the monotonic clock at which the server's clock says so."""
        return server_ms / 1000 - self._offset

    def server_now(self) -> int:
        """What the server's clock says now, by our estimate."""
        return int((time.monotonic() + self._offset) * 1000)

    def keep_paper(self, address: str, body: bytes) -> None:
        """Every paper is kept once; the bodies the other students were sent are let go."""
        self._bodies.setdefault(address, body)

    def has_paper(self, address: str) -> bool:
        return address in self._bodies

    def responses(self, address: str, key: str | None, slot: int) -> list[bytes]:
        """What may be answered there."""
        sheet = self._sheets.get(address)
        if sheet is None:
            sheet = self._sheets[address] = sheets.read(self._bodies[address], key)
        return sheet[slot]

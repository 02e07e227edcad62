"""What the lane can do: students with real cards sit a whole test over HTTP against a running server, as fast as they
can; then every acknowledged answer is looked for in the database.

    manage.py prepare_rehearsal --students 2000 --items 50 --start-in 5 --minutes 120 --out cards.csv
    python benchmarks/lane.py cards.csv --url http://127.0.0.1:8000

The figures of CPU come from /proc: of everything below the supervisor (--root PID, found in DATA_DIR by itself), or of
processes named with --process KIND=PID. The database is asked with DATABASE_URL. Loopback only; needs a rehearsal."""

import argparse
import asyncio
import csv
import os
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from report import Phase, show
from verification import Verdict, compare, paper_slots
from wire import Broken, Connection, Target

from exams.load.processes import Watch
from exams.load.wire import get, post

ROOT = "/lane/v1/"
PATIENCE = 30


class Student:
    """One card, and what the server acknowledged for it."""

    def __init__(self, card: str, attempt: int) -> None:
        self.card = card
        self.attempt = attempt
        self.token = ""
        self.epoch = 0
        self.seq = 0
        self.paper = ""
        self.may_start_at = 0.0
        self.acknowledged: list[tuple[int, int, str]] = []


class Load:
    """All students, shared out over a number of connections."""

    def __init__(self, options: argparse.Namespace, students: list[Student], watch: Watch) -> None:
        self.options = options
        self.target = Target(options.url)
        self.students = students
        self.watch = watch
        self.slots: dict[int, list[tuple[int, list[str]]]] = {}
        self.errors: Counter[str] = Counter()
        self.phases: list[Phase] = []
        self.chance = random.Random(options.seed)
        self.phase = Phase("")

    async def run(self) -> None:
        count = min(self.options.connections, len(self.students))
        self.connections = await asyncio.gather(*(self.target.connect() for _ in range(count)))
        self.slots = paper_slots([student.attempt for student in self.students])
        await self._phase("enter", self._enter)
        if not self.options.lane_only:
            await self._phase("paper", self._paper)
        await asyncio.sleep(max(student.may_start_at for student in self.students) - time.monotonic())
        await self._phase("start", self._start)
        await self._phase("save", self._save, self.options.saves)
        await self._phase("pulse", self._pulse, self.options.pulses)
        await self._phase("submit", self._submit)
        await self._phase("result", self._result)

    async def _phase(self, name: str, act: Any, rounds: int = 1) -> None:
        """Everybody does one thing `rounds` times; all of one round before the next, spread over the connections."""
        self.phase = Phase(name)
        self.phase.begin(self.watch.cpu())
        await asyncio.gather(*(self._worker(number, act, rounds) for number in range(len(self.connections))))
        self.phase.end(self.watch.cpu())
        self.phases.append(self.phase)
        print(self.phase.line(), flush=True)

    async def _worker(self, number: int, act: Any, rounds: int) -> None:
        mine = self.students[number :: len(self.connections)]
        for _ in range(rounds):
            for student in mine:
                await act(number, student)

    async def _ask(self, number: int, request: bytes, expected: tuple[int, ...] = (200,)) -> dict[str, Any]:
        """One call, asked again as a client would until it is answered; only the first answer's time counts."""
        began = time.perf_counter()
        for attempt in range(PATIENCE):
            try:
                status, body = await self.connections[number].ask(request)
            except Broken:
                self.errors["connection"] += 1
                self.connections[number] = await self._connect()
                continue
            if attempt == 0:
                self.phase.times.append(time.perf_counter() - began)
            if status in expected:
                return orjson.loads(body) if body[:1] == b"{" else {}
            problem = orjson.loads(body).get("type", "") if body[:1] == b"{" else ""
            self.errors[f"{self.phase.name} {status} {problem}"] += 1
            if status not in (425, 429, 502, 503):
                return {}
            await asyncio.sleep(0.2 + self.chance.random())
        return {}

    async def _connect(self) -> Connection:
        for _ in range(PATIENCE):
            try:
                return await self.target.connect()
            except OSError:
                await asyncio.sleep(0.5)
        raise Broken

    async def _enter(self, number: int, student: Student) -> None:
        body = {"card": student.card, "device": f"bench-{student.attempt}", "journal": f"bench-{student.attempt}"}
        answer = await self._ask(number, post(ROOT + "enter", orjson.dumps(body)))
        student.token, student.epoch = answer.get("token", ""), answer.get("epoch", 0)
        student.paper = answer.get("paper", {}).get("url", "")
        ahead = (answer.get("sitting", {}).get("starts_at") or 0) - answer.get("now", 0)
        student.may_start_at = time.monotonic() + ahead / 1000

    async def _paper(self, number: int, student: Student) -> None:
        await self._ask(number, get(student.paper))

    async def _start(self, number: int, student: Student) -> None:
        answer = await self._ask(number, post(ROOT + "start", b"{}", student.token))
        student.seq = answer.get("next_seq", 1) - 1

    async def _save(self, number: int, student: Student) -> None:
        slot, choices = self.chance.choice(self.slots[student.attempt])
        response = [self.chance.choice(choices)]
        seq = student.seq + 1
        entry = {"seq": seq, "slot": slot, "response": response, "at": time.time_ns() // 1_000_000}
        request = post(ROOT + "save", orjson.dumps({"entries": [entry]}), student.token)
        answer = await self._ask(number, request, (200, 202))
        if answer.get("saved_seq") == seq:
            student.acknowledged.append((seq, slot, response[0]))
        student.seq = seq

    async def _pulse(self, number: int, student: Student) -> None:
        await self._ask(number, post(ROOT + "pulse", b"{}", student.token))

    async def _submit(self, number: int, student: Student) -> None:
        await self._ask(number, post(ROOT + "submit", b'{"last_seq":%d}' % student.seq, student.token))

    async def _result(self, number: int, student: Student) -> None:
        # Until the close there is nothing to see; the refusal costs the server as much.
        await self._ask(number, get(ROOT + "result", student.token), (200, 403))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cards", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the door, or unix:PATH of a lane worker")
    parser.add_argument("--students", type=int, default=0, help="only the first N cards")
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--saves", type=int, default=60)
    parser.add_argument("--pulses", type=int, default=60)
    parser.add_argument("--lane-only", action="store_true", help="no papers: the address is a lane, not the door")
    parser.add_argument("--root", type=int, action="append", default=[], metavar="PID")
    parser.add_argument("--process", action="append", default=[], metavar="KIND=PID")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _watch(options: argparse.Namespace) -> Watch:
    roots = list(options.root)
    pid_file = Path(os.environ.get("DATA_DIR", "var")) / "run" / "supervisor.pid"
    if not roots and not options.process and pid_file.exists():
        roots.append(int(pid_file.read_text()))
    named = [(kind, int(pid)) for kind, _, pid in (one.partition("=") for one in options.process)]
    return Watch(roots, named)


def main() -> int:
    """Runs the load, verifies, prints; 1 when an answer is missing or an error was seen."""
    options = _options()
    with options.cards.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    students = [Student(row["card"], int(row["attempt"])) for row in rows][: options.students or None]
    load = Load(options, students, _watch(options))
    began = time.perf_counter()
    uvloop.run(load.run())
    used = resource.getrusage(resource.RUSAGE_SELF)
    verdict: Verdict = compare({student.attempt: (student.epoch, student.acknowledged) for student in students})
    show(
        load.phases,
        students=len(students),
        errors=load.errors,
        verdict=verdict,
        memory=load.watch.memory(),
        own_cpu=used.ru_utime + used.ru_stime,
        seconds=time.perf_counter() - began,
    )
    return 1 if load.errors or verdict.lacking else 0


if __name__ == "__main__":
    sys.exit(main())

"""Students under load, each as the real client is: a journal first, one save in flight, the same batch again with
back-off until it is acknowledged. They note what they wrote, what was acknowledged, and every answer that was none."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

import orjson

from tests.faults.wire import Answer, Broken, Streams, Wire

ROOT = "/lane/v1/"
THINK = (0.6, 1.8)  # seconds between two answers: twenty times as fast as people, so that a fault hits many at once
CAP = 3.0  # the longest back-off; a browser waits up to 30 s
IN_BATCH = 200

Content = tuple[Any, ...]  # slot, response, event
Identity = tuple[int, int, int]  # attempt, epoch, seq


class Seat(NamedTuple):
    """One line of what `prepare_rehearsal` writes."""

    card: str
    attempt: int
    class_: str


class Student:
    """One student at one device."""

    def __init__(self, seat: Seat, connect: Callable[[], Coroutine[Any, Any, Streams]]) -> None:
        self.seat = seat
        self.wire = Wire(connect)
        self.chance = random.Random(seat.attempt)
        self.written: dict[Identity, Content] = {}
        self.acknowledged: dict[Identity, Content] = {}
        self.refusals: list[str] = []
        self.retried: Counter[str] = Counter()
        self.not_storable: list[int] = []
        self.waits: list[float] = []  # what "occupied" told, in seconds
        self.device_count = 0
        self._task: asyncio.Task[None] | None = None
        self._new_device()

    def _new_device(self) -> None:
        self.device_count += 1
        self.token, self.epoch, self.state = "", 0, ""
        self.journal: list[dict[str, Any]] = []
        self.saved_seq = 0
        self.told: dict[str, list[str]] = {}
        self.choices: list[tuple[int, list[str]]] = []
        self._fresh = asyncio.Event()

    def begin(self) -> None:
        self._task = asyncio.create_task(self._sit())

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.wire.close()

    async def reboot(self) -> None:
        """The machine restarts and is wiped: another device for the server, and the journal is gone."""
        await self.end()
        self._new_device()
        self.begin()

    def write(self, event: str = "") -> None:
        """One more line of the journal; an answer unless it is an event."""
        seq = len(self.journal) + 1
        slot, choices = self.chance.choice(self.choices)
        content = {"event": event} if event else {"slot": slot, "response": [self.chance.choice(choices)]}
        self._note({"seq": seq, **content, "at": time.time_ns() // 1_000_000})
        self._fresh.set()

    def _note(self, entry: dict[str, Any]) -> None:
        self.journal[entry["seq"] - 1 : entry["seq"]] = [entry]
        self.written[self._identity(entry)] = _content(entry)

    def _identity(self, entry: dict[str, Any]) -> Identity:
        return self.seat.attempt, self.epoch, entry["seq"]

    async def _sit(self) -> None:
        if await self.enter():
            async with asyncio.TaskGroup() as both:
                both.create_task(self._think())
                both.create_task(self._send())

    async def enter(self) -> bool:
        """Enters and starts; False when that was refused for good."""
        name = f"{self.seat.attempt}-{self.device_count}"
        entered = await self._call("enter", {"card": self.seat.card, "device": f"d-{name}", "journal": f"j-{name}"})
        if entered.status != 200:
            return self._refused("enter", entered)
        self.token, self.epoch = entered.document["token"], entered.document["epoch"]
        started = await self._call("start", {})
        if started.status != 200:
            return self._refused("start", started)
        self.told, self.state = started.document["responses"], started.document["state"]
        self.choices = [(int(slot), ids) for slot, ids in started.document["layout"]["choices"].items()]
        return True

    async def _think(self) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(*THINK))
            self.write()

    async def _send(self) -> None:
        while not self.refusals:
            await self._fresh.wait()
            batch = self.journal[self.saved_seq : self.saved_seq + IN_BATCH]
            answer = await self._call("save", {"entries": batch})
            if answer.status in (200, 202) and answer.document["saved_seq"] == batch[-1]["seq"]:
                self._acknowledged(batch, kept=answer.status == 202)
            elif answer.type == "not_storable":
                self._set_aside(answer.document["refused"])
            else:
                self._refused("save", answer)

    def _acknowledged(self, batch: list[dict[str, Any]], *, kept: bool) -> None:
        for entry in batch:
            self.acknowledged[self._identity(entry)] = _content(entry)
        if kept:
            self.refusals.append("kept, and the deadline is far away")
        self.saved_seq = batch[-1]["seq"]
        if self.saved_seq == len(self.journal):
            self._fresh.clear()

    def _set_aside(self, seqs: list[int]) -> None:
        """What the database will never take gives its seq to an event that says so."""
        self.not_storable += seqs
        for seq in seqs:
            self._note({"seq": seq, "event": "refused", "at": time.time_ns() // 1_000_000})

    async def _call(self, call: str, body: dict[str, Any]) -> Answer:
        """Asked again as a client does; what comes back is an answer, or a refusal that nothing will change."""
        content, failures = orjson.dumps(body), 0
        while True:
            try:
                answer = await self.wire.ask("POST", ROOT + call, content, self.token)
            except Broken:
                answer = Answer(0, None, {})
            if not may_be_repeated(answer):
                return answer
            failures += 1
            self.retried[_trouble(call, answer)] += 1
            await asyncio.sleep(self._delay(answer, failures))

    def _delay(self, answer: Answer, failures: int) -> float:
        if answer.type == "occupied":
            self.waits.append(answer.document["retry_after_ms"] / 1000)
            return min(self.waits[-1], 5.0) + self.chance.random()
        if answer.retry_after:
            return answer.retry_after + self.chance.random() * min(1.0, answer.retry_after)
        return 0.25 + self.chance.random() * (min(CAP, 2.0 ** (failures - 1)) - 0.25)

    def _refused(self, call: str, answer: Answer) -> bool:
        self.refusals.append(f"{call} {answer.status} {answer.document}")
        return False


def may_be_repeated(answer: Answer) -> bool:
    """What docs/lane-protocol.md tells a client to try again."""
    waits = answer.type in ("occupied", "too_early", "too_many_requests")
    return answer.status == 0 or answer.status >= 500 or waits


def _trouble(call: str, answer: Answer) -> str:
    """ "save 503 busy"; one that should say when to come back and does not is told apart."""
    silent = answer.status in (429, 503) and not answer.retry_after
    return f"{call} {answer.status} {answer.type}{' without Retry-After' if silent else ''}"


def _content(entry: dict[str, Any]) -> Content:
    return entry.get("slot"), entry.get("response"), entry.get("event", "")


class Load:
    """All students, in a thread of their own with a loop of its own."""

    def __init__(self, seats: Iterable[Seat], port: int) -> None:
        def connect() -> Coroutine[Any, Any, Streams]:
            return asyncio.open_connection("127.0.0.1", port)

        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="students")
        self._thread.start()
        self.students: list[Student] = self.do(self._seated(seats, connect))

    async def _seated(self, seats: Iterable[Seat], connect: Any) -> list[Student]:
        students = [Student(seat, connect) for seat in seats]
        for student in students:
            student.begin()
        return students

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Runs a coroutine among the students and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def soon(self, work: Callable[[], object]) -> None:
        self.loop.call_soon_threadsafe(work)

    def stop(self) -> None:
        async def everybody() -> None:
            await asyncio.gather(*(student.end() for student in self.students))

        self.do(everybody())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def retried(self) -> Counter[str]:
        """Every answer so far that was none, by call, status and type; status 0 is no answer at all."""
        return sum((Counter(student.retried) for student in self.students), Counter())

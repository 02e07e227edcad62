"""A lane to talk to in tests: the real application on the real database, with a clock that tests set."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import orjson
import psycopg
from django.db import connection

from exams import window
from exams.lane import app
from exams.lane.config import LaneConfig
from exams.lane.times import milliseconds
from exams.models import Attempt, Sitting
from schools.models import Enrollment, Organization, Student
from tests import world

T = TypeVar("T")
ROOT = "/lane/v1/"
SECOND, MINUTE = 1000, 60_000
# The sittings of tests/world.py start then.
NOON = milliseconds(world.NOW)


def database_url() -> str:
    """The test database, as a process apart from Django reaches it."""
    settings = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    values = {name: settings[key] for name, key in parts.items() if settings.get(key)}
    return psycopg.conninfo.make_conninfo(**values)


def secret() -> str:
    from django.conf import settings

    return str(settings.SECRET_KEY)


@dataclass
class Reply:
    """What the lane answered."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def type(self) -> str:
        """The problem's type, "" for an answer."""
        return str(self.body.get("type", ""))

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Clock:
    """Integer milliseconds, moved by hand."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, by: int) -> None:
        self.now += by


class LaneUnderTest:
    """The application with its own loop: outside of `run` nothing of it moves."""

    def __init__(self, **changes: Any) -> None:
        values: dict[str, Any] = {
            "database_url": database_url(),
            "secret_key": secret(),
            "requests_per_second": 1e6,
            "request_burst": 1e6,
            "connect_patience_ms": 1000,
            "gather_ms": 0,
        }
        self.clock = Clock()
        self.loop = asyncio.new_event_loop()
        self.app = app.build(LaneConfig(**values | changes), self.clock)
        self.loop.run_until_complete(self.app.lane.start())

    def close(self) -> None:
        self.loop.run_until_complete(self.app.lane.stop())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def refresh(self) -> None:
        """What happens every second in a running lane."""
        self.run(self.app.lane.catalog.refresh(datetime_of(self.clock.now)))

    async def ask(
        self, method: str, call: str, body: Any = None, token: str = "", headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> Reply:
        """One request; `body` is JSON unless it is bytes."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        sent = [(b"content-length", str(len(content)).encode()), *headers]
        if token:
            sent.append((b"authorization", b"Bearer " + token.encode()))
        messages: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        path = call if call.startswith("/") else ROOT + call
        await self.app({"type": "http", "method": method, "path": path, "headers": sent}, receive, send)
        start, answer = messages
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return Reply(start["status"], found, orjson.loads(answer["body"]))

    def call(self, method: str, call: str, body: Any = None, token: str = "", **more: Any) -> Reply:
        return self.run(self.ask(method, call, body, token, **more))


def datetime_of(milliseconds_: int) -> datetime:
    from exams.lane.times import instant

    return instant(milliseconds_)


@dataclass
class Seat:
    """A student with a card at a device."""

    lane: LaneUnderTest
    attempt: Attempt
    device: str = "tablet"
    journal: str = "journal"
    token: str = ""
    epoch: int = 0
    card: str = field(default="")

    def __post_init__(self) -> None:
        self.card = self.card or self.attempt.card

    def at(self, device: str, journal: str = "") -> "Seat":
        """The same card at another device."""
        return Seat(self.lane, self.attempt, device, journal or f"journal of {device}".replace(" ", "-"))

    def enter(self, **changes: Any) -> Reply:
        body = {"card": self.card, "device": self.device, "journal": self.journal} | changes
        reply = self.lane.call("POST", "enter", body)
        if reply.status == 200:
            self.token, self.epoch = reply["token"], reply["epoch"]
        return reply

    def leave(self) -> Reply:
        return self.lane.call("POST", "leave", {}, self.token)

    def start(self) -> Reply:
        return self.lane.call("POST", "start", {}, self.token)

    def begin(self) -> "Seat":
        """Enters and starts."""
        assert self.enter().status == 200
        reply = self.start()
        assert reply.status == 200, reply
        return self

    def save(self, *entries: dict[str, Any]) -> Reply:
        return self.lane.call("POST", "save", {"entries": list(entries)}, self.token)

    def pulse(self) -> Reply:
        return self.lane.call("POST", "pulse", {}, self.token)

    def submit(self, last_seq: int) -> Reply:
        return self.lane.call("POST", "submit", {"last_seq": last_seq}, self.token)

    def state(self) -> Reply:
        return self.lane.call("GET", "state", None, self.token)

    def result(self) -> Reply:
        return self.lane.call("GET", "result", None, self.token)

    def answer(self, seq: int, slot: int = 1, choice: str | None = "c1", at: int | None = None) -> dict[str, Any]:
        """An entry; slot 4 of the usual paper is true or false, 1 and 2 are single choices, 3 is multiple."""
        response = [] if choice is None else [choice]
        return {"seq": seq, "slot": slot, "response": response, "at": self.lane.clock.now if at is None else at}

    def event(self, seq: int, event: str = "hidden") -> dict[str, Any]:
        return {"seq": seq, "event": event, "at": self.lane.clock.now}

    def own_start(self) -> int:
        """When this student may start, in a sitting that starts at the clock."""
        return NOON + window.start_offset_ms(self.attempt.seed, self.attempt.sitting.start_spread_ms)

    def row(self) -> Attempt:
        self.attempt.refresh_from_db()
        return self.attempt

    def entries(self) -> list[tuple[Any, ...]]:
        """(epoch, seq, slot, response, event, kept, after_move) of what is stored, in the order of identity."""
        columns = ("epoch", "seq", "slot", "response", "event", "kept", "after_move")
        return list(self.attempt.journal_entries.order_by("epoch", "seq").values_list(*columns))

    def events(self) -> list[str]:
        return list(self.attempt.events.order_by("pk").values_list("event", flat=True))


@dataclass
class Hall:
    """The cast, an exam, and a lane that serves both."""

    cast: world.World
    lane: LaneUnderTest

    def sitting(self, **changes: Any) -> Sitting:
        """A sitting of North school that is open and running at NOON; by default of an exam shared by the module."""
        return world.make_sitting(self.cast, **changes)

    def seat(self, sitting: Sitting | None = None, student: Student | None = None, **changes: Any) -> Seat:
        """Ben's seat in a sitting, by default in one of his own."""
        self.lane.clock.now = NOON + MINUTE
        sitting = sitting or self.sitting(**changes)
        return Seat(self.lane, world.attempt_of(sitting, student or self.cast.ben))

    def crowd(self, count: int, **changes: Any) -> list[Seat]:
        """So many students of one new class in one sitting."""
        self.lane.clock.now = NOON + MINUTE
        number = Organization.objects.of_kind("class").count() + 1
        class_ = world.make_class(self.cast.north, number)
        students = Student.objects.bulk_create(
            [Student(student_code=f"C{number:03d}{index:04d}", name=f"众{index}") for index in range(count)]
        )
        Enrollment.objects.bulk_create(
            [Enrollment(student=one, organization=class_, since=world.SCHOOL_YEAR_BEGAN) for one in students]
        )
        sitting = self.sitting(organizations=[class_], **changes)
        return [
            Seat(self.lane, attempt, f"device-{attempt.pk}", f"journal-{attempt.pk}")
            for attempt in sitting.attempts.order_by("pk")
        ]

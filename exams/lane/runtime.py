"""One lane process at work: its keys, its clock, its memory and its queues."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from exams import keys
from exams.lane import database, tokens
from exams.lane.catalog import Catalog
from exams.lane.config import LaneConfig
from exams.lane.connection import Connection
from exams.lane.database import Link
from exams.lane.groupcommit import Again, GroupCommit, OutcomeUnknown
from exams.lane.limits import Meter, WrongCards
from exams.lane.pacing import pulse_after
from exams.lane.presence import Presence
from exams.lane.problems import Problem
from exams.lane.times import instant
from exams.lane.tokens import Claims
from exams.lane.wire import Request

log = logging.getLogger(__name__)

Job = TypeVar("Job")
Result = TypeVar("Result")
Work = Callable[[Connection, Sequence[Job]], Awaitable[Sequence[Result | Again]]]

# How many bytes of a body weigh as much as one more request.
BYTES_PER_WEIGHT = 700
TIDY_EVERY_S = 30
# About 25 MB for every 50,000.
KNOWN_TOKENS = 100_000


def wall_clock() -> int:
    """The present in integer milliseconds: the clock that this edge reads."""
    return time.time_ns() // 1_000_000


class Lane:
    """What the calls share. `clock` gives integer milliseconds."""

    def __init__(self, config: LaneConfig, clock: Callable[[], int] = wall_clock) -> None:
        self.config = config
        self.clock = clock
        self._links: list[Link] = []
        self._queues: list[GroupCommit[Any, Any]] = []
        self.token_key = keys.derive(config.secret_key, "token")
        self.receipt_key = keys.derive(config.secret_key, "receipt")
        self.meter = Meter(config.requests_per_second, config.request_burst)
        self.wrong_cards = WrongCards(config.wrong_cards_per_second)
        self.catalog = Catalog(self._link("catalog"), self._today, time.monotonic, config.secret_key)
        self.presence = Presence(self._link("presence", volatile=True), config.device_silence_ms)
        self._known_tokens: dict[bytes, Claims] = {}
        self.pulse_count = 0
        self._pulses_per_second = 0.0
        self._chance = random.Random()  # noqa: S311 - spreads clients over time, keeps no secret
        self._tasks: list[asyncio.Task[None]] = []

    def _link(self, name: str, *, volatile: bool = False) -> Link:
        link = Link(self.config, name, volatile=volatile)
        self._links.append(link)
        return link

    def queue(
        self, name: str, work: "Work[Job, Result]", weigh: Callable[[Job], int] = lambda job: 1, calm: float = 1.0
    ) -> "GroupCommit[Job, Result]":
        """A queue with a connection of its own for one kind of work. `calm`: so many times longer than the others a
        short queue of this kind gathers."""
        link = self._link(name)

        async def commit(jobs: Sequence[Job]) -> Sequence[Result | Again]:
            return await link.run(lambda connection: work(connection, jobs))

        made = GroupCommit(
            name,
            commit,
            queue_limit=self.config.queue_limit,
            batch_limit=self.config.batch_limit,
            patience=self.config.patience_ms / 1000,
            gather=calm * self.config.gather_ms / 1000,
            weigh=weigh,
        )
        self._queues.append(made)
        return made

    async def start(self) -> None:
        """Raises database.NotFit when the lane must not run on this database."""
        if not self.config.secret_key:
            raise database.NotFit("the lane does not start without SECRET_KEY in its environment")
        await database.demand(self.config)
        for queue in self._queues:
            queue.start()
        self._tasks = [asyncio.create_task(self._every_second(), name="lane: every second")]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for queue in self._queues:
            await queue.stop()
        for link in self._links:
            await link.close()

    async def _every_second(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(1)
            ticks += 1
            self._pulses_per_second, self.pulse_count = float(self.pulse_count), 0
            now = self.clock()
            try:
                await self.catalog.refresh(instant(now))
                await self.presence.write(now)
            except OutcomeUnknown as reason:
                log.warning("the lane's memory could not be refreshed: %s", reason)
            except Exception:
                log.exception("the lane's loop failed")
            if ticks % TIDY_EVERY_S == 0:
                self.meter.forget(now)
                self.presence.forget(now)

    def authenticate(self, request: Request) -> Claims:
        """Whose request it is. Raises Problem: bad_token, expired_token, too_many_requests."""
        header = request.headers.get(b"authorization", b"")
        claims = self._known_tokens.get(header) or self._read_token(header)
        if claims.expires_at < request.received_at:
            raise Problem("expired_token")
        weight = 1 + len(request.body) / BYTES_PER_WEIGHT
        wait = self.meter.wait_ms(claims.attempt_id, weight, request.received_at)
        if wait:
            raise Problem("too_many_requests", retry_after=wait / 1000)
        return claims

    def _read_token(self, header: bytes) -> Claims:
        """Checks the signature, and remembers what was signed by us: clients send the same token all the time."""
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer":
            raise Problem("bad_token", detail="no_token")
        try:
            claims = tokens.read(token, self.token_key)
        except tokens.BadToken:
            raise Problem("bad_token") from None
        if len(self._known_tokens) >= KNOWN_TOKENS:
            self._known_tokens.clear()
        self._known_tokens[header] = claims
        return claims

    def pulse_after(self, state: str, now: int, starts_at: int | None) -> int:
        return pulse_after(state, now, starts_at, self._chance.random(), self._pulses_per_second)

    def chance(self) -> float:
        return self._chance.random()

    def _today(self) -> date:
        return instant(self.clock()).astimezone(ZoneInfo(self.config.time_zone)).date()

"""POST /lane/v1/enter: a card for a token; opens epochs and guards against a second device."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from exams import cards
from exams.lane import admission, answers, database, statements, tokens
from exams.lane.admission import Entrance
from exams.lane.connection import Connection
from exams.lane.groupcommit import AGAIN, Again, GroupCommit
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import LOOKING, Claims
from exams.lane.wire import Answer, Request

# A token outlives the close, for results and for answers that come late.
TOKEN_AFTER_CLOSE_MS = 6 * 60 * 60 * 1000
_ID = re.compile(r"[!-~]{1,64}")


class Job(NamedTuple):
    """Somebody with a card wants in."""

    card: str
    device: str
    journal: str


class Entered(NamedTuple):
    """The row as it stands now, the token's epoch and how many seqs that epoch may use."""

    row: Attempt
    epoch: int
    budget: int


class _Batch(NamedTuple):
    """What one transaction is to write."""

    rows: dict[int, Attempt]
    changed: dict[int, dict[str, Any]]
    events: list[dict[str, Any]]


class Enter:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._silence = timedelta(milliseconds=lane.config.device_silence_ms)
        self._queue: GroupCommit[Job, Entered | Problem | None] = lane.queue("enter", self._commit)

    async def __call__(self, request: Request) -> Answer:
        job = _read(request.document())
        entered = await self._queue.put(job)
        if entered is None:
            raise await self._wrong_card(request.received_at)
        if isinstance(entered, Problem):
            raise entered
        catalog, row = self._lane.catalog, entered.row
        sitting = await catalog.sitting(row.sitting_id)
        room = await catalog.room(row.room_id)
        paper = await catalog.paper(row.paper_id)
        expires_at = max(self._lane.clock(), milliseconds(sitting.closes_at)) + TOKEN_AFTER_CLOSE_MS
        claims = Claims(row.id, entered.epoch, sitting.id, room.id, paper.id, expires_at, entered.budget)
        token = tokens.issue(claims, self._lane.token_key)
        return 200, answers.arrival(token, entered.epoch, row, room, sitting, paper)

    async def _wrong_card(self, now: int) -> Problem:
        """Within the budget of wrong cards the answer comes at once, beyond it slowly; right ones never pass here."""
        delay = self._lane.wrong_cards.delay_ms(now)
        if delay is None:
            return Problem("too_many_requests", retry_after=30)
        if delay:
            await asyncio.sleep(delay / 1000)
        return Problem("no_such_card")

    async def _commit(self, connection: Connection, jobs: Sequence[Job]) -> list[Entered | Problem | Again | None]:
        ids: dict[str, int] = {}
        batch = _Batch({}, {}, [])
        async with connection.transaction():
            wanted = database.array({job.card for job in jobs})
            for id_, card, *columns in await connection.rows(statements.LOCK_BY_CARD, wanted):
                ids[card] = id_
                if columns[0] is not None:
                    batch.rows[id_] = Attempt(*columns)
            results = [await self._decide(job, ids.get(job.card), batch) for job in jobs]
            if batch.changed:
                changes = database.document(list(batch.changed.values()))
                events = database.document(batch.events)
                await connection.rows(statements.ENTER, changes, events, self._lane.config.device_silence_ms)
        budgets = await _budgets(connection, [result for result in results if isinstance(result, Entrance)])
        return [
            Entered(result.row, result.epoch, budgets[result.row.id]) if isinstance(result, Entrance) else result
            for result in results
        ]

    async def _decide(self, job: Job, id_: int | None, batch: _Batch) -> Entrance | Problem | Again | None:
        if id_ is None:
            return None
        row = batch.rows.get(id_)
        if row is None:
            return AGAIN
        if row.card != job.card:
            return None
        sitting = await self._lane.catalog.sitting(row.sitting_id)
        now = self._lane.clock()
        try:
            entrance = admission.enter(row, sitting, job.device, job.journal, instant(now), self._silence)
        except Problem as problem:
            return problem
        if entrance.row is not row:
            entered_at = entrance.row.entered_at or instant(now)
            batch.rows[id_] = entrance.row._replace(heard_at=instant(now), entered_at=entered_at)
            batch.changed[id_] = _change(entrance.row, now)
            batch.events.extend(
                {"attempt_id": id_, "event": event, "at": now, "why": why, "data": data}
                for event, why, data in entrance.events
            )
        return entrance


def _read(document: dict[str, Any]) -> Job:
    """Raises Problem: invalid, no_such_card."""
    for name in ("device", "journal"):
        value = document.get(name)
        if type(value) is not str or not _ID.fullmatch(value):
            raise Problem("invalid", pointer=f"/{name}")
    card = document.get("card")
    if type(card) is not str:
        raise Problem("invalid", pointer="/card")
    try:
        return Job(cards.parse(card), document["device"], document["journal"])
    except cards.NoCard:
        raise Problem("no_such_card", detail="mistyped_card") from None


def _change(row: Attempt, now: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "epoch": row.epoch,
        "device": row.device,
        "journal": row.journal,
        "release": row.released_at is not None,
        "at": now,
    }


async def _budgets(connection: Connection, entrances: list[Entrance]) -> dict[int, int]:
    """How many seqs each one's epoch may use: what earlier epochs left of the attempt's three thousand."""
    budgets = {entrance.row.id: admission.MOST_ENTRIES for entrance in entrances}
    epochs = {entrance.row.id: entrance.epoch for entrance in entrances if entrance.epoch > LOOKING + 1}
    if epochs:
        for id_, epoch, count in await connection.rows(statements.COUNTS, database.array(epochs)):
            if epoch < epochs[id_]:
                budgets[id_] = max(0, budgets[id_] - count)
    return budgets

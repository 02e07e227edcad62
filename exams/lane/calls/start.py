"""POST /lane/v1/start: the test begins, once; asked again it says the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from exams.lane import admission, answers, database, journal, statements
from exams.lane.connection import Connection
from exams.lane.fold import Entry
from exams.lane.groupcommit import AGAIN, Again, GroupCommit
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request


class Started(NamedTuple):
    """The row as it stands now, and its journal."""

    row: Attempt
    entries: list[tuple[Entry, bool]]


class Start:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue: GroupCommit[Claims, Started | Problem] = lane.queue("start", self._commit)

    async def __call__(self, request: Request) -> Answer:
        lane = self._lane
        claims = lane.authenticate(request)
        sitting = await lane.catalog.sitting(claims.sitting_id)
        paper = await lane.catalog.paper(claims.paper_id)
        started = await self._queue.put(claims)
        if isinstance(started, Problem):
            raise started
        now = lane.clock()
        lane.presence.hear(claims.attempt_id, now)
        return 200, {
            "state": started.row.state,
            **answers.opening(paper, sitting.encrypt_paper),
            **answers.order(started.row, sitting, paper),
            **answers.progress(started.row, claims.epoch, started.entries, instant(now)),
        }

    async def _commit(self, connection: Connection, asked: Sequence[Claims]) -> list[Started | Problem | Again]:
        changed: dict[int, dict[str, Any]] = {}
        async with connection.transaction():
            rows = await database.locked(connection, {claims.attempt_id for claims in asked})
            results = [await self._decide(claims, rows, changed) for claims in asked]
            if changed:
                changes = database.document(list(changed.values()))
                await connection.rows(statements.START, changes, database.document(_events(changed)))
        journals = await journal.read(connection, {row.id for row in results if isinstance(row, Attempt)})
        return [Started(row, journals[row.id]) if isinstance(row, Attempt) else row for row in results]

    async def _decide(
        self, claims: Claims, rows: dict[int, Attempt | None], changed: dict[int, dict[str, Any]]
    ) -> Attempt | Problem | Again:
        id_ = claims.attempt_id
        if id_ not in rows:
            return Problem("bad_token")
        row = rows[id_]
        if row is None:
            return AGAIN
        sitting = await self._lane.catalog.sitting(row.sitting_id)
        now = self._lane.clock()
        try:
            started = admission.start(row, claims.epoch, sitting, instant(now))
        except Problem as problem:
            return problem
        if started is not row:
            rows[id_] = started
            changed[id_] = {
                "id": id_,
                "state": started.state,
                "started_at": now,
                "deadline_at": milliseconds(started.deadline_at),
            }
        return started


def _events(changed: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"attempt_id": id_, "event": "start", "at": change["started_at"], "why": "", "data": {}}
        for id_, change in changed.items()
    ]

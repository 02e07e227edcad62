"""GET /lane/v1/state: how everything stands, for a reload or another device."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from exams.lane import answers, database, journal, statements
from exams.lane.connection import Connection
from exams.lane.fold import Entry
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import ANSWERING, FINISHED, State


class Found(NamedTuple):
    """A row and, while it is answered, its journal."""

    row: Attempt
    entries: list[tuple[Entry, bool]]


class Show:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue = lane.queue("state", self._read)

    async def __call__(self, request: Request) -> Answer:
        lane = self._lane
        claims = lane.authenticate(request)
        sitting = await lane.catalog.sitting(claims.sitting_id)
        room = await lane.catalog.room(claims.room_id)
        paper = await lane.catalog.paper(claims.paper_id)
        found = await self._queue.put(claims)
        if found is None:
            raise Problem("bad_token")
        row, now = found.row, instant(lane.clock())
        if row.state == State.VOIDED:
            raise Problem("voided")
        token = request.headers[b"authorization"].split()[-1].decode("latin-1")
        document: dict[str, Any] = answers.arrival(token, row.epoch, row, room, sitting, paper)
        own = claims.epoch == row.epoch
        if row.state in FINISHED:
            document |= answers.order(row, sitting, paper)
            document |= answers.opening(paper, sitting.encrypt_paper)
            document |= {"submitted_at": milliseconds(row.submitted_at), "receipt": row.receipt or None}
        # A device from which the attempt moved away is told no answers: somebody else may sit at it by now.
        if own and row.state in ANSWERING:
            document |= {**answers.opening(paper, sitting.encrypt_paper), **answers.order(row, sitting, paper)}
            document |= answers.progress(row, claims.epoch, found.entries, now)
        if own:
            lane.presence.hear(row.id, lane.clock())
        return 200, document

    @staticmethod
    async def _read(connection: Connection, asked: Sequence[Claims]) -> list[Found | None]:
        ids = database.array({claims.attempt_id for claims in asked})
        found = {row[0]: Attempt(*row) for row in await connection.rows(statements.READ_BY_ID, ids)}
        journals = await journal.read(connection, [id_ for id_, row in found.items() if row.state in ANSWERING])
        return [
            Found(found[claims.attempt_id], journals.get(claims.attempt_id, [])) if claims.attempt_id in found else None
            for claims in asked
        ]

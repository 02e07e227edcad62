"""POST /lane/v1/leave: "it is not me". The device gives the seat back, and another may take it at once."""

from collections.abc import Sequence
from typing import Any

from exams.lane import admission, database, statements
from exams.lane.connection import Connection
from exams.lane.groupcommit import AGAIN, Again, GroupCommit
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request


class Leave:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue: GroupCommit[Claims, Attempt | Problem] = lane.queue("leave", self._commit)

    async def __call__(self, request: Request) -> Answer:
        row = await self._queue.put(self._lane.authenticate(request))
        if isinstance(row, Problem):
            raise row
        return 200, {"state": row.state}

    async def _commit(self, connection: Connection, asked: Sequence[Claims]) -> list[Attempt | Problem | Again]:
        left: dict[int, dict[str, Any]] = {}
        async with connection.transaction():
            rows = await database.locked(connection, {claims.attempt_id for claims in asked})
            results = [self._decide(claims, rows, left) for claims in asked]
            if left:
                await connection.rows(statements.LEAVE, database.array(left), database.document(list(left.values())))
        return results

    def _decide(
        self, claims: Claims, rows: dict[int, Attempt | None], left: dict[int, dict[str, Any]]
    ) -> Attempt | Problem | Again:
        id_ = claims.attempt_id
        if id_ not in rows:
            return Problem("bad_token")
        row = rows[id_]
        if row is None:
            return AGAIN
        rows[id_] = after = admission.leave(row, claims.epoch)
        if after is not row:
            now, data = self._lane.clock(), {"epoch": claims.epoch}
            left[id_] = {"attempt_id": id_, "event": "leave", "at": now, "why": "", "data": data}
        return after

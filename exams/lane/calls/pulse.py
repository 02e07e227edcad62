"""POST /lane/v1/pulse: how the attempt stands, and what its student is to be told."""

from collections.abc import Sequence

from exams.lane import admission, database, statements
from exams.lane.connection import Connection, Row
from exams.lane.problems import Problem
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import State

# Nobody looks at a screen for the answer to a pulse: more of them are read at once.
CALM = 3.0


class Pulse:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue = lane.queue("pulse", self._read, calm=CALM)

    async def __call__(self, request: Request) -> Answer:
        lane = self._lane
        claims = lane.authenticate(request)
        sitting = await lane.catalog.sitting(claims.sitting_id)
        row = await self._queue.put(claims)
        if row is None:
            raise Problem("bad_token")
        _, state, epoch, deadline_at, paused_at, seed, go_at, delay_ms, held_at = row
        if state == State.VOIDED:
            raise Problem("voided")
        now = lane.clock()
        lane.pulse_count += 1
        if claims.epoch == epoch:
            lane.presence.hear(claims.attempt_id, now)
        if state == State.PAUSED:
            deadline_at = admission.deadline(state, deadline_at, paused_at, instant(now))
        own_start = None if held_at is not None else admission.starts_at(seed, go_at, delay_ms, sitting)
        starts_at = milliseconds(own_start)
        return 200, {
            "state": state,
            "epoch": epoch,
            "starts_at": starts_at,
            "deadline_at": milliseconds(deadline_at),
            "notices": lane.catalog.board.told(claims.sitting_id, claims.room_id, claims.attempt_id, now),
            "pulse_after_ms": lane.pulse_after(state, now, starts_at),
        }

    @staticmethod
    async def _read(connection: Connection, asked: Sequence[Claims]) -> list[Row | None]:
        ids = {claims.attempt_id for claims in asked}
        found = {row[0]: row for row in await connection.rows(statements.PULSE, database.array(ids))}
        return [found.get(claims.attempt_id) for claims in asked]

"""GET /lane/v1/result: what the release policy lets a student see; one row, the rest from memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exams.lane import database, statements
from exams.lane.connection import Connection, Row
from exams.lane.problems import Problem
from exams.lane.rows import Sitting
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import FINISHED, State


class Result:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue = lane.queue("result", self._read)

    async def __call__(self, request: Request) -> Answer:
        lane = self._lane
        claims = lane.authenticate(request)
        sitting = await lane.catalog.sitting(claims.sitting_id)
        row = await self._queue.put(claims)
        if row is None:
            raise Problem("bad_token")
        clock = lane.clock()
        now = instant(clock)
        _, state, paper_id, level, score, max_score, slots, topics = row
        demand_release(state, level is not None, sitting, now)
        keys_released = now >= sitting.last_closes_at and not await lane.catalog.at_work(sitting.exam_id, clock)
        document: dict[str, Any] = {"state": state, "level": level, "topics": topics, "keys_released": keys_released}
        if sitting.show_marks:
            document |= {"score": float(score), "max_score": float(max_score)}
        if keys_released:
            document["slots"] = with_keys(slots, await lane.catalog.keys(paper_id))
        return 200, document

    @staticmethod
    async def _read(connection: Connection, asked: Sequence[Claims]) -> list[Row | None]:
        ids = database.array({claims.attempt_id for claims in asked})
        found = {row[0]: row for row in await connection.rows(statements.RESULT, ids)}
        return [found.get(claims.attempt_id) for claims in asked]


def demand_release(state: str, is_scored: bool, sitting: Sitting, now: datetime) -> None:
    """Raises Problem: voided, not_released (with the instant, if it is known)."""
    if state == State.VOIDED:
        raise Problem("voided")
    if sitting.release_rule == "manual" and (sitting.released_at is None or now < sitting.released_at):
        raise Problem("not_released", released_at=milliseconds(sitting.released_at), state=state)
    if sitting.release_rule == "after_closing" and now < sitting.last_closes_at:
        raise Problem("not_released", released_at=milliseconds(sitting.last_closes_at), state=state)
    if state in FINISHED and not is_scored:
        raise Problem("not_released", detail="not_scored", released_at=None, state=state)
    if not is_scored:
        raise Problem("not_released", released_at=None, state=state)


def with_keys(slots: dict[str, Any], keys: dict[str, Any]) -> list[dict[str, Any]]:
    """Every slot in the order of the paper: the response and what it earned, the key and why."""
    return [_slot(slot, slots[slot], keys.get(slot, {})) for slot in sorted(slots, key=int)]


def _slot(slot: str, earned: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
    return {
        "slot": int(slot),
        "response": earned["response"],
        "right": earned["score"] == earned["max"],
        "score": earned["score"],
        "max": earned["max"],
        "key": key.get("key"),
        "explanation": key.get("explanation"),
        "citation": key.get("citation"),
    }

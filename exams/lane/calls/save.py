"""POST /lane/v1/save: answers and events into the journal; the hot path."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from exams.lane import admission, database, entries, statements
from exams.lane.connection import Connection, Row
from exams.lane.groupcommit import AGAIN, Again, GroupCommit, Unstorable
from exams.lane.problems import Problem
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import LOOKING, Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import State


class Job(NamedTuple):
    """One batch of one client."""

    claims: Claims
    entries: list[entries.Stored]


class Outcome(NamedTuple):
    """How the attempt stood when the batch was committed. `kept`: at least one entry came late."""

    state: str
    epoch: int
    deadline_at: int | None
    kept: bool


Identity = tuple[int, int, int]


class Save:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue: GroupCommit[Job, Outcome | Problem] = lane.queue(
            "save", self._commit, weigh=lambda job: len(job.entries)
        )

    async def __call__(self, request: Request) -> Answer:
        lane = self._lane
        claims = lane.authenticate(request)
        if claims.epoch == LOOKING:
            raise Problem("moved")
        paper = await lane.catalog.paper(claims.paper_id)
        await lane.catalog.sitting(claims.sitting_id)
        job = Job(claims, entries.read(request.document(), claims, paper, request.received_at))
        try:
            outcome = await self._queue.put(job)
        except Unstorable:
            outcome = await self._one_by_one(job)
        if isinstance(outcome, Problem):
            raise outcome
        return self._answer(job, outcome)

    def _answer(self, job: Job, outcome: Outcome) -> Answer:
        claims, now = job.claims, self._lane.clock()
        if claims.epoch == outcome.epoch:
            self._lane.presence.hear(claims.attempt_id, now)
        document: dict[str, Any] = {
            "saved_seq": job.entries[-1]["seq"],
            "state": outcome.state,
            "epoch": outcome.epoch,
            "deadline_at": outcome.deadline_at,
            "notices": self._lane.catalog.board.told(claims.sitting_id, claims.room_id, claims.attempt_id, now),
            "pulse_after_ms": self._lane.pulse_after(outcome.state, now, None),
        }
        if outcome.kept:
            document["kept"] = True
            return 202, document
        return 200, document

    async def _one_by_one(self, job: Job) -> Outcome | Problem:
        """Something in the batch cannot be stored: stores the rest and names the culprits."""
        refused: list[int] = []
        stored: list[Outcome] = []
        for entry in job.entries:
            try:
                outcome = await self._queue.put(Job(job.claims, [entry]))
            except Unstorable:
                refused.append(entry["seq"])
                continue
            if isinstance(outcome, Problem):
                return outcome
            stored.append(outcome)
        if refused:
            return Problem("not_storable", refused=refused)
        return stored[-1]._replace(kept=any(outcome.kept for outcome in stored))

    async def _commit(self, connection: Connection, jobs: Sequence[Job]) -> list[Outcome | Problem | Again]:
        expected: dict[int, int] = defaultdict(int)
        batch: list[entries.Stored] = []
        for job in jobs:
            expected[job.claims.attempt_id] += len(job.entries)
            batch += job.entries
        ids, grace = database.array(expected), self._lane.config.grace_ms
        found = {row[0]: row for row in await connection.rows(statements.SAVE, database.document(batch), ids, grace)}
        doubtful = [job for job in jobs if _is_doubtful(found.get(job.claims.attempt_id), expected)]
        stored = await _stored(connection, doubtful) if doubtful else {}
        existing = await _existing(connection, expected.keys() - found.keys())
        return [self._outcome(job, found.get(job.claims.attempt_id), expected, stored, existing) for job in jobs]

    def _outcome(
        self, job: Job, row: Row | None, expected: dict[int, int], stored: dict[Identity, Row], existing: set[int]
    ) -> Outcome | Problem | Again:
        if row is None:
            return AGAIN if job.claims.attempt_id in existing else Problem("bad_token")
        _, state, epoch, deadline_at, paused_at, _, kept = row
        late = bool(kept)
        if _is_doubtful(row, expected):
            verdict = _compare(job, state, stored)
            if isinstance(verdict, Problem):
                return verdict
            late = verdict
        if state == State.PAUSED:
            deadline_at = admission.deadline(state, deadline_at, paused_at, instant(self._lane.clock()))
        return Outcome(state, epoch, milliseconds(deadline_at), late)


def _is_doubtful(row: Row | None, expected: dict[int, int]) -> bool:
    """Whether something of this attempt was there before, was not admitted, or came half in time."""
    if row is None:
        return False
    count, kept = row[5], row[6]
    return bool(count != expected[row[0]] or 0 < kept < count)


def _compare(job: Job, state: str, stored: dict[Identity, Row]) -> bool | Problem:
    """Whether any entry of the batch is kept, once all of it is found stored with the same content."""
    if state == State.VOIDED:
        return Problem("voided")
    kept = False
    conflicts: list[int] = []
    for entry in job.entries:
        row = stored.get((entry["attempt_id"], entry["epoch"], entry["seq"]))
        if row is None:
            return Problem("not_started", state=state)
        if row[3:6] != (entry.get("slot"), entry.get("response"), entry.get("event", "")):
            conflicts.append(entry["seq"])
        kept = kept or row[6]
    return Problem("conflict", conflicts=conflicts) if conflicts else kept


async def _stored(connection: Connection, jobs: Sequence[Job]) -> dict[Identity, Row]:
    identities = [
        {"attempt_id": entry["attempt_id"], "epoch": entry["epoch"], "seq": entry["seq"]}
        for job in jobs
        for entry in job.entries
    ]
    rows = await connection.rows(statements.STORED, database.document(identities))
    return {(row[0], row[1], row[2]): row for row in rows}


async def _existing(connection: Connection, ids: set[int]) -> set[int]:
    """Which of the attempts that were not found unlocked exist at all."""
    if not ids:
        return set()
    return {row[0] for row in await connection.rows(statements.EXISTING, database.array(ids))}

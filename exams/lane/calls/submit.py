"""POST /lane/v1/submit: hands in what is complete, and gives the receipt for it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from exams import receipts
from exams.lane import admission, database, fold, statements
from exams.lane.database import Connection
from exams.lane.groupcommit import AGAIN, Again, GroupCommit
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import FINISHED


class Job(NamedTuple):
    """Somebody hands in and says which seq was the last."""

    claims: Claims
    last_seq: int


class Submit:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue: GroupCommit[Job, Attempt | Problem] = lane.queue("submit", self._commit)

    async def __call__(self, request: Request) -> Answer:
        claims = self._lane.authenticate(request)
        last_seq = request.document().get("last_seq")
        if type(last_seq) is not int or not 0 <= last_seq <= admission.MOST_ENTRIES:
            raise Problem("invalid", pointer="/last_seq")
        row = await self._queue.put(Job(claims, last_seq))
        if isinstance(row, Problem):
            raise row
        return 200, {
            "state": "submitted",
            "submitted_at": milliseconds(row.submitted_at),
            "receipt": row.receipt,
        }

    async def _commit(self, connection: Connection, jobs: Sequence[Job]) -> list[Attempt | Problem | Again]:
        rows: dict[int, Attempt | None] = {}
        async with connection.transaction():
            ids = database.array({job.claims.attempt_id for job in jobs})
            for id_, _, *columns in await database.rows(connection, statements.LOCK_BY_ID, {"ids": ids}):
                rows[id_] = Attempt(*columns) if columns[0] is not None else None
            # The locks are held: every save that was admitted before is committed, and the statements below see it.
            seqs = await _seqs(connection, jobs)
            now = self._lane.clock()
            results = [_decide(job, rows, seqs, now) for job in jobs]
            return await self._write(connection, jobs, rows, results, now)

    async def _write(
        self,
        connection: Connection,
        jobs: Sequence[Job],
        before: dict[int, Attempt | None],
        results: list[Attempt | Problem | Again],
        now: int,
    ) -> list[Attempt | Problem | Again]:
        """Gives receipts to those that have none yet, and writes what changed."""
        handed_in = {row.id: row for row in results if isinstance(row, Attempt)}
        new = {id_: row for id_, row in handed_in.items() if not row.receipt}
        if not new:
            return results
        counted = await _digests(connection, new)
        changes, events = [], []
        for job, result in zip(jobs, results, strict=True):
            id_ = job.claims.attempt_id
            if id_ not in new or new[id_].receipt or not isinstance(result, Attempt):
                continue
            counts, digest = counted.get(id_, ({}, ""))
            receipt = receipts.code(id_, counts, digest, self._lane.receipt_key)
            row = handed_in[id_] = new[id_] = new[id_]._replace(receipt=receipt)
            changes.append({"id": id_, "state": row.state, "receipt": receipt, "at": now})
            if row is not before[id_] and _was_open(before[id_]):
                events.append(_event(job, counts, receipt, now))
        parameters = {"changes": database.document(changes), "events": database.document(events)}
        await connection.execute(statements.SUBMIT, parameters, prepare=True)
        return [handed_in[row.id] if isinstance(row, Attempt) else row for row in results]


def _was_open(row: Attempt | None) -> bool:
    return row is not None and row.state not in FINISHED


def _decide(
    job: Job, rows: dict[int, Attempt | None], seqs: dict[tuple[int, int], list[int]], now: int
) -> Attempt | Problem | Again:
    id_ = job.claims.attempt_id
    if id_ not in rows:
        return Problem("bad_token")
    row = rows[id_]
    if row is None:
        return AGAIN
    try:
        submitted = admission.submit(row, job.claims.epoch, instant(now))
    except Problem as problem:
        return problem
    missing = fold.missing(seqs.get((id_, job.claims.epoch), ()), job.last_seq)
    if missing:
        return Problem("incomplete", missing=missing, state=row.state)
    return submitted


def _event(job: Job, counts: dict[int, int], receipt: str, now: int) -> dict[str, Any]:
    """What the attempt's history keeps: what the client said it had sent, against what was there."""
    data = {"epoch": job.claims.epoch, "last_seq": job.last_seq, "counts": counts, "receipt": receipt}
    return {"attempt_id": job.claims.attempt_id, "event": "submit", "at": now, "why": "", "data": data}


async def _seqs(connection: Connection, jobs: Sequence[Job]) -> dict[tuple[int, int], list[int]]:
    """The stored seqs of every job's own epoch, kept ones included."""
    wanted = {(job.claims.attempt_id, job.claims.epoch) for job in jobs}
    epochs = database.document([{"id": id_, "epoch": epoch} for id_, epoch in sorted(wanted)])
    found = await database.rows(connection, statements.SEQS, {"epochs": epochs})
    return {(id_, epoch): seqs for id_, epoch, seqs in found}


async def _digests(connection: Connection, attempts: dict[int, Attempt]) -> dict[int, tuple[dict[int, int], str]]:
    """Counts per epoch and the digest over the digests of the epochs, by attempt."""
    found: dict[int, tuple[dict[int, int], str]] = {}
    parameters = {"ids": database.array(attempts)}
    for id_, epoch, count, digest in await database.rows(connection, statements.DIGEST, parameters):
        counts, digests = found.get(id_, ({}, ""))
        found[id_] = ({**counts, epoch: count}, digests + digest)
    return found

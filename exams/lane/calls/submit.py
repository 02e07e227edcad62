"""POST /lane/v1/submit: hands in what is complete, and gives the receipt for it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from exams import receipts
from exams.lane import admission, database, fold, statements
from exams.lane.connection import Connection
from exams.lane.groupcommit import AGAIN, Again, GroupCommit
from exams.lane.problems import Problem
from exams.lane.rows import Attempt
from exams.lane.runtime import Lane
from exams.lane.times import instant, milliseconds
from exams.lane.tokens import Claims
from exams.lane.wire import Answer, Request
from exams.lifecycle import FINISHED


class Job(NamedTuple):
    """Somebody hands in and says which seq was the last, and how many entries they were told are saved."""

    claims: Claims
    last_seq: int
    acknowledged: int


class Journal(NamedTuple):
    """What counts of a journal: entries per epoch, and the digest over them."""

    counts: dict[int, int]
    digest: str


class Submit:
    """The call and its queue."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._queue: GroupCommit[Job, Attempt | Problem] = lane.queue("submit", self._commit)

    async def __call__(self, request: Request) -> Answer:
        claims = self._lane.authenticate(request)
        document = request.document()
        last_seq = _count(document, "last_seq", None)
        row = await self._queue.put(Job(claims, last_seq, _count(document, "acknowledged", last_seq)))
        if isinstance(row, Problem):
            raise row
        return 200, {
            "state": "submitted",
            "submitted_at": milliseconds(row.submitted_at),
            "receipt": row.receipt,
        }

    async def _commit(self, connection: Connection, jobs: Sequence[Job]) -> list[Attempt | Problem | Again]:
        async with connection.transaction():
            rows = await database.locked(connection, {job.claims.attempt_id for job in jobs})
            # The locks are held: every save that was admitted before is committed, and the statements below see it.
            seqs = await _seqs(connection, jobs)
            now = self._lane.clock()
            results = [_decide(job, rows, seqs, now) for job in jobs]
            new = {row.id for row in results if isinstance(row, Attempt) and not row.receipt}
            if not new:
                return results
            journals = await _journals(connection, new)
            changes: dict[int, dict[str, Any]] = {}
            events: list[dict[str, Any]] = []
            for place, (job, row) in enumerate(zip(jobs, results, strict=True)):
                if isinstance(row, Attempt) and row.id in new:
                    journal = journals.get(row.id, Journal({}, ""))
                    results[place] = handed_in = self._with_receipt(row, journal)
                    if row.id not in changes:
                        stored = len(seqs.get((row.id, job.claims.epoch), ()))
                        events.append(_event(job, journal, stored, handed_in.receipt, _was_open(rows[row.id]), now))
                    changes[row.id] = _change(handed_in, now)
            written = database.document(list(changes.values()))
            await connection.rows(statements.SUBMIT, written, database.document(events))
        return results

    def _with_receipt(self, row: Attempt, journal: Journal) -> Attempt:
        receipt = receipts.code(row.id, journal.counts, journal.digest, self._lane.receipt_key)
        return row._replace(receipt=receipt)


def _count(document: dict[str, Any], name: str, missing: int | None) -> int:
    """A number of entries out of the body. Raises Problem: invalid."""
    value = document.get(name, missing)
    if type(value) is not int or not 0 <= value <= admission.MOST_ENTRIES:
        raise Problem("invalid", pointer=f"/{name}")
    return value


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


def _was_open(row: Attempt | None) -> bool:
    return row is not None and row.state not in FINISHED


def _change(row: Attempt, now: int) -> dict[str, Any]:
    return {"id": row.id, "state": row.state, "receipt": row.receipt, "at": now}


def _event(job: Job, journal: Journal, stored: int, receipt: str, was_open: bool, now: int) -> dict[str, Any]:
    """What the attempt's history keeps: what the client was told is saved, against what is there. An attempt that the
    clock or the proctor had closed gets a report instead."""
    data = {
        "epoch": job.claims.epoch,
        "last_seq": job.last_seq,
        "acknowledged": job.acknowledged,
        "counts": {str(epoch): count for epoch, count in journal.counts.items()},
        "stored": stored,
        "receipt": receipt,
    }
    event = "submit" if was_open else "report"
    return {"attempt_id": job.claims.attempt_id, "event": event, "at": now, "why": "", "data": data}


async def _seqs(connection: Connection, jobs: Sequence[Job]) -> dict[tuple[int, int], list[int]]:
    """The stored seqs of every job's own epoch, kept ones included."""
    wanted = {(job.claims.attempt_id, job.claims.epoch) for job in jobs}
    epochs = database.document([{"id": id_, "epoch": epoch} for id_, epoch in sorted(wanted)])
    return {(id_, epoch): seqs for id_, epoch, seqs in await connection.rows(statements.SEQS, epochs)}


async def _journals(connection: Connection, ids: Iterable[int]) -> dict[int, Journal]:
    """What counts of these attempts' journals; the digest is that of all epochs, one after the other."""
    journals: dict[int, Journal] = {}
    for id_, epoch, count, digest in await connection.rows(statements.DIGEST, database.array(ids)):
        before = journals.get(id_, Journal({}, ""))
        journals[id_] = Journal({**before.counts, epoch: count}, before.digest + digest)
    return journals

"""Reads journals as a whole, for audits: a sitting's entries as lines, and whether a receipt is true."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from exams import keys, receipts
from exams.lane import statements
from exams.models import Attempt, AttemptEvent

CHUNK = 10_000

# One JSON object per entry; instants are integer milliseconds, what an entry does not have is null.
LINES = f"""
select json_build_object(
    'attempt', j.attempt_id, 'epoch', j.epoch, 'seq', j.seq, 'slot', j.slot, 'response', j.response,
    'event', nullif(j.event, ''),
    'at', floor(extract(epoch from j.at) * 1000)::bigint,
    'received_at', floor(extract(epoch from j.received_at) * 1000)::bigint,
    'kept', j.kept, 'after_move', j.after_move, 'counts', not {statements.LEFT_OUT})::text
from exams_journalentry j
where j.attempt_id in (select id from exams_attempt where sitting_id = %s)
order by j.attempt_id, j.epoch, j.seq
"""  # noqa: S608 - constants of these modules only


class Verdict(NamedTuple):
    """What became of a receipt. `holds`: the journal is what it was when the student handed in; `superseded`: the
    attempt was reopened and handed in again since; `counts`: entries that count, per epoch, as of now."""

    attempt: Attempt
    holds: bool
    superseded: bool
    counts: dict[int, int]


class UnknownReceipt(Exception):
    """No attempt was ever given this receipt."""


def lines(sitting_id: int) -> Iterator[str]:
    """Every journal entry of a sitting as one line of JSON, in the order of identity, read from one snapshot."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(LINES, [sitting_id])
        while found := cursor.fetchmany(CHUNK):
            for (line,) in found:
                yield line


def verify(text: str) -> Verdict:
    """Whether the journal still is what the receipt says. Raises receipts.NoReceipt, UnknownReceipt."""
    code = receipts.parse(text)
    attempt = Attempt.objects.filter(receipt=code).first()
    if attempt is None:
        return _superseded(code)
    counts, digest = _digest(attempt.pk)
    key = keys.derive(settings.SECRET_KEY, "receipt")
    return Verdict(attempt, receipts.code(attempt.pk, counts, digest, key) == code, False, counts)


def _superseded(code: str) -> Verdict:
    event = (
        AttemptEvent.objects.filter(event__in=["submit", "report"], data__receipt=code)
        .select_related("attempt")
        .first()
    )
    if event is None:
        raise UnknownReceipt(code)
    return Verdict(event.attempt, False, True, _digest(event.attempt_id)[0])


def _digest(attempt_id: int) -> tuple[dict[int, int], str]:
    with connection.cursor() as cursor:
        cursor.execute(statements.DIGEST.replace("$1", "%s"), [f"{{{attempt_id}}}"])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return {epoch: count for _, epoch, count, _ in rows}, "".join(digest for *_, digest in rows)

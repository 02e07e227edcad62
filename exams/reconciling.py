"""Compares what devices say was saved with what is stored: per class of a sitting, entry by entry.

A device says at handing in how many entries of its epoch it was told are saved: those with the seqs from 1 up to that
number. Every one of them must be in the journal; one that is not is a lost answer. Entries beyond that number came in
while their acknowledgement was under way, or afterwards: they are there, so nothing is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from exams.models import Attempt

# An epoch that was reported twice (handed in again after a reopening) is compared at its newest report. Whose answers
# were entered from paper has no device to report.
_REPORTS = """
with reported as (
    select distinct on (e.attempt_id, e.data->>'epoch')
        e.attempt_id, (e.data->>'epoch')::int as epoch, (e.data->>'acknowledged')::int as acknowledged
    from exams_attempt a join exams_attemptevent e on e.attempt_id = a.id
    where a.room_id = any(%s) and e.event in ('submit', 'report') and e.data ? 'acknowledged'
    order by e.attempt_id, e.data->>'epoch', e.id desc
), compared as (
    select r.attempt_id, r.acknowledged, (
        select count(*) from exams_journalentry j
        where j.attempt_id = r.attempt_id and j.epoch = r.epoch and j.seq <= r.acknowledged) as stored
    from reported r
), summed as (
    select attempt_id, sum(acknowledged)::bigint as acknowledged, sum(stored)::bigint as stored
    from compared group by attempt_id
)
select a.room_id, a.id, s.acknowledged, s.stored,
    exists(select from exams_attemptevent p where p.attempt_id = a.id and p.event = 'transcribe')
from exams_attempt a left join summed s on s.attempt_id = a.id
where a.room_id = any(%s) and a.started_at is not null and a.state <> 'voided'
"""


class Compared(NamedTuple):
    """One attempt that was begun; None where no device has reported."""

    attempt_id: int
    acknowledged: int | None
    stored: int | None
    on_paper: bool

    @property
    def difference(self) -> int:
        """How many entries the device was told are saved, and are not."""
        return (self.acknowledged or 0) - (self.stored or 0)

    @property
    def silent(self) -> bool:
        """Whether a report is missing."""
        return self.acknowledged is None and not self.on_paper


class Reconciliation(NamedTuple):
    """A class, or several: how many began, how many of them reported or were on paper, what they were told is saved,
    what of it is stored."""

    started_count: int
    reported_count: int
    paper_count: int
    acknowledged: int
    stored: int
    differing: tuple[int, ...]
    silent: tuple[int, ...]

    @property
    def difference(self) -> int:
        """Entries lost; zero is the promise."""
        return self.acknowledged - self.stored


NOTHING = Reconciliation(0, 0, 0, 0, 0, (), ())


def of_rooms(room_ids: Sequence[int]) -> dict[int, Reconciliation]:
    """The reconciliation of each of these rooms; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, [list(room_ids), list(room_ids)])
        rows = cursor.fetchall()
    rooms: defaultdict[int, list[Compared]] = defaultdict(list)
    for room_id, *compared in rows:
        rooms[room_id].append(Compared(*compared))
    return {room_id: _sum(rooms[room_id]) for room_id in room_ids}


def _sum(rows: Sequence[Compared]) -> Reconciliation:
    reported = [row for row in rows if row.acknowledged is not None]
    return Reconciliation(
        len(rows),
        len(reported),
        sum(row.on_paper for row in rows if row.acknowledged is None),
        sum(row.acknowledged or 0 for row in reported),
        sum(row.stored or 0 for row in reported),
        tuple(row.attempt_id for row in reported if row.difference),
        tuple(row.attempt_id for row in rows if row.silent),
    )


def total(parts: Iterable[Reconciliation]) -> Reconciliation:
    """Several rooms together."""
    whole = NOTHING
    for part in parts:
        whole = Reconciliation(
            whole.started_count + part.started_count,
            whole.reported_count + part.reported_count,
            whole.paper_count + part.paper_count,
            whole.acknowledged + part.acknowledged,
            whole.stored + part.stored,
            whole.differing + part.differing,
            whole.silent + part.silent,
        )
    return whole


def attempts(ids: Iterable[int]) -> list[Attempt]:
    """These attempts with the names of their students, in the order of codes."""
    return list(Attempt.objects.filter(pk__in=list(ids)).with_names().order_by("student__student_code", "pk"))

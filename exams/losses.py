"""Reads who lost how much time by an outage, for tens of thousands of attempts in a handful of queries; the rule is
`exams.outages`. Changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from exams import outages, window
from exams.lifecycle import FINISHED, State
from exams.models import Exam, Sitting
from exams.models.sittings import LateStart, StartMode
from exams.outages import Interval, Span
from schools.models import Organization

# Attempts whose clock, or whose waiting for the start, can have run during the outage.
SEATS = """
select a.id, a.room_id, a.sitting_id, a.state, a.seed, a.started_at, a.deadline_at, a.paused_at, a.submitted_at,
    p.heard_at, r.go_at, r.ended_at, r.delay_ms
from exams_attempt a
join exams_room r on r.id = a.room_id
join exams_sitting s on s.id = a.sitting_id
join schools_organization o on o.id = r.organization_id
left join exams_presence p on p.attempt_id = a.id
where s.exam_id = %(exam)s and o.path like %(path)s
    and a.state <> 'voided' and coalesce(a.started_at, '-infinity') < %(until)s
    and coalesce(a.submitted_at, 'infinity') > %(from)s
order by a.id
"""

SILENCES = """
select attempt_id, from_at, until_at from exams_silence
where attempt_id = any(%(ids)s) and from_at < %(until)s and until_at > %(from)s
"""

# When the clock stood: between a pause and going on, between handing in and being reopened.
STOPS = """
select e.attempt_id, e.event, e.at from exams_attemptevent e
where e.event in ('pause', 'resume', 'submit', 'expire', 'end', 'transcribe', 'reopen') and e.attempt_id in (
    select b.attempt_id from exams_attemptevent b
    where b.attempt_id = any(%(ids)s) and b.event in ('pause', 'reopen'))
order by e.attempt_id, e.at, e.id
"""
RUNS_AGAIN = {"resume", "reopen"}

# What other approved compensations have covered.
COVERED = """
select h.attempt_id, c.from_at, c.until_at from exams_compensationshare h
join exams_compensation c on c.id = h.compensation_id
where h.attempt_id = any(%(ids)s) and c.id is distinct from %(own)s
"""

ENDINGS = """
select distinct on (attempt_id) attempt_id, event from exams_attemptevent
where attempt_id = any(%(ids)s) and event in ('submit', 'expire', 'end', 'transcribe')
order by attempt_id, at desc, id desc
"""


class Standing(StrEnum):
    """What can be done for somebody whom the outage met."""

    RUNNING = "running"
    TO_COME = "to_come"
    CLOSED_BY_CLOCK = "closed_by_clock"
    HANDED_IN = "handed_in"
    NEVER_STARTED = "never_started"
    NEVER_ENTERED = "never_entered"


class Loss(NamedTuple):
    """One attempt that the outage met, and how many milliseconds it took."""

    attempt_id: int
    room_id: int
    ms: int
    standing: Standing


class Seat(NamedTuple):
    """A row of SEATS."""

    id: int
    room_id: int
    sitting_id: int
    state: str
    seed: int
    started_at: datetime | None
    deadline_at: datetime | None
    paused_at: datetime | None
    submitted_at: datetime | None
    heard_at: datetime | None
    go_at: datetime | None
    ended_at: datetime | None
    delay_ms: int


def read(exam: Exam, place: Organization, outage: Interval, now: datetime, *, own: int | None = None) -> list[Loss]:
    """Everybody at and below a place whom the outage met, in the order of ids, as things stand at `now`. `own`: the
    compensation that is being looked at, whose shares take nothing off."""
    values: dict[str, Any] = {"exam": exam.pk, "path": place.path + "%"}
    bounds = {"from": outage.from_at, "until": outage.until_at}
    sittings = Sitting.objects.in_bulk(list(exam.sittings.values_list("pk", flat=True)))
    seats = [Seat(*row) for row in _rows(SEATS, values | bounds)]
    spans = {seat.id: span for seat in seats if (span := _span(seat, sittings[seat.sitting_id], now)) is not None}
    silences = _silences([seat for seat in seats if seat.id in spans], spans, bounds)
    spared = _spared([seat for seat in seats if seat.id in silences], own, now)
    endings = dict(
        _rows(ENDINGS, {"ids": [seat.id for seat in seats if seat.id in silences and seat.state in FINISHED]})
    )
    losses = []
    for seat in seats:
        ms = 0
        if seat.id in silences:
            ms = outages.lost_ms(silences[seat.id], outage, spans[seat.id], spared=spared[seat.id])
        standing = _standing(seat, sittings[seat.sitting_id], endings.get(seat.id, ""), now)
        if standing == Standing.NEVER_ENTERED and _was_awaited(seat, sittings[seat.sitting_id], spans, outage):
            losses.append(Loss(seat.id, seat.room_id, 0, standing))
        elif ms and standing != Standing.NEVER_ENTERED:
            losses.append(Loss(seat.id, seat.room_id, ms, standing))
    return losses


def _was_awaited(seat: Seat, sitting: Sitting, spans: dict[int, Span], outage: Interval) -> bool:
    """Whether this student could have started during the outage."""
    if seat.id not in spans or (seat.ended_at is not None and seat.ended_at <= outage.from_at):
        return False
    close = window.own_close(sitting.closes_at, seat.delay_ms)
    return spans[seat.id].own_start_at < outage.until_at and close > outage.from_at


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _span(seat: Seat, sitting: Sitting, now: datetime) -> Span | None:
    """None while the proctor's go is still to come."""
    clock = sitting.start_mode == StartMode.CLOCK
    instant = sitting.starts_at if clock else seat.go_at
    if instant is None:
        return None
    own_start_at = window.own_start(instant, seat.seed, sitting.start_spread_ms, seat.delay_ms if clock else 0)
    started_at = seat.started_at or now
    counted_from = window.counted_from(started_at, own_start_at, common_end=sitting.late_start == LateStart.COMMON)
    first_end = window.deadline(
        counted_from,
        sitting.time_limit_ms,
        closes_at=window.own_close(sitting.closes_at, seat.delay_ms),
        closing_cuts=sitting.closing_cuts,
    )
    cut = started_at + timedelta(milliseconds=sitting.time_limit_ms) - first_end
    return Span(own_start_at, started_at, _end(seat, now), cut // timedelta(milliseconds=1))


def _end(seat: Seat, now: datetime) -> datetime:
    """Up to when time can have been lost. The deadline of a paused attempt moves with the clock."""
    end = min(now, seat.submitted_at or now)
    return end if seat.deadline_at is None or seat.state == State.PAUSED else min(end, seat.deadline_at)


def _silences(seats: Sequence[Seat], spans: dict[int, Span], bounds: dict[str, datetime]) -> dict[int, list[Interval]]:
    """Attempt -> its silences around the outage; those who were heard throughout are not in it."""
    found: dict[int, list[Interval]] = defaultdict(list)
    for attempt_id, from_at, until_at in _rows(SILENCES, bounds | {"ids": [seat.id for seat in seats]}):
        found[attempt_id].append(Interval(from_at, until_at))
    for seat in seats:
        ongoing = outages.ongoing(seat.heard_at, spans[seat.id].ended_at)
        if ongoing and ongoing[0].from_at < bounds["until"]:
            found[seat.id] += ongoing
    return dict(found)


def _spared(seats: Sequence[Seat], own: int | None, now: datetime) -> dict[int, list[Interval]]:
    """Attempt -> when its clock stood, and what was given back already."""
    ids = [seat.id for seat in seats]
    found: dict[int, list[Interval]] = defaultdict(list)
    stopped: dict[int, datetime] = {}
    for attempt_id, event, at in _rows(STOPS, {"ids": ids}):
        if event not in RUNS_AGAIN:
            stopped.setdefault(attempt_id, at)
        elif attempt_id in stopped:
            found[attempt_id].append(Interval(stopped.pop(attempt_id), at))
    for attempt_id, at in stopped.items():
        found[attempt_id].append(Interval(at, now))
    for attempt_id, from_at, until_at in _rows(COVERED, {"ids": ids, "own": own}):
        found[attempt_id].append(Interval(from_at, until_at))
    return found


def _standing(seat: Seat, sitting: Sitting, ending: str, now: datetime) -> Standing:
    if seat.state in FINISHED:
        return Standing.CLOSED_BY_CLOCK if ending == "expire" else Standing.HANDED_IN
    if seat.state == State.ASSIGNED:
        return Standing.NEVER_ENTERED
    if seat.state == State.ENTERED:
        over = seat.ended_at is not None or now >= window.own_close(sitting.closes_at, seat.delay_ms)
        return Standing.NEVER_STARTED if over else Standing.TO_COME
    return Standing.RUNNING


def total(losses: Iterable[Loss]) -> int:
    """Milliseconds lost altogether."""
    return sum(loss.ms for loss in losses)

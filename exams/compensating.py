"""Gives time back after an outage: one administrator proposes, another approves, and every attempt that the outage
met gets what it lost (`losses`), once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from exams import delivery, losses
from exams.delivery import CHUNK, STILL_TO_COME
from exams.lifecycle import IllegalTransition
from exams.losses import Loss, Standing
from exams.models import Attempt, Compensation, Exam
from exams.models.compensations import CompensationState
from exams.outages import Interval
from schools import audit
from schools.models import Organization

EXTEND = """
update exams_attempt a set extra_ms = a.extra_ms + g.ms, deadline_at = a.deadline_at + g.ms * interval '1 millisecond'
from unnest(%(ids)s::bigint[], %(ms)s::int[]) as g(id, ms) where a.id = g.id
"""

_GIVEN = """
from unnest(%(ids)s::bigint[], %(ms)s::int[], %(minutes)s::int[], %(texts)s::text[]) as g(id, ms, minutes, told)
"""

SHARES = f"""
insert into exams_compensationshare (compensation_id, attempt_id, ms) select %(compensation)s, g.id, g.ms {_GIVEN}
"""

EVENTS = f"""
insert into exams_attemptevent (attempt_id, event, by_id, why, at, data)
select g.id, 'compensate', %(by)s, %(why)s, %(now)s,
    jsonb_build_object('ms', g.ms, 'minutes', g.minutes, 'compensation', %(compensation)s::bigint)
{_GIVEN} order by g.id
"""

NOTICES = f"""
insert into exams_notice (sitting_id, attempt_id, kind, text, data, at)
select a.sitting_id, g.id, 'compensated', g.told, jsonb_build_object('ms', g.ms, 'why', %(why)s::text), %(now)s
{_GIVEN} join exams_attempt a on a.id = g.id order by g.id
"""


class NotOver(Exception):
    """The outage is said to end in the future: nobody knows yet what it takes."""


class NobodyLostTime(Exception):
    """No attempt of the place was silent during the outage while its clock ran."""


class SamePerson(Exception):
    """Whoever proposed a compensation cannot approve it."""


class AlreadyDecided(Exception):
    """The proposal was approved or rejected before."""


class Given(NamedTuple):
    """How many attempts got their time while they ran or before they started, and how many were reopened with it."""

    extended_count: int
    reopened_count: int


def propose(exam: Exam, place: Organization, outage: Interval, *, why: str, by: Any, now: datetime) -> Compensation:
    """Puts a compensation up for approval. Raises NotOver, NobodyLostTime."""
    if outage.until_at > now:
        raise NotOver
    if not losses.total(losses.read(exam, place, outage, now)):
        raise NobodyLostTime
    proposal = Compensation(
        exam=exam,
        organization=place,
        from_at=outage.from_at,
        until_at=outage.until_at,
        why=why,
        proposed_by_id=by.pk,
        proposed_at=now,
    )
    with transaction.atomic():
        proposal.save()
        _record("compensation:propose", proposal, by, now, why)
    return proposal


def met(compensation: Compensation, now: datetime) -> list[Loss]:
    """Whom the outage met and by how much, as things stood when it was approved; before that, as they stand now."""
    outage = Interval(compensation.from_at, compensation.until_at)
    at = compensation.decided_at or now
    return losses.read(compensation.exam, compensation.organization, outage, at, own=compensation.pk)


def approve(compensation: Compensation, *, by: Any, now: datetime, reopen: bool = False) -> Given:
    """Approves and hands out. `reopen`: those whom the clock closed meanwhile go on for what they lost, from now.
    Raises SamePerson, AlreadyDecided."""
    _decide(compensation, CompensationState.APPROVED, by, now)
    return hand_out(compensation, by=by, now=now, reopen=reopen)


def reject(compensation: Compensation, *, by: Any, now: datetime) -> None:
    """Turns a proposal down; whoever made it may take it back so. Raises AlreadyDecided."""
    _decide(compensation, CompensationState.REJECTED, by, now)


@transaction.atomic
def _decide(compensation: Compensation, state: CompensationState, by: Any, now: datetime) -> None:
    locked = Compensation.objects.select_for_update().get(pk=compensation.pk)
    if locked.state != CompensationState.PROPOSED:
        raise AlreadyDecided
    if state == CompensationState.APPROVED and by.pk == locked.proposed_by_id:
        raise SamePerson
    compensation.state, compensation.decided_by_id, compensation.decided_at = state, by.pk, now
    compensation.save(update_fields=["state", "decided_by_id", "decided_at"])
    _record("compensation:approve", compensation, by, now, state)


def hand_out(compensation: Compensation, *, by: Any, now: datetime, reopen: bool = False) -> Given:
    """Gives everybody their share of an approved compensation who does not have it yet, 500 at a time; what was cut
    off by a fault is completed by calling it again. Raises AlreadyDecided for one that is not approved."""
    if compensation.state != CompensationState.APPROVED:
        raise AlreadyDecided
    found = [loss for loss in met(compensation, now) if loss.ms]
    running = [loss for loss in found if loss.standing in (Standing.RUNNING, Standing.TO_COME)]
    parts = [running[first : first + CHUNK] for first in range(0, len(running), CHUNK)]
    extended = sum(_extend(compensation, part, by=by, now=now) for part in parts)
    closed = [loss for loss in found if loss.standing == Standing.CLOSED_BY_CLOCK] if reopen else []
    return Given(extended, sum(_reopen(compensation, loss, by=by, now=now) for loss in closed))


@transaction.atomic
def _extend(compensation: Compensation, part: Sequence[Loss], *, by: Any, now: datetime) -> int:
    rows = Attempt.objects.filter(pk__in=[loss.attempt_id for loss in part], state__in=STILL_TO_COME)
    locked = set(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    unserved = locked - _served(compensation, part)
    due = [loss for loss in part if loss.attempt_id in unserved]
    with connection.cursor() as cursor:
        cursor.execute(EXTEND, {"ids": [loss.attempt_id for loss in due], "ms": [loss.ms for loss in due]})
    _remember(compensation, due, by, now)
    return len(due)


@transaction.atomic
def _reopen(compensation: Compensation, loss: Loss, *, by: Any, now: datetime) -> bool:
    attempt = Attempt.objects.select_for_update().get(pk=loss.attempt_id)
    if _served(compensation, [loss]):
        return False
    try:
        delivery.reopen_for(attempt, timedelta(milliseconds=loss.ms), by=by, why=compensation.why, now=now)
    except IllegalTransition:
        return False
    _remember(compensation, [loss], by, now)
    audit.record(
        "attempt:reopen",
        by=by,
        now=now,
        organization=compensation.organization,
        kind="attempt",
        ids=[attempt.pk],
        reason=compensation.why,
    )
    return True


def _served(compensation: Compensation, part: Iterable[Loss]) -> set[int]:
    shares = compensation.shares.filter(attempt__in=[loss.attempt_id for loss in part])
    return set(shares.values_list("attempt_id", flat=True))


def _remember(compensation: Compensation, given: Sequence[Loss], by: Any, now: datetime) -> None:
    """The shares, an event of each attempt, and what each student is told."""
    values = {
        "ids": [loss.attempt_id for loss in given],
        "ms": [loss.ms for loss in given],
        "minutes": [minutes(loss.ms) for loss in given],
        "texts": [_told(loss.ms) for loss in given],
        "compensation": compensation.pk,
        "why": compensation.why,
        "by": by.pk,
        "now": now,
    }
    with connection.cursor() as cursor:
        for statement in (SHARES, EVENTS, NOTICES):
            cursor.execute(statement, values)


def _told(ms: int) -> str:
    return _("刚才的中断耽误了你的时间，现在补给你 %(time)s。") % {"time": spoken(ms)}


def minutes(ms: int) -> int:
    """The nearest whole number of minutes, one at least."""
    return max(1, round(ms / 60_000))


def spoken(ms: int) -> str:
    """ "4 分 40 秒", "5 分钟", "40 秒"."""
    whole, seconds = divmod(ms // 1000, 60)
    if not seconds:
        return _("%(minutes)d 分钟") % {"minutes": whole}
    if not whole:
        return _("%(seconds)d 秒") % {"seconds": seconds}
    return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": whole, "seconds": seconds}


def _record(action: str, compensation: Compensation, by: Any, now: datetime, reason: str) -> None:
    place = compensation.organization
    audit.record(action, by=by, now=now, organization=place, kind="compensation", ids=[compensation.pk], reason=reason)

"""How a rehearsal stands that somebody ordered, how long it takes, and what stands in its way."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from exams import window
from exams.models import Rehearsal, Sitting
from exams.models.rehearsals import RehearsalState
from schools.models import Organization
from schools.models.organizations import Kind

UNFINISHED = (RehearsalState.WAITING, RehearsalState.RUNNING)
PREPARED_PER_SECOND = 300  # seats
ENTERING_PER_SECOND = 300
SHORTEST_ENTERING = timedelta(seconds=30)


class RealSitting(Exception):
    """A real sitting is open, or opens before the rehearsal would have ended."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(str(sitting.pk))
        self.sitting = sitting


def refuse_beside_real_sittings(student_count: int, minutes: int, now: datetime) -> None:
    """Raises RealSitting when a sitting with a roster is open at any time until this rehearsal would have ended."""
    end = now + duration(student_count, minutes)
    near = Sitting.objects.real().filter(fixed_at__isnull=False, opens_at__lt=end, closes_at__gt=now)
    if (first := near.order_by("opens_at").first()) is not None:
        raise RealSitting(first)


def duration(student_count: int, minutes: int) -> timedelta:
    """How long a rehearsal takes, from the order to the verdict: preparing, entering, start, test, grace, comparing."""
    preparing = timedelta(seconds=20 + 2 * student_count / PREPARED_PER_SECOND)
    spread = window.spread_ms(student_count, settings.LANE_REHEARSED_STARTS_PER_SECOND)
    grace = timedelta(seconds=settings.LANE_GRACE_SECONDS)
    return preparing + entering(student_count) + timedelta(minutes=minutes, milliseconds=spread) + grace


def entering(student_count: int) -> timedelta:
    """How long before the start the first come."""
    return max(SHORTEST_ENTERING, timedelta(seconds=student_count / ENTERING_PER_SECOND))


def visible(user: Any) -> "QuerySet[Rehearsal]":
    """The rehearsals this person may see, the latest first."""
    rows: QuerySet[Rehearsal] = Rehearsal.objects.visible_to(user, "rehearsal:run")
    return rows.select_related("organization")


def home(user: Any) -> Organization | None:
    """The place in whose name this person rehearses: their city."""
    places: QuerySet[Organization] = Organization.objects.visible_to(user, "rehearsal:run")
    return places.filter(kind=Kind.CITY, synthetic=False).order_by("path").first()


def has_died(one: Rehearsal, now: datetime) -> bool:
    """Whether it is said to run, and has given no sign of life for longer than it said it might."""
    until = one.figures.get("progress", {}).get("until", 0)
    return one.state == RehearsalState.RUNNING and now.timestamp() > until


def standing(one: Rehearsal, now: datetime) -> RehearsalState:
    """The state as people are told it: one that has died is broken, also before anybody wrote so."""
    return RehearsalState.BROKEN if has_died(one, now) else RehearsalState(one.state)


def abandon(pk: int, now: datetime, trouble: str = "") -> bool:
    """Marks one that did not come to its end; tells whether it was unfinished until now."""
    rows = Rehearsal.objects.filter(pk=pk, state__in=UNFINISHED)
    return bool(rows.update(state=RehearsalState.BROKEN, ended_at=now, trouble=trouble[:300]))

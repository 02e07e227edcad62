"""Orders rehearsals, and their clearing, from the queue."""

from datetime import datetime
from typing import Any

from django.db import transaction

from exams import jobs, rehearsal, rehearsing
from exams.models import Rehearsal
from schools import audit
from schools.models import Organization

ITEMS = 50


class AlreadyRehearsing(Exception):
    """Another rehearsal has not ended yet; two at once would measure each other."""


def order(
    organization: Organization, student_count: int, minutes: int, *, forced: bool, by: Any, now: datetime
) -> Rehearsal:
    """Puts a rehearsal into the queue. Raises AlreadyRehearsing,
    rehearsing.RealSitting, rehearsal.BankTooSmall."""
    rehearsal.largest_stage(ITEMS)
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)
        for other in Rehearsal.objects.select_for_update().filter(state__in=rehearsing.UNFINISHED):
            if not rehearsing.has_died(other, now):
                raise AlreadyRehearsing
            rehearsing.abandon(other.pk, now)
        if not forced:
            rehearsing.refuse_beside_real_sittings(student_count, minutes, now)
        made = Rehearsal.objects.create(
            organization=organization,
            student_count=student_count,
            item_count=ITEMS,
            minutes=minutes,
            forced=forced,
            created_by_id=by.pk,
            created_at=now,
        )
        audit.record("rehearsal:run", by=by, now=now, organization=organization, kind="rehearsal", ids=[made.pk])
        jobs.ask_for_rehearsal(made.pk)
    return made


def clear(one: Rehearsal, *, by: Any, now: datetime) -> None:
    """Has the queue take away the invented students of all rehearsals that have ended; the figures stay."""
    audit.record("rehearsal:run", by=by, now=now, organization=one.organization, kind="rehearsal", ids=[one.pk])
    jobs.ask_for_clearing()

"""Reads for the pages of time: places to choose, whom an outage met, class by class, and who has extra time. Whoever
looks at names leaves an entry in the audit trail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from exams import compensating, losses
from exams.lifecycle import State
from exams.losses import Loss, Standing
from exams.models import Attempt, Compensation, Room, Sitting
from exams.models.compensations import CompensationState
from exams.outages import Interval
from schools import audit, browsing
from schools.models import Organization, User


class ClassLine(NamedTuple):
    """What an outage did to one class: how many get time, from how much to how much, and who does not get any."""

    organization: Organization
    school: Organization | None
    served_count: int
    least_ms: int
    most_ms: int
    closed_count: int
    handed_in_count: int
    never_count: int


class Sums(NamedTuple):
    """The lines of all classes, and the same added up."""

    lines: list[ClassLine]
    served_count: int
    closed_count: int
    handed_in_count: int
    never_count: int
    minutes: int


class Listed(NamedTuple):
    """One compensation with the people behind it."""

    compensation: Compensation
    proposed_by: User | None
    decided_by: User | None


def sittings(user: Any, permission: str) -> "QuerySet[Sitting]":
    """Sittings with a room for which `user` holds the permission."""
    rooms = Room.objects.visible_to(user, permission).filter(sitting=OuterRef("pk"))
    return Sitting.objects.filter(Exists(rooms)).select_related("exam")


def places(user: Any, sitting: Sitting, permission: str) -> list[Organization]:
    """The user's places that have rooms of the sitting, from the top down. Classes are left out where there are
    several schools: they have their own way in from the room's page."""
    rooms = Room.objects.visible_to(user, permission).filter(sitting=sitting).select_related("organization")
    line = {path for room in rooms for path in room.organization.line()}
    found = list(browsing.places(user, permission).filter(path__in=line))
    schools = sum(one.kind == "school" for one in found)
    return [one for one in found if one.kind != "class" or schools <= 1]


def choices(offered: Iterable[Organization], now: datetime) -> list[tuple[str, str]]:
    """The places as lines of a list to choose from, set in as they lie below one another."""
    found = list(offered)
    top = min((one.depth for one in found), default=0)
    on = timezone.localdate(now)
    return [(str(one.pk), "\u3000" * (one.depth - top) + one.display_name(on)) for one in found]


def with_class(offered: list[Organization], asked: str, user: Any, permission: str) -> list[Organization]:
    """The places offered and, where it is the user's, the class somebody came from."""
    if not (asked.isascii() and asked.isdigit()) or any(str(one.pk) == asked for one in offered):
        return offered
    return [*offered, *browsing.places(user, permission).of_kind("class").filter(pk=asked)]


def sums(found: Sequence[Loss]) -> Sums:
    """Whom an outage met, class by class; two queries."""
    rooms = Room.objects.filter(pk__in={loss.room_id for loss in found}).select_related("organization")
    classes = {room.pk: room.organization for room in rooms}
    by_class: dict[int, list[Loss]] = defaultdict(list)
    for loss in found:
        by_class[classes[loss.room_id].pk].append(loss)
    unique = {one.pk: one for one in classes.values()}
    ordered = sorted(unique.values(), key=lambda one: one.path)
    paths = {one.line()[-2] for one in ordered}
    schools = {school.path: school for school in Organization.objects.filter(path__in=paths)}
    lines = [_line(one, schools.get(one.line()[-2]), by_class[one.pk]) for one in ordered]
    return Sums(
        lines,
        sum(line.served_count for line in lines),
        sum(line.closed_count for line in lines),
        sum(line.handed_in_count for line in lines),
        sum(line.never_count for line in lines),
        losses.total(loss for loss in found if is_served(loss)) // 60_000,
    )


def is_served(loss: Loss) -> bool:
    """Whether this attempt gets its time without anything else being done."""
    return loss.ms > 0 and loss.standing in (Standing.RUNNING, Standing.TO_COME)


def _line(class_: Organization, school: Organization | None, met: Sequence[Loss]) -> ClassLine:
    served = [loss.ms for loss in met if is_served(loss)]
    standings = Counter(loss.standing for loss in met)
    return ClassLine(
        class_,
        school,
        len(served),
        min(served, default=0),
        max(served, default=0),
        standings[Standing.CLOSED_BY_CLOCK],
        standings[Standing.HANDED_IN],
        standings[Standing.NEVER_STARTED] + standings[Standing.NEVER_ENTERED],
    )


def open_names(found: Sequence[Loss], lines: Sequence[ClassLine], asked: str, *, by: Any, now: datetime) -> Any:
    """The class that was asked for, and everybody in it whom the outage met, by name; None for a class that is not
    among the lines."""
    class_ = next((line.organization for line in lines if str(line.organization.pk) == asked), None)
    if class_ is None:
        return None
    by_id = {loss.attempt_id: loss for loss in found}
    rows = Attempt.objects.filter(pk__in=by_id, room__organization=class_).select_related("student")
    attempts = list(rows.order_by("student__student_code"))
    ids = [one.pk for one in attempts]
    audit.record("student:view", by=by, now=now, organization=class_, kind="attempt", ids=ids)
    return {"organization": class_, "rows": [(one.student, by_id[one.pk]) for one in attempts]}


def compensations(user: Any, permission: str = "compensation:propose") -> "QuerySet[Compensation]":
    """Compensations of the places for which the user holds the permission."""
    rows: QuerySet[Compensation] = Compensation.objects.visible_to(user, permission)
    return rows.select_related("exam", "organization")


def listed(rows: Iterable[Compensation]) -> list[Listed]:
    """With who proposed and decided, in one query."""
    found = list(rows)
    people = User.objects.in_bulk({pk for one in found for pk in (one.proposed_by_id, one.decided_by_id) if pk})
    return [Listed(one, people.get(one.proposed_by_id), people.get(one.decided_by_id or 0)) for one in found]


def preview(sitting: Sitting, place: Organization, outage: Interval, now: datetime) -> list[Loss]:
    """Whom an outage met at and below a place, in every sitting of the exam."""
    return losses.read(sitting.exam, place, outage, now)


def open_compensation(compensation: Compensation, asked: str, *, by: Any, now: datetime) -> dict[str, Any]:
    """The page of a compensation: whom it is for, who has their time already, what this person may do."""
    found = compensating.met(compensation, now)
    served = set(compensation.shares.values_list("attempt_id", flat=True))
    added = sums(found)
    approved = compensation.state == CompensationState.APPROVED
    closed = [one for one in found if one.standing == Standing.CLOSED_BY_CLOCK and one.attempt_id not in served]
    return {
        "listed": listed([compensation])[0],
        "compensation": compensation,
        "sums": added,
        "named": open_names(found, added.lines, asked, by=by, now=now),
        "served_count": len(served),
        "pending_count": sum(is_served(one) and one.attempt_id not in served for one in found) if approved else 0,
        "closed_count": len(closed),
        "own": compensation.proposed_by_id == by.pk,
        "may_approve": browsing.may(by, "compensation:approve", compensation.organization),
        "may_reopen": browsing.may(by, "attempt:reopen", compensation.organization),
        "sitting": _sitting_of(compensation, by),
    }


def _sitting_of(compensation: Compensation, user: Any) -> Sitting | None:
    """The sitting whose page leads back: the last of the exam that ran during the outage."""
    rows = sittings(user, "compensation:propose").filter(exam=compensation.exam)
    return rows.filter(opens_at__lt=compensation.until_at).order_by("-opens_at").first()


def open_accommodations(user: Any, sitting: Sitting, now: datetime) -> list[Attempt]:
    """Everybody of the sitting within reach who has extra time, by name; the look is remembered class by class."""
    rows: QuerySet[Attempt] = Attempt.objects.visible_to(user, "attempt:extend").filter(sitting=sitting, extra_ms__gt=0)
    rows = rows.exclude(state=State.VOIDED).select_related("student", "room__organization")
    found = list(rows.order_by("room__organization__path", "student__student_code"))
    by_class: dict[Organization, list[int]] = defaultdict(list)
    for one in found:
        by_class[one.room.organization].append(one.pk)
    for class_, ids in by_class.items():
        audit.record("student:view", by=user, now=now, organization=class_, kind="attempt", ids=ids)
    return found


def seat_by_code(user: Any, sitting: Sitting, code: str) -> Attempt | None:
    """The seat of a student in the sitting, if this person may give them time."""
    rows: QuerySet[Attempt] = Attempt.objects.visible_to(user, "attempt:extend").filter(sitting=sitting)
    found = rows.exclude(state=State.VOIDED).filter(student__student_code=code.strip())
    return found.select_related("student", "room__organization").first()

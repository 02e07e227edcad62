"""Reads for the planning pages: which blueprints, exams, sittings and rooms a person may open. Changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, F, Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from exams import supply
from exams.making_up import Missing
from exams.models import Blueprint, Exam, Paper, Room, Sitting
from schools.models import Organization


class RoomRow(NamedTuple):
    """One room with its school; the room carries the counts of RoomQuerySet.with_counts."""

    room: Room
    school: Organization | None


class PaperSummary(NamedTuple):
    """The papers of an exam in figures: how many items all of them need, and how many stand on more than one."""

    papers: list[Paper]
    distinct_count: int
    shared_count: int


def blueprints(user: Any) -> "QuerySet[Blueprint]":
    """Blueprints that `user` may edit, latest first, with `item_count` and `points`."""
    rows: QuerySet[Blueprint] = Blueprint.objects.visible_to(user, "blueprint:edit")
    totals = {"item_count": Sum("cells__count"), "points": Sum(F("cells__count") * F("cells__points"))}
    return rows.select_related("organization").annotate(**totals).order_by("-pk")


def homes(user: Any, permission: str) -> list[Organization]:
    """The places for which `user` plans."""
    return list(Organization.objects.held_by(user, permission))


def exams(user: Any) -> "QuerySet[Exam]":
    """Exams that concern the user's places, latest first, with counts of papers and sittings."""
    rows: QuerySet[Exam] = Exam.objects.announced_to(user, "exam:view").real()
    return rows.annotate(
        paper_count=Count("papers", distinct=True),
        sitting_count=Count("sittings", distinct=True),
        last_closing=Max("sittings__closes_at"),
    ).order_by("-created_at", "-pk")


def exams_for(user: Any, permission: str) -> "QuerySet[Exam]":
    """Exams of the user's own places on which they may act with `permission`."""
    rows: QuerySet[Exam] = Exam.objects.visible_to(user, permission).real()
    return rows


def exams_to_schedule(user: Any) -> "QuerySet[Exam]":
    """Exams of which `user` may plan sittings: own ones, and those with papers of the places above."""
    rows: QuerySet[Exam] = Exam.objects.announced_to(user, "sitting:schedule").real()
    return rows


def papers(exam: Exam) -> PaperSummary:
    """The papers without their content, and how much they share."""
    rows = list(exam.papers.defer("content", "keys").order_by("number"))
    used = exam.papers.values_list("slots__item_version").annotate(n=Count("pk")).order_by()
    numbers = [number for version, number in used if version is not None]
    return PaperSummary(rows, len(numbers), sum(number > 1 for number in numbers))


def sittings(user: Any) -> "QuerySet[Sitting]":
    """Sittings that concern the user's places, latest first."""
    rows: QuerySet[Sitting] = Sitting.objects.visible_to(user, "sitting:view").real()
    return rows.select_related("exam").with_counts().order_by("-opens_at", "-pk")  # type: ignore[attr-defined]


def sittings_to_schedule(user: Any) -> "QuerySet[Sitting]":
    """Sittings that lie wholly within what `user` schedules."""
    rows: QuerySet[Sitting] = Sitting.objects.schedulable_by(user).real()
    return rows.select_related("exam")


def place_names(sitting: Sitting) -> list[str]:
    """Who sits, as places are called on the day; a class with its school."""
    on = timezone.localdate(sitting.opens_at)
    places = list(sitting.organizations.order_by("path"))
    parents = {one.line()[-2] for one in places if one.kind == "class"}
    schools = dict(Organization.objects.filter(path__in=parents).values_list("path", "name"))
    return [f"{schools[one.line()[-2]]} {one.display_name(on)}" if one.kind == "class" else one.name for one in places]


def rooms(user: Any, sitting: Sitting) -> "QuerySet[Room]":
    """The rooms of a sitting that `user` may see, in the order of the tree."""
    rows: QuerySet[Room] = Room.objects.visible_to(user, "sitting:view").filter(sitting=sitting)
    return rows.select_related("organization").order_by("organization__path")


def room_rows(rooms: Iterable[Room]) -> list[RoomRow]:
    """These few rooms with counts and schools, in the order given."""
    wanted = [room.pk for room in rooms]
    counted: QuerySet[Room] = Room.objects.filter(pk__in=wanted).with_counts()
    rows = list(counted.select_related("organization").order_by("organization__path"))
    parents = {room.organization.line()[-2] for room in rows}
    schools = {school.path: school for school in Organization.objects.filter(path__in=parents)}
    return [RoomRow(room, schools.get(room.organization.line()[-2])) for room in rows]


def around(user: Any, sitting: Sitting) -> dict[str, Any]:
    """What a sitting's page says beside the sitting itself: its make-ups, and whether students come by plain http."""
    return {"make_ups": sittings(user).filter(make_up_of=sitting), "plain_http": is_plain_http()}


def as_make_up(first: Sitting) -> Sitting:
    """A sitting not stored yet, with the rules of the one it makes up for."""
    return Sitting(
        title=gettext("%(title)s补考") % {"title": first.title},
        start_mode=first.start_mode,
        closing_cuts=first.closing_cuts,
        late_start=first.late_start,
        admission_ms=first.admission_ms,
        time_limit_ms=first.time_limit_ms,
    )


def with_schools(found: Sequence[Missing]) -> list[tuple[Missing, Organization | None]]:
    """Every class of a make-up with its school, in one query."""
    paths = {one.organization.line()[-2] for one in found}
    schools = {school.path: school for school in Organization.objects.filter(path__in=paths)}
    return [(one, schools.get(one.organization.line()[-2])) for one in found]


def open_room_count(sitting: Sitting, now: datetime) -> int:
    """In how many rooms of a sitting one may still start."""
    over: QuerySet[Room] = Room.objects.filter(sitting=sitting).over_at(now)
    return sitting.rooms.exclude(pk__in=over.values("pk")).count()


def keys_were_open(exam: Exam, now: datetime) -> bool:
    """Whether students of the exam may have seen the keys: every room's close has come."""
    return not Room.objects.filter(sitting__exam=exam).with_close().filter(close_at__gt=now).exists()


def is_plain_http() -> bool:
    """Whether students come by http from other machines: their browsers then keep fewer promises."""
    address = urlsplit(settings.SITE_URL)
    return address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1")


def account(exam: Exam) -> supply.Account | None:
    """What the bank can give the exam's blueprint today; None without one."""
    if exam.blueprint is None:
        return None
    return supply.account(exam.stage, list(exam.blueprint.cells.select_related("topic")))

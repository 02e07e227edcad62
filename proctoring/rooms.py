"""Reads rooms and seats for their pages. Whoever opens a page with names leaves an entry in the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from exams import lateanswers
from exams.lifecycle import FINISHED, State
from exams.models import Attempt, Room
from exams.models.sittings import StartMode
from proctoring import board, fold, happenings, words
from schools import audit, browsing
from schools.models import Organization

_POWERS = {
    "proctor": "room:proctor",
    "extend": "attempt:extend",
    "delay": "room:delay",
    "compensate": "compensation:propose",
    "transcribe": "attempt:transcribe",
    "void": "attempt:void",
    "reopen": "attempt:reopen",
    "cards": "card:print",
    "papers": "paper:print",
    "late": "late:decide",
    "rescue": "attempt:rescue",
}
_HERE = ~Q(attempts__state=State.VOIDED)


def within_reach(user: Any, permission: str) -> QuerySet[Room]:
    """Rooms that `user` may act on with `permission`."""
    return Room.objects.visible_to(user, permission).select_related("sitting__exam", "organization")


def seats_within_reach(user: Any, permission: str) -> QuerySet[Attempt]:
    """Attempts that `user` may act on with `permission`."""
    rows = Attempt.objects.visible_to(user, permission)
    return rows.select_related("student", "paper", "sitting__exam", "room__organization", "room__sitting")


def powers(user: Any, organization: Organization) -> dict[str, bool]:
    """What `user` may do in a room of this class."""
    return {word: browsing.may(user, permission, organization) for word, permission in _POWERS.items()}


def _counted(rooms: QuerySet[Room]) -> QuerySet[Room]:
    return rooms.annotate(
        student_count=Count("attempts", filter=_HERE),
        absent_count=Count("attempts", filter=Q(attempts__state=State.ASSIGNED)),
        finished_count=Count("attempts", filter=Q(attempts__state__in=list(FINISHED))),
    )


def of_day(user: Any, now: datetime) -> QuerySet[Room]:
    """The rooms of today's sittings, rehearsals left out."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = within_reach(user, "room:view").filter(
        sitting__exam__rehearsal=False, sitting__opens_at__lt=start + timedelta(days=1), sitting__closes_at__gt=start
    )
    return _counted(today).order_by("sitting__opens_at", "organization__path", "pk")


def classes(user: Any) -> QuerySet[Organization]:
    """The classes whose students `user` may see."""
    found: QuerySet[Organization] = browsing.places(user, "student:view").of_kind("class")
    return found.order_by("path")


def with_schools(rooms: Iterable[Room]) -> list[tuple[Room, Organization | None]]:
    """Every room with the school of its class, in one query: class names are the same in every school."""
    found = list(rooms)
    schools = _schools(room.organization for room in found)
    return [(room, schools.get(_school_path(room.organization))) for room in found]


def classes_with_schools(classes: Iterable[Organization]) -> list[tuple[Organization, Organization | None]]:
    """Every class with its school, in one query."""
    found = list(classes)
    schools = _schools(found)
    return [(class_, schools.get(_school_path(class_))) for class_ in found]


def _school_path(class_: Organization) -> str:
    return str(class_.line()[-2])


def _schools(classes: Iterable[Organization]) -> dict[str, Organization]:
    paths = {_school_path(class_) for class_ in classes}
    return {school.path: school for school in Organization.objects.filter(path__in=paths)}


def open_class(class_: Organization, *, by: Any, now: datetime) -> dict[str, Any]:
    """A class: its students and its sittings, those to come and the last ones."""
    students = browsing.class_list(class_)
    ids = [row.student_id for row in students]
    audit.record("student:view", by=by, now=now, organization=class_, kind="student", ids=ids)
    rooms = _counted(within_reach(by, "room:view").filter(organization=class_)).order_by("-sitting__opens_at", "pk")
    return {
        "organization": class_,
        "school": classes_with_schools([class_])[0][1],
        "students": students,
        "rooms": rooms[:30],
        "powers": powers(by, class_),
    }


def open_room(room: Room, *, by: Any, now: datetime) -> dict[str, Any]:
    """The room page: everybody by name with how they stand, what happened, what this person may do."""
    picture = board.picture(room.pk, now)
    rows = {row.attempt_id: row for row in picture["rows"]}
    attempts = room.attempts.select_related("student").order_by("student__student_code", "pk")
    seats = [(one, rows[one.pk], words.SHOWN[fold.Shown(rows[one.pk].shown)]) for one in attempts if one.pk in rows]
    ids = [attempt.pk for attempt, _row, _word in seats]
    audit.record("room:view", by=by, now=now, organization=room.organization, kind="attempt", ids=ids)
    counts = fold.counts(picture["rows"])
    return {
        "room": room,
        "school": with_schools([room])[0][1],
        "picture": picture,
        "seats": seats,
        "counts": counts,
        "tally": [
            (str(shown), word, counts[shown]) for shown, word in words.SHOWN.items() if shown != fold.Shown.VOIDED
        ],
        "happenings": happenings.in_room(room),
        "powers": powers(by, room.organization),
        "waits_for_go": waits_for_go(room),
        "can_pause": _can_pause(room, counts),
        "late": lateanswers.tallies([room.pk]).get(room.pk, lateanswers.NONE),
        "words": words.page(),
    }


def _can_pause(room: Room, counts: Mapping[str, int]) -> bool:
    """Whether a clock runs in the room, or somebody waits there whom nothing holds yet."""
    running = counts[fold.Shown.ANSWERING] + counts[fold.Shown.OFFLINE]
    return bool(running or (room.held_at is None and counts[fold.Shown.WAITING]))


def waits_for_go(room: Room) -> bool:
    """Whether the room's proctor still has to say go."""
    return room.sitting.start_mode == StartMode.GO and room.go_at is None and room.ended_at is None


def open_seat(attempt: Attempt, *, by: Any, now: datetime) -> dict[str, Any]:
    """One student's seat: how they stand, what happened to them, what this person may do."""
    audit.record(
        "student:view", by=by, now=now, organization=attempt.room.organization, kind="attempt", ids=[attempt.pk]
    )
    row = next(row for row in board.rows(attempt.room_id, now) if row.attempt_id == attempt.pk)
    return {
        "attempt": attempt,
        "room": attempt.room,
        "row": row,
        "state_word": words.SHOWN[fold.Shown(row.shown)],
        "happenings": happenings.of_attempt(attempt),
        "silences": happenings.silences(attempt, now),
        "powers": powers(by, attempt.room.organization),
        "finished": attempt.state in FINISHED,
    }


def standing(room: Room, now: datetime) -> dict[str, int]:
    """How many of a room are in which state, without names."""
    return fold.counts(board.rows(room.pk, now))

"""Lays out seat cards for printing: who gets which card, and the QR that opens the door with it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.db.models import Count, QuerySet

from exams import cards
from exams.lifecycle import State
from exams.models import Attempt, Room, Sitting
from schools import audit
from schools.models import Organization

PER_SHEET = 10
MOST_CARDS = 600
# A fixed mask spares the coder from trying all eight on every card (1.5 ms instead of 5.5 ms); any mask is valid.
MASK = 3


class SeatCard(NamedTuple):
    """One card: whose, which place in the class's list, the digits in fours, and the QR as the address of an image."""

    attempt: Attempt
    seat: int
    digits: str
    qr: str


class Sheet(NamedTuple):
    """One page of cards of one class."""

    room: Room
    school: Organization | None
    number: int
    sheet_count: int
    cards: list[SeatCard]


class Choice(NamedTuple):
    """A part of a sitting whose cards are printed by themselves: a school, or a class when there is only one school."""

    organization: Organization
    room: Room | None
    student_count: int


def printable(user: Any, sitting: Sitting) -> "QuerySet[Room]":
    """The rooms of a sitting whose cards `user` may print, in the order of the tree."""
    rows: QuerySet[Room] = Room.objects.visible_to(user, "card:print").filter(sitting=sitting)
    return rows.select_related("organization", "sitting__exam").order_by("organization__path")


def rooms(user: Any) -> "QuerySet[Room]":
    """Every room whose cards `user` may print."""
    rows: QuerySet[Room] = Room.objects.visible_to(user, "card:print")
    return rows.select_related("organization", "sitting__exam")


def attempts(user: Any) -> "QuerySet[Attempt]":
    """Every attempt whose card `user` may print."""
    rows: QuerySet[Attempt] = Attempt.objects.visible_to(user, "card:print").exclude(state=State.VOIDED)
    return rows.select_related("room__organization", "room__sitting__exam", "student")


def of_place(chosen: "QuerySet[Room]", organization: Organization) -> "QuerySet[Room]":
    """Those of the rooms that lie at or below a place."""
    return chosen.filter(organization__path__startswith=organization.path)


def count(chosen: "QuerySet[Room]") -> int:
    """How many cards these rooms have."""
    return Attempt.objects.filter(room__in=chosen.order_by()).exclude(state=State.VOIDED).count()


def choices(chosen: "QuerySet[Room]") -> list[Choice]:
    """The parts into which a print that is too large falls."""
    counts = _live(chosen).order_by().values_list("room").annotate(n=Count("pk"))
    numbers = dict(counts)
    found = list(chosen)
    schools = _schools(found)
    if len(schools) <= 1:
        return [Choice(room.organization, room, numbers.get(room.pk, 0)) for room in found]
    return [
        Choice(schools[path], None, sum(numbers.get(room.pk, 0) for room in members))
        for path, members in groupby(found, _school_path)
        if path in schools
    ]


def sheets(chosen: Iterable[Room], *, by: Any, now: datetime) -> list[Sheet]:
    """The pages of these rooms; printing is remembered, school by school."""
    found = list(chosen)
    schools = _schools(found)
    _remember(found, schools, by, now)
    seats = _live(found).select_related("student").order_by("room", "walk_in", "student__student_code")
    by_room = {room_id: list(rows) for room_id, rows in groupby(seats, lambda attempt: attempt.room_id)}
    pages: list[Sheet] = []
    for room in found:
        pages.extend(_pages(room, schools.get(_school_path(room)), by_room.get(room.pk, [])))
    return pages


def single(attempt: Attempt, *, by: Any, now: datetime) -> Sheet:
    """One card alone, with the number it has in its class."""
    ids = _live([attempt.room]).order_by("walk_in", "student__student_code").values_list("pk", flat=True)
    audit.record("card:print", by=by, now=now, organization=attempt.room.organization, kind="attempt", ids=[attempt.pk])
    school = _schools([attempt.room]).get(_school_path(attempt.room))
    return Sheet(attempt.room, school, 1, 1, [_card(attempt, list(ids).index(attempt.pk) + 1)])


def _live(chosen: Any) -> "QuerySet[Attempt]":
    return Attempt.objects.filter(room__in=chosen).exclude(state=State.VOIDED)


def _pages(room: Room, school: Organization | None, members: Sequence[Attempt]) -> Iterator[Sheet]:
    made = [_card(attempt, seat) for seat, attempt in enumerate(members, start=1)]
    parts = [made[start : start + PER_SHEET] for start in range(0, len(made), PER_SHEET)]
    for number, part in enumerate(parts, start=1):
        yield Sheet(room, school, number, len(parts), part)


def _card(attempt: Attempt, seat: int) -> SeatCard:
    return SeatCard(attempt, seat, cards.spaced(attempt.card), qr(attempt.card))


def qr(card: str) -> str:
    """The address of an image that, scanned, opens the students' door with the card filled in."""
    code = segno.make_qr(f"{settings.SITE_URL.rstrip('/')}/#{card}", error="m", mask=MASK, boost_error=False)
    return str(code.svg_data_uri(border=2, omitsize=True))


def _school_path(room: Room) -> str:
    return room.organization.line()[-2]


def _schools(found: Iterable[Room]) -> dict[str, Organization]:
    paths = {_school_path(room) for room in found}
    return {school.path: school for school in Organization.objects.filter(path__in=paths)}


def _remember(found: Iterable[Room], schools: dict[str, Organization], by: Any, now: datetime) -> None:
    for path, members in groupby(found, _school_path):
        ids = [room.pk for room in members]
        audit.record("card:print", by=by, now=now, organization=schools.get(path), kind="room", ids=ids)

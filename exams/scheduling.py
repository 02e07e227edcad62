"""Plans sittings: fixes the roster, makes the attempts with their papers, seeds and seat cards, admits walk-ins."""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from exams import cards, freezing, keys, window
from exams.lifecycle import IllegalTransition, State
from exams.models import Attempt, AttemptEvent, Exam, Paper, Room, Sitting
from schools.models import Enrollment, Organization, Student

BATCH = 2000


class EmptyRoster(Exception):
    """The organizations of the sitting have no student of its grade."""


class NoPapers(Exception):
    """The exam has no papers yet; they must be assembled first."""


class AlreadyFixed(Exception):
    """The roster of this sitting was fixed before; walk-ins can still be admitted."""


class Expected(NamedTuple):
    """Who would be on a roster: classes, students, and how many of these hold a seat of the exam already."""

    class_count: int
    student_count: int
    again_count: int


class Seat(NamedTuple):
    """Who is to sit where, with which paper."""

    student_id: int
    room: Room
    paper: Paper


class AlreadySeated(Exception):
    """This student already has an attempt in the sitting."""


@transaction.atomic
def fix_roster(sitting: Sitting, *, by: Any, now: datetime) -> int:
    """Creates one room per class and one assigned attempt per enrolled student; returns how many attempts.
    Raises AlreadyFixed, NoPapers, EmptyRoster; then nothing has changed."""
    locked = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if locked.fixed_at is not None:
        raise AlreadyFixed
    papers = published(sitting.exam)
    seats = list(_seats(sitting, _day(sitting)))
    if not seats:
        raise EmptyRoster
    rooms = open_rooms(sitting, {seat.organization_id for seat in seats})
    # Neighbours in the class get different papers.
    turns = zip(seats, itertools.cycle(papers))
    assign(sitting, [Seat(seat.student_id, rooms[seat.organization_id], paper) for seat, paper in turns])
    locked.fixed_at = now
    locked.save(update_fields=["fixed_at"])
    spread(locked)
    sitting.refresh_from_db()
    return len(seats)


def spread(sitting: Sitting) -> None:
    """Spreads the start over what the machine was rehearsed for: all who start at the same instant, whichever sitting
    they are in; after a proctor's go it is the largest room that starts at once."""
    together = Sitting.objects.filter(pk=sitting.pk)
    if sitting.starts_at is not None:
        together = Sitting.objects.filter(starts_at=sitting.starts_at, fixed_at__isnull=False)
        starters = Attempt.objects.filter(sitting__in=together).count()
    else:
        rooms = Room.objects.filter(sitting=sitting).annotate(seats=Count("attempts"))
        starters = rooms.aggregate(most=Max("seats"))["most"] or 0
    together.update(start_spread_ms=window.spread_ms(starters, settings.LANE_REHEARSED_STARTS_PER_SECOND))


def _day(sitting: Sitting) -> date:
    """The day whose school year decides who is in which grade."""
    return timezone.localdate(sitting.starts_at or sitting.opens_at)


def published(exam: Exam) -> list[Paper]:
    """The papers of an exam in order, their files in place. Raises NoPapers."""
    papers = list(exam.papers.order_by("number"))
    if not papers:
        raise NoPapers
    for paper in papers:
        freezing.publish(paper)
    return papers


def _seats(sitting: Sitting, on: date) -> Iterable[Enrollment]:
    """Current enrollments in the sitting's organizations and grade (of the exam's stage), class by class."""
    for organization in _classes(sitting, on):
        yield from Enrollment.objects.current().filter(organization=organization).order_by("student__student_code")


def _classes(sitting: Sitting, on: date) -> list[Organization]:
    paths = list(sitting.organizations.values_list("path", flat=True))
    classes: dict[int, Organization] = {}
    for path in paths:
        rows = Organization.objects.filter(kind="class", path__startswith=path, stage=sitting.exam.stage)
        for one in rows.order_by("path"):
            grade = one.grade(on)
            # Grades 1 and 2 only practice, also when a sitting is for all grades of a primary school.
            if grade is not None and grade >= settings.EXAM_LOWEST_GRADE and sitting.grade in (None, grade):
                classes[one.pk] = one
    return list(classes.values())


def expected(sitting: Sitting) -> Expected:
    """What fixing the roster would bring today; nothing is changed."""
    classes = _classes(sitting, _day(sitting))
    seats = Enrollment.objects.current().filter(organization__in=classes)
    held = Attempt.objects.filter(sitting__exam=sitting.exam).exclude(state=State.VOIDED)
    return Expected(
        class_count=seats.values("organization").distinct().count(),
        student_count=seats.count(),
        again_count=seats.filter(student__in=held.values("student")).count(),
    )


def open_rooms(sitting: Sitting, organization_ids: Iterable[int]) -> dict[int, Room]:
    """A room for each of these classes, by class; those that are there stay."""
    Room.objects.bulk_create(
        [Room(sitting=sitting, organization_id=pk) for pk in sorted(organization_ids)], ignore_conflicts=True
    )
    return {room.organization_id: room for room in sitting.rooms.all()}


def assign(sitting: Sitting, seats: Sequence[Seat], *, walk_in: bool = False) -> list[Attempt]:
    """Makes the attempts; ids are reserved first, because card and seed are derived from the id."""
    ids = _reserve_ids(len(seats))
    attempts = [_attempt(pk, sitting, seat, walk_in) for pk, seat in zip(ids, seats, strict=True)]
    _separate_cards(attempts)
    Attempt.objects.bulk_create(attempts, batch_size=BATCH)
    return attempts


def _attempt(pk: int, sitting: Sitting, seat: Seat, walk_in: bool) -> Attempt:
    """The seed is drawn from the id with the server's key."""
    digest = hashlib.sha256(keys.derive(settings.SECRET_KEY, "seed") + pk.to_bytes(8, "big")).digest()
    return Attempt(
        pk=pk,
        sitting=sitting,
        room=seat.room,
        student_id=seat.student_id,
        paper=seat.paper,
        seed=int.from_bytes(digest[:7], "big"),
        card=_card(pk, 1),
        walk_in=walk_in,
    )


def _card(attempt_id: int, version: int) -> str:
    return cards.derive(attempt_id, version, keys.derive(settings.SECRET_KEY, "card"))


def _reserve_ids(count: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('exams_attempt', 'id')) from generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _separate_cards(attempts: Sequence[Attempt]) -> None:
    """Takes the next version for a card that somebody already holds, as often as need be."""
    while True:
        wanted = [attempt.card for attempt in attempts]
        held = set(Attempt.objects.filter(card__in=wanted).values_list("card", flat=True))
        seen: set[str] = set()
        clashing = []
        for attempt in attempts:
            if attempt.card in held or attempt.card in seen:
                clashing.append(attempt)
            seen.add(attempt.card)
        if not clashing:
            return
        for attempt in clashing:
            attempt.card_version += 1
            attempt.card = _card(attempt.pk, attempt.card_version)


@transaction.atomic
def admit_walk_in(room: Room, student: Student, *, by: Any, now: datetime) -> Attempt:
    """Seats a student who was not on the roster. Raises AlreadySeated, NoPapers."""
    sitting = room.sitting
    taken: QuerySet[Attempt] = Attempt.objects.filter(sitting=sitting, student=student)
    if taken.exclude(state=State.VOIDED).exists():
        raise AlreadySeated
    papers = published(sitting.exam)
    paper = papers[room.attempts.count() % len(papers)]
    (attempt,) = assign(sitting, [Seat(student.pk, room, paper)], walk_in=True)
    AttemptEvent.objects.create(attempt=attempt, event="walk_in", by_id=by.pk if by is not None else None, at=now)
    return attempt


@transaction.atomic
def replace_card(attempt: Attempt, *, by: Any, why: str, now: datetime) -> Attempt:
    """Gives an attempt a new card; the old one stops working at once. Raises IllegalTransition for a voided one."""
    current = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if current.state == State.VOIDED:
        raise IllegalTransition(f"replace card of attempt {attempt.pk}")
    current.card_version += 1
    current.card = _card(current.pk, current.card_version)
    _separate_cards([current])
    current.save(update_fields=["card", "card_version"])
    AttemptEvent.objects.create(
        attempt=current, event="replace_card", by_id=by.pk if by is not None else None, why=why, at=now
    )
    return current

"""Make-up sittings: for those who were absent from a sitting or whose attempt was voided, each with another parallel
paper than any they had in the exam."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from exams import delivery, scheduling
from exams.lifecycle import State
from exams.models import Attempt, Exam, Paper, Room, Sitting
from schools import audit
from schools.models import Enrollment, Organization

NOT_STARTED = (State.ASSIGNED, State.ENTERED)


class NobodyToSit(Exception):
    """Everybody of the sitting has sat it, has another seat in the exam, or may still come."""


class NoOtherPaper(Exception):
    """For `student_count` students every paper of the exam is one they had already."""

    def __init__(self, student_count: int) -> None:
        super().__init__(student_count)
        self.student_count = student_count


class Missing(NamedTuple):
    """How many of one class would sit a make-up: those who were absent, and those whose attempt was voided."""

    organization: Organization
    absent_count: int
    voided_count: int


def absent(sitting: Sitting, now: datetime) -> "QuerySet[Attempt]":
    """Attempts nobody started, in rooms where nobody may start any more."""
    over: QuerySet[Room] = Room.objects.filter(sitting=sitting).over_at(now)
    return sitting.attempts.filter(state__in=NOT_STARTED, room__in=over.values("pk"))


def _waiting(sitting: Sitting, now: datetime) -> "QuerySet[Attempt]":
    """The attempts of everybody who would sit a make-up now; several of one student when they were voided twice.
    Whoever has another seat in the exam that counts, or has left school, is not among them."""
    counting = Attempt.objects.filter(sitting__exam=sitting.exam_id, student=OuterRef("student")).exclude(
        state=State.VOIDED
    )
    here = absent(sitting, now)
    elsewhere = counting.exclude(pk=OuterRef("pk"))
    enrolled = Enrollment.objects.current().filter(student=OuterRef("student"))
    rows = sitting.attempts.filter(Q(pk__in=here.values("pk")) | Q(state=State.VOIDED))
    return rows.filter(~Exists(elsewhere), Exists(enrolled))


def missing(sitting: Sitting, now: datetime, within: "QuerySet[Organization] | None" = None) -> list[Missing]:
    """Class by class how many would sit a make-up, in the order of the tree."""
    absentees: dict[int, set[int]] = defaultdict(set)
    voided: dict[int, set[int]] = defaultdict(set)
    rows = _within(_waiting(sitting, now), within).values_list("room__organization", "student", "state")
    for class_, student, state in rows:
        (voided if state == State.VOIDED else absentees)[class_].add(student)
    classes = Organization.objects.filter(pk__in={*absentees, *voided})
    return [Missing(one, len(absentees[one.pk]), len(voided[one.pk] - absentees[one.pk])) for one in classes]


def open_names(sitting: Sitting, class_: Organization, *, by: Any, now: datetime) -> list[Attempt]:
    """Who of a class would sit a make-up, by name; the look is remembered."""
    rows = _waiting(sitting, now).filter(room__organization=class_).select_related("student")
    found = {attempt.student_id: attempt for attempt in rows.order_by("student__student_code", "pk")}
    ids = [attempt.pk for attempt in found.values()]
    audit.record("student:view", by=by, now=now, organization=class_, kind="attempt", ids=ids)
    return list(found.values())


@transaction.atomic
def make_up(first: Sitting, plan: Sitting, *, by: Any, now: datetime, within: Any = None) -> Sitting:
    """Stores `plan` as a make-up of `first` with its roster fixed: everybody who would sit it (of the places `within`),
    in rooms of their classes. Seats of those who were absent are voided, so that each counts once.
    Raises NobodyToSit, NoOtherPaper, scheduling.NoPapers; then nothing has changed."""
    exam = Exam.objects.select_for_update().get(pk=first.exam_id)
    papers = scheduling.published(exam)
    waiting = list(_within(_waiting(first, now), within).order_by("room__organization__path", "student__student_code"))
    if not waiting:
        raise NobodyToSit
    classes = {attempt.student_id: attempt.room.organization_id for attempt in waiting}
    drawn = _draw(exam, list(classes), papers)
    plan.exam, plan.make_up_of, plan.grade, plan.created_by, plan.fixed_at = exam, first, first.grade, by, now
    plan.save()
    plan.organizations.set(set(classes.values()))
    why = _("改为参加“%(title)s”") % {"title": plan.title}
    delivery.void_all([one.pk for one in waiting if one.state != State.VOIDED], by=by, why=why, now=now)
    rooms = scheduling.open_rooms(plan, set(classes.values()))
    seats = [scheduling.Seat(student, rooms[class_], drawn[student]) for student, class_ in classes.items()]
    scheduling.assign(plan, seats)
    scheduling.spread(plan)
    place = first.organizations.first()
    reason = f"make-up {len(seats)}"
    audit.record("sitting:schedule", by=by, now=now, organization=place, kind="sitting", ids=[plan.pk], reason=reason)
    plan.refresh_from_db()
    return plan


def _within(rows: "QuerySet[Attempt]", places: Any) -> "QuerySet[Attempt]":
    rows = rows.select_related("room")
    return rows if places is None else rows.filter(room__organization__in=places.values("pk"))


def _draw(exam: Exam, students: Sequence[int], papers: Sequence[Paper]) -> dict[int, Paper]:
    """Student -> a paper they never had; neighbours get different ones as far as that goes. Raises NoOtherPaper."""
    had: dict[int, set[int]] = defaultdict(set)
    for student, paper in _had(exam, students):
        had[student].add(paper)
    drawn: dict[int, Paper] = {}
    for turn, student in enumerate(students):
        fresh = [paper for paper in papers if paper.pk not in had[student]]
        if fresh:
            drawn[student] = fresh[turn % len(fresh)]
    if len(drawn) < len(students):
        raise NoOtherPaper(len(students) - len(drawn))
    return drawn


def _had(exam: Exam, students: Sequence[int]) -> Iterable[tuple[int, int]]:
    return Attempt.objects.filter(sitting__exam=exam, student__in=students).values_list("student_id", "paper_id")

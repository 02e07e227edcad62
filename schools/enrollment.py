"""Puts students into classes, moves them, corrects their names. Every act leaves an audit entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from schools import audit, browsing
from schools.models import Enrollment, Organization, Student

MOST_FOUND = 50


class CodeTaken(Exception):
    """Somebody else has this student code, or is enrolled under it already."""


class SameClass(Exception):
    """The student is in that class already."""


@transaction.atomic
def enroll(class_: Organization, *, code: str, name: str, by: Any, now: datetime) -> Student:
    """Adds a student to a class; somebody of that code and name who had left comes back. Raises CodeTaken."""
    student = Student.objects.select_for_update().filter(student_code=code).first()
    if student is None:
        student = Student.objects.create(student_code=code, name=name)
    elif student.name != name or student.enrollments.current().exists():
        raise CodeTaken
    Enrollment.objects.create(student=student, organization=class_, since=timezone.localdate(now))
    _remember("enroll", student, class_, by, now)
    return student


@transaction.atomic
def move(student: Student, class_: Organization, *, by: Any, now: datetime) -> Enrollment:
    """Ends the present enrollment and begins one in another class today. Raises SameClass."""
    today = timezone.localdate(now)
    current = student.enrollments.current().select_for_update()
    if current.filter(organization=class_).exists():
        raise SameClass
    current.update(until=today)
    enrollment = Enrollment.objects.create(student=student, organization=class_, since=today)
    _remember("move", student, class_, by, now)
    return enrollment


@transaction.atomic
def rename(student: Student, name: str, *, by: Any, now: datetime) -> Student:
    """Corrects a name."""
    student.name = name
    student.save(update_fields=["name"])
    _remember("rename", student, _class_of(student), by, now)
    return student


@transaction.atomic
def leave(student: Student, *, by: Any, now: datetime) -> None:
    """Ends the present enrollment; results stay."""
    class_ = _class_of(student)
    student.enrollments.current().update(until=timezone.localdate(now))
    _remember("leave", student, class_, by, now)


def _class_of(student: Student) -> Organization | None:
    current = student.enrollments.current().select_related("organization").first()
    return current.organization if current is not None else None


def _remember(act: str, student: Student, class_: Organization | None, by: Any, now: datetime) -> None:
    audit.record("roster:manage", by=by, now=now, organization=class_, kind="student", ids=[student.pk], reason=act)


def open_class_list(class_: Organization, *, by: Any, now: datetime) -> list[Enrollment]:
    """The students of a class by name, which is a read that leaves a trace."""
    found = browsing.class_list(class_)
    ids = [one.student_id for one in found]
    audit.record("student:view", by=by, now=now, organization=class_, kind="student", ids=ids)
    return found


def search(text: str, *, by: Any, now: datetime) -> list[Enrollment]:
    """At most 50 students within reach whose code or name is like `text`; leaves a trace of whom was shown."""
    rows = Enrollment.objects.current().visible_to(by, "student:view").found_by(text).with_people()
    found = list(rows.filter(student__synthetic=False).order_by("student__student_code")[:MOST_FOUND])
    audit.record("student:view", by=by, now=now, kind="student", ids=[one.student_id for one in found], reason="search")
    return found


def open_student(student: Student, *, by: Any, now: datetime) -> list[Enrollment]:
    """Where a student is and was, latest first; a read that leaves a trace."""
    audit.record("student:view", by=by, now=now, organization=_class_of(student), kind="student", ids=[student.pk])
    return list(student.enrollments.select_related("organization").order_by("-since", "-pk"))


def within_reach(user: Any, permission: str) -> Any:
    """Students whose present class `user` may act on with `permission`."""
    return Student.objects.enrolled_for(user, permission)


def manageable(rows: Iterable[Enrollment], user: Any) -> set[int]:
    """The ids of those students among `rows` whose names and classes `user` may change."""
    ids = [row.student_id for row in rows]
    return set(within_reach(user, "roster:manage").filter(pk__in=ids).values_list("pk", flat=True))

"""Gives results out as files. Files leave the house, so each leaves an audit entry of its own."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from exams.models import Exam
from reports import classes, places
from reports.documents import workbook
from schools import audit
from schools.models import Organization
from schools.models.organizations import Kind

ACTION = "result:export"


def class_workbook(class_: Organization, exam_pk: int, *, by: Any, now: datetime) -> tuple[str, bytes]:
    """The file's name and the workbook of a class's results."""
    exam = Exam.objects.get(pk=exam_pk)
    day = timezone.localdate(places.held(exam).first_at or now)
    name = class_.display_name(day)
    school = Organization.objects.ancestors_of(class_).of_kind(Kind.SCHOOL).first()
    lines = classes.lines(class_, exam, now)
    audit.record(ACTION, by=by, now=now, organization=class_, kind="exam", ids=[exam.pk])
    return workbook.file_name(name, exam), workbook.build(exam, name, school.name if school else "", lines, now)

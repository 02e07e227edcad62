"""Takes away what rehearsals that have ended left: invented students, their attempts and journals. Nothing real."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q

from exams import freezing, rehearsal
from exams.models import Attempt, Blueprint, Exam, Paper, Rehearsal, Sitting
from exams.models.rehearsals import RehearsalState
from schools.models import Enrollment, Organization, Student

CHUNK = 2000


def clear_ended(now: datetime) -> int:
    """Clears every rehearsal that has its verdict, or in which nobody can be at work any more; returns how many
    sittings."""
    grace = timedelta(seconds=settings.LANE_GRACE_SECONDS) + rehearsal.PATIENCE
    ordered = Rehearsal.objects.filter(sitting=OuterRef("pk"))
    running = Exists(ordered.filter(state=RehearsalState.RUNNING))
    ended = Q(closes_at__lt=now - grace) | Exists(ordered.exclude(state=RehearsalState.RUNNING))
    over = Sitting.objects.filter(ended, ~running, exam__rehearsal=True)
    count = 0
    for sitting in over.order_by("pk"):
        _clear(sitting)
        count += 1
    return count


def _clear(sitting: Sitting) -> None:
    """One sitting with all that was made for it; cut off in the middle, the next round goes on."""
    schools = list(sitting.organizations.filter(synthetic=True))
    students = Student.objects.filter(synthetic=True, attempts__sitting=sitting)
    student_ids = list(students.values_list("pk", flat=True))
    for attempt_ids in _chunks(list(sitting.attempts.values_list("pk", flat=True))):
        with transaction.atomic():
            for model, name in _below():
                rows = model._base_manager.filter(**{f"{name}__in": attempt_ids})
                rows._raw_delete(rows.db)
            attempts = Attempt.objects.filter(pk__in=attempt_ids)
            attempts._raw_delete(attempts.db)
    with transaction.atomic():
        _drop_exam(sitting)
    for some in _chunks(student_ids):
        Enrollment.objects.filter(student__in=some).delete()
        # One who sits in another rehearsal too is taken away with that.
        with contextlib.suppress(ProtectedError):
            Student.objects.filter(pk__in=some, synthetic=True).delete()
    with contextlib.suppress(ProtectedError):
        Organization.objects.filter(pk__in=[school.pk for school in schools], synthetic=True).delete()


def _below() -> list[tuple[Any, str]]:
    """What hangs on attempts, whichever app it is of: the model and the name of its field."""
    return [(one.related_model, one.field.name) for one in Attempt._meta.related_objects]


def _drop_exam(sitting: Sitting) -> None:
    """The sitting, its exam with the papers, and the papers' files."""
    exam = sitting.exam
    papers = list(exam.papers.all())
    sitting.delete()
    if exam.sittings.exists():
        return
    blueprint = exam.blueprint
    Exam.objects.filter(pk=exam.pk, rehearsal=True).delete()
    if blueprint is not None:
        Blueprint.objects.filter(pk=blueprint.pk, exams__isnull=True).delete()
    transaction.on_commit(lambda: _drop_files(papers))


def _drop_files(papers: list[Paper]) -> None:
    for paper in papers:
        if not Paper.objects.filter(sha256=paper.sha256).exists():
            for path in freezing.folder().glob(f"{paper.sha256}*"):
                path.unlink(missing_ok=True)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

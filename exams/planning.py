"""Plans what is asked and when: saves blueprints, exams and sittings, draws papers, releases results.

Acts of weight leave an audit entry. Who may do what is asked by the pages; here stands what the rules allow at all."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from exams import assembly, scheduling
from exams.lifecycle import State
from exams.models import Attempt, Blueprint, BlueprintCell, Exam, Paper, Sitting
from exams.models.papers import ReleaseRule
from schools import audit
from schools.models import Organization

# What stands on the papers themselves; to change it is to draw new papers.
ON_PAPER = ("title", "stage", "blueprint_id", "scoring_policy")
# What the arrangement of a student's paper is computed from, and how it is given out.
ARRANGEMENT = ("shuffle_slots", "shuffle_choices", "encrypt_paper")


class PapersInUse(Exception):
    """Seats have been given with these papers; what they say can no longer change."""


class RosterFixed(Exception):
    """The roster is fixed: places and grade of the sitting stand."""


class AlreadyOpen(Exception):
    """The sitting has opened or somebody has entered; its times stand."""


class NotManual(Exception):
    """The results of this exam are released by its rule, not by hand."""


@transaction.atomic
def save_blueprint(blueprint: Blueprint, cells: Sequence[BlueprintCell], *, by: Any, now: datetime) -> Blueprint:
    """Stores a blueprint with exactly these cells. Papers drawn from it before do not change."""
    blueprint.save()
    blueprint.cells.all().delete()
    for cell in cells:
        cell.pk, cell.blueprint = None, blueprint
    BlueprintCell.objects.bulk_create(cells)
    _remember("blueprint:edit", blueprint, blueprint.organization, by, now, "save")
    return blueprint


@transaction.atomic
def save_exam(exam: Exam, *, by: Any, now: datetime) -> bool:
    """Stores an exam; returns whether papers were discarded because what stands on them has changed.
    Raises PapersInUse when seats have been given and such a thing would change."""
    discarded = False
    if exam._state.adding:
        exam.created_by, exam.created_at = by, now
    else:
        discarded = _change_exam(exam)
    exam.save()
    _remember("exam:plan", exam, exam.organization, by, now, "save")
    return discarded


def _change_exam(exam: Exam) -> bool:
    before = Exam.objects.select_for_update().get(pk=exam.pk)
    on_paper = any(getattr(before, name) != getattr(exam, name) for name in ON_PAPER)
    arrangement = any(getattr(before, name) != getattr(exam, name) for name in ARRANGEMENT)
    if (on_paper or arrangement) and papers_in_use(exam):
        raise PapersInUse
    return on_paper and bool(exam.papers.all().delete()[0])


def papers_in_use(exam: Exam) -> bool:
    """Whether any seat has been given with a paper of this exam."""
    return Attempt.objects.filter(paper__exam=exam).exists()


@transaction.atomic
def draw_papers(exam: Exam, paper_count: int, *, by: Any, now: datetime) -> list[Paper]:
    """Makes parallel papers, in place of those there are while nobody has a seat with them.
    Raises PapersInUse, assembly.NotEnoughItems, assembly.EmptyBlueprint; then the old ones stay."""
    locked = Exam.objects.select_for_update().get(pk=exam.pk)
    if papers_in_use(locked):
        raise PapersInUse
    locked.papers.all().delete()
    return _assemble(locked, paper_count, by, now)


@transaction.atomic
def add_paper(exam: Exam, *, by: Any, now: datetime) -> Paper:
    """Makes one more parallel paper, for instance for a make-up; the ones there are stay as they are.
    Raises assembly.NotEnoughItems, assembly.EmptyBlueprint."""
    (paper,) = _assemble(Exam.objects.select_for_update().get(pk=exam.pk), 1, by, now)
    return paper


def _assemble(exam: Exam, paper_count: int, by: Any, now: datetime) -> list[Paper]:
    """What stands on a paper is in the paper's language, whoever draws it."""
    with translation.override(settings.LANGUAGE_CODE):
        papers = assembly.assemble(exam, paper_count, secrets.randbits(48), now)
    _remember("exam:plan", exam, exam.organization, by, now, f"draw {paper_count}")
    return papers


@transaction.atomic
def release(exam: Exam, *, by: Any, now: datetime) -> Exam:
    """Shows students their levels from now on; once is enough. Raises NotManual."""
    locked = Exam.objects.select_for_update().get(pk=exam.pk)
    if locked.release_rule != ReleaseRule.MANUAL:
        raise NotManual
    if locked.released_at is None:
        locked.released_at = now
        locked.save(update_fields=["released_at"])
        _remember("exam:release", locked, locked.organization, by, now)
    return locked


@transaction.atomic
def save_sitting(sitting: Sitting, organizations: Iterable[Organization], *, by: Any, now: datetime) -> Sitting:
    """Stores a sitting with its places. Raises RosterFixed, AlreadyOpen when what stands would change."""
    places = list(organizations)
    if sitting._state.adding:
        sitting.created_by = by
    else:
        _check_change(sitting, places, now)
    sitting.save()
    sitting.organizations.set(places)
    _remember("sitting:schedule", sitting, places[0], by, now, "save")
    return sitting


def _check_change(sitting: Sitting, places: list[Organization], now: datetime) -> None:
    before = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if before.fixed_at is None:
        return
    if before.grade != sitting.grade or set(before.organizations.all()) != set(places):
        raise RosterFixed
    if not changeable(before, now):
        raise AlreadyOpen


def changeable(sitting: Sitting, now: datetime) -> bool:
    """Whether the times of a sitting may still change and the sitting be taken back: nobody is in yet."""
    if sitting.fixed_at is None:
        return True
    return now < sitting.opens_at and not sitting.attempts.exclude(state=State.ASSIGNED).exists()


@transaction.atomic
def fix_roster(sitting: Sitting, *, by: Any, now: datetime) -> int:
    """Fixes the roster (see scheduling.fix_roster, also for what it raises) and remembers who did. The exam is locked,
    so that its papers are not drawn anew meanwhile."""
    Exam.objects.select_for_update().get(pk=sitting.exam_id)
    student_count = scheduling.fix_roster(sitting, by=by, now=now)
    place = sitting.organizations.first()
    _remember("sitting:schedule", sitting, place, by, now, f"roster {student_count}")
    return student_count


@transaction.atomic
def withdraw(sitting: Sitting, *, by: Any, now: datetime) -> None:
    """Takes back a sitting that nobody has entered; its cards stop working. Raises AlreadyOpen."""
    locked = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if not changeable(locked, now):
        raise AlreadyOpen
    _remember("sitting:schedule", locked, locked.organizations.first(), by, now, "withdraw")
    locked.delete()


def _remember(action: str, row: Any, place: Organization | None, by: Any, now: datetime, reason: str = "") -> None:
    kind = row._meta.model_name
    audit.record(action, by=by, now=now, organization=place, kind=kind, ids=[row.pk], reason=reason)

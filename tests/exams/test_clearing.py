"""What a rehearsal left is taken away, and nothing real."""

from datetime import timedelta

import pytest

from exams import clearing, freezing, rehearsal
from exams.models import Attempt, AttemptEvent, Exam, JournalEntry, Presence, Rehearsal, Sitting
from schools.models import Enrollment, Organization, Student
from tests import world as cast
from tests.exams.test_rehearsal import PLAN, fill_bank
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def lived(world: World) -> Sitting:
    """A rehearsal in which something was answered."""
    sitting = rehearsal.prepare(PLAN, NOW)
    one = sitting.attempts.earliest("pk")
    JournalEntry.objects.create(attempt=one, epoch=1, seq=1, slot=1, response=["c1"], at=NOW, received_at=NOW)
    AttemptEvent.objects.create(attempt=one, event="enter", at=NOW)
    Presence.objects.create(attempt=one, heard_at=NOW)
    return sitting


def counts() -> list[int]:
    models = (Attempt, JournalEntry, AttemptEvent, Presence, Sitting, Exam, Student, Enrollment, Organization)
    return [model._default_manager.count() for model in models]


def test_nothing_of_it_stays_and_everything_real_does(world: World, django_capture_on_commit_callbacks) -> None:
    fill_bank(world)
    real = cast.make_sitting(world, cast.make_exam(world), opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    cast.answer(cast.attempt_of(real, world.ben), {1: ["c1"]})
    before, files = counts(), set(freezing.folder().glob("*"))
    lived(world)
    assert counts() != before
    with django_capture_on_commit_callbacks(execute=True):
        assert clearing.clear_ended(LATER) == 1
    assert counts() == before
    assert set(freezing.folder().glob("*")) <= files


def test_one_that_is_not_over_is_left_alone(world: World) -> None:
    fill_bank(world)
    lived(world)
    before = counts()
    assert clearing.clear_ended(NOW + timedelta(minutes=30)) == 0
    assert counts() == before


def test_one_whose_figures_are_not_yet_drawn_up_is_left_alone(world: World) -> None:
    fill_bank(world)
    sitting = lived(world)
    one = Rehearsal.objects.create(
        organization=world.city, student_count=100, minutes=40, created_at=NOW, state="running", sitting=sitting
    )
    assert clearing.clear_ended(LATER) == 0
    Rehearsal.objects.filter(pk=one.pk).update(state="passed", figures={"students": 100})
    assert clearing.clear_ended(NOW) == 1
    one.refresh_from_db()
    assert (one.sitting, one.figures) == (None, {"students": 100})

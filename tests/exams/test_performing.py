"""A rehearsal ends as passed, failed or broken, whatever happens to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import performing
from exams.models import Rehearsal
from exams.models.rehearsals import RehearsalState
from tests import world as cast
from tests.exams.test_rehearsal import fill_bank
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def clock() -> Any:
    return NOW


def ordered(world: World, **values: Any) -> Rehearsal:
    usual = {"organization": world.city, "student_count": 10, "minutes": 2, "created_at": NOW, "state": "running"}
    return Rehearsal.objects.create(**{**usual, **values})


def test_a_job_that_is_taken_up_again_says_that_it_was_cut_off(world: World) -> None:
    one = ordered(world)
    performing.run_apart(one.pk, clock)
    one.refresh_from_db()
    assert (one.state, one.ended_at) == (RehearsalState.BROKEN, NOW)
    assert one.trouble


def test_it_never_runs_without_a_sign_of_life_and_a_process_that_ends_is_told(world: World) -> None:
    one = ordered(world, state="waiting")
    with CaptureQueriesContext(connection) as asked:
        performing.run_apart(one.pk, clock)  # the process finds no such rehearsal: this test's rows are its own
    first = next(query["sql"] for query in asked if query["sql"].startswith("UPDATE"))
    assert "\"state\" = 'running'" in first
    assert '"until"' in first
    one.refresh_from_db()
    assert (one.state, one.ended_at) == (RehearsalState.BROKEN, NOW)
    assert (performing.folder_of(one.pk) / "rehearse.log").stat().st_size > 0


@pytest.mark.parametrize("state", ["passed", "failed"])
def test_one_that_has_ended_stays_as_it_is(world: World, state: str) -> None:
    one = ordered(world, state=state, figures={"students": 10})
    performing.run_apart(one.pk, clock)
    one.refresh_from_db()
    assert (one.state, one.figures) == (state, {"students": 10})


def test_a_bank_that_is_too_small_by_now_breaks_it_in_words(world: World) -> None:
    one = ordered(world)
    performing.perform(one.pk, clock)
    one.refresh_from_db()
    assert one.state == RehearsalState.BROKEN
    assert "50" in one.trouble


def test_a_real_sitting_that_is_near_by_now_breaks_it(world: World) -> None:
    fill_bank(world, single=60)
    sitting = cast.make_sitting(world, cast.make_exam(world), opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    one = ordered(world)
    performing.perform(one.pk, clock)
    one.refresh_from_db()
    assert one.state == RehearsalState.BROKEN
    assert sitting.title in one.trouble


def test_a_door_elsewhere_is_not_knocked_at(world: World, settings: Any) -> None:
    fill_bank(world, single=60)
    settings.REHEARSAL_URL = "https://test.example.cn"
    one = ordered(world)
    performing.perform(one.pk, clock)
    one.refresh_from_db()
    assert one.state == RehearsalState.BROKEN
    assert "REHEARSAL_URL" in one.trouble

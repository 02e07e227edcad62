"""Reading answer sheets into frames: who counts, and what is read of each sheet."""

from datetime import timedelta

import numpy as np
import pytest

from exams import delivery, scoring
from reports import frames, places
from tests import world as cast
from tests.reports.sheets import CLOSED, LATER, sat_exam, sit
from tests.world import World

pytestmark = pytest.mark.django_db


def test_people_are_one_row_each_with_level_and_percent(world: World) -> None:
    people = frames.read(sat_exam(world).exam, CLOSED).people.sort_values("attempt")
    assert list(people.columns) == ["attempt", "organization", "absent", "level", "percent"]
    assert people["level"].tolist() == ["excellent", "learn_again", "", "learn_again"]
    assert people["percent"].tolist()[:2] == [100.0, 50.0]
    assert people["absent"].tolist() == [False, False, True, False]
    assert np.isnan(people["percent"].iloc[2])


def test_sheets_hold_scores_and_choices_in_the_order_of_the_slots(world: World) -> None:
    sitting = sat_exam(world)
    (sheets,) = frames.read(sitting.exam, CLOSED).sheets
    assert sheets.points.tolist() == [2, 2, 2, 2]
    rows = {frames.read(sitting.exam, CLOSED).people["attempt"][row]: place for place, row in enumerate(sheets.rows)}
    ben = rows[cast.attempt_of(sitting, world.ben).pk]
    assert sheets.scores[ben].tolist() == [2, 2, 2, 2]
    # single choice A, single choice A, multiple choice A and B, "true": bits in the items' own order
    assert sheets.masks[ben].tolist() == [1, 1, 3, 1]
    otto = rows[cast.attempt_of(sitting, world.otto).pk]
    assert sheets.masks[otto].tolist()[3] == 0
    assert sheets.choice_count == 4


def test_voided_sheets_are_not_read(world: World) -> None:
    sitting = sat_exam(world)
    delivery.void(cast.attempt_of(sitting, world.ben), by=None, why="", now=CLOSED)
    assert len(frames.read(sitting.exam, CLOSED).people) == 3


def test_rehearsals_are_not_read(world: World) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, rehearsal=True))
    sit(cast.attempt_of(sitting, world.ben), 1)
    scoring.score_sitting(sitting, CLOSED)
    assert frames.read(sitting.exam, CLOSED).people.empty


def test_a_class_can_be_read_alone(world: World) -> None:
    exam = sat_exam(world).exam
    people = frames.read(exam, CLOSED, [world.south_71.pk]).people
    assert people["organization"].tolist() == [world.south_71.pk]
    assert frames.read(exam, CLOSED, []).people.empty


def test_nobody_is_absent_before_the_sitting_has_closed(world: World) -> None:
    assert not frames.read(sat_exam(world).exam, LATER).people["absent"].any()


def test_a_delayed_room_is_waited_for_until_its_own_close(world: World) -> None:
    sitting = sat_exam(world)
    sitting.rooms.update(delay_ms=24 * 3_600_000)
    assert not frames.read(sitting.exam, CLOSED).people["absent"].any()
    assert frames.read(sitting.exam, CLOSED + timedelta(days=1)).people["absent"].any()
    assert not places.held(sitting.exam).keys_released(CLOSED)
    assert places.held(sitting.exam).keys_released(CLOSED + timedelta(days=1))


def test_an_answer_is_read_whatever_it_says(world: World) -> None:
    """Responses are only checked on their way in; a choice that the paper does not have is no choice."""
    sitting = cast.make_sitting(world)
    attempt = cast.attempt_of(sitting, world.ben)
    cast.set_state(attempt, "active")
    cast.answer(attempt, {1: ["c99"]})
    delivery.end(attempt, by=None, why="", now=LATER)
    scoring.score_sitting(sitting, CLOSED)
    (sheets,) = frames.read(sitting.exam, CLOSED).sheets
    assert sheets.masks.tolist() == [[0, 0, 0, 0]]

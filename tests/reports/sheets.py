"""Builders of answer sheets for the tests of reports, and their clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common import clock
from exams import delivery, scoring
from exams.models import Attempt, Sitting
from schools.models import Organization
from tests import world as cast
from tests.world import NOW, World

LATER = NOW + timedelta(minutes=30)
CLOSED = NOW + timedelta(hours=2)


def sit(attempt: Attempt, right: int, *, now: datetime = LATER) -> Attempt:
    """Hands in a sheet on which the first `right` slots are right, and the rest is wrong or (the last one) blank."""
    cast.set_state(attempt, "active")
    responses = {}
    keys = cast.right_answers(attempt.paper)
    for place, (slot, key) in enumerate(sorted(keys.items()), start=1):
        if place <= right:
            responses[slot] = key
        elif place < len(keys):
            responses[slot] = wrong(attempt, slot)
    cast.answer(attempt, responses)
    return delivery.end(attempt, by=None, why="", now=now)


def wrong(attempt: Attempt, slot: int) -> list[str]:
    """A response that earns nothing: one choice that is no key."""
    for section in attempt.paper.content["sections"]:
        for one in section["slots"]:
            if one["slot"] == slot:
                offered = [choice["id"] for choice in one["choices"]] or ["true", "false"]
                key = attempt.paper.keys["slots"][str(slot)]["key"]
                return [next(choice for choice in offered if choice not in key)]
    raise KeyError(slot)


def sat_exam(world: World, **changes: object) -> Sitting:
    """An exam that both schools sat: Ben has 4 of 4 right, Cleo 2, Otto 1; Dora of 7(2) is absent. Scored at CLOSED."""
    dora = cast.make_student(world.class_72, "丁小洲", "N0721")
    sitting = cast.make_sitting(world, organizations=[world.city], **changes)
    for student, right in ((world.ben, 4), (world.cleo, 2), (world.otto, 1)):
        sit(cast.attempt_of(sitting, student), right)
    assert cast.attempt_of(sitting, dora).state == "assigned"
    scoring.score_sitting(sitting, CLOSED)
    return sitting


def add_class(world: World, school: Organization, number: int, names: int) -> Organization:
    """One more class of 7 with so many students."""
    class_ = cast.make_class(school, number)
    for index in range(names):
        cast.make_student(class_, f"生{number}{index:02d}")
    return class_


@pytest.fixture
def after_closing(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The edge's clock stands after the last sitting; no second factor is asked."""
    monkeypatch.setattr(clock, "now", lambda: CLOSED)
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def before_closing(after_closing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, but a sitting is still open."""
    monkeypatch.setattr(clock, "now", lambda: LATER)

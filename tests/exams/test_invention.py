"""A demonstration's invented answers: believable, whole, and the same for the same seed."""

import random

from exams import demonstration, invention, scoring
from exams.models import JournalEntry, Result, Sitting
from questionbank.models import ItemKind
from schools.grades import Stage
from tests import world as cast
from tests.world import NOW, World


def held(world: World, seed: int) -> Sitting:
    """A class of thirty whose test was invented."""
    class_ = cast.make_class(world.north, 5)
    for number in range(30):
        cast.make_student(class_, f"众{number}")
    sitting = cast.make_sitting(world, organizations=[class_])
    invention.answer(sitting, random.Random(seed))
    return sitting


def test_almost_everybody_answers_nearly_everything_and_hands_in(world: World) -> None:
    sitting = held(world, 1)
    handed_in = sitting.attempts.filter(state="submitted")
    assert 26 <= handed_in.count() <= 30
    entries = JournalEntry.objects.filter(attempt__in=handed_in)
    assert entries.count() == 4 * handed_in.count()
    assert not handed_in.exclude(events__event="submit").exists()
    for attempt in handed_in:
        assert attempt.started_at < attempt.submitted_at <= attempt.deadline_at


def test_some_are_right_and_some_are_wrong(world: World) -> None:
    sitting = held(world, 2)
    scoring.score_sitting(sitting, NOW)
    scores = set(Result.objects.filter(attempt__sitting=sitting).values_list("score", flat=True))
    assert len(scores) > 3


def test_the_same_seed_invents_the_same(world: World) -> None:
    told = []
    for _ in range(2):
        sitting = cast.make_sitting(world)
        invention.answer(sitting, random.Random(3))
        rows = JournalEntry.objects.filter(attempt__sitting=sitting).order_by("attempt__student", "seq")
        told.append(list(rows.values_list("slot", "at")))
    assert told[0] == told[1]


def test_a_demonstrations_blueprint_is_a_test_of_twenty_items_and_a_hundred_points(world: World) -> None:
    for slug in set(demonstration.SINGLE_TOPICS):
        cast.make_topic(slug, slug)
    blueprint = demonstration.blueprint_for(world.city, Stage.JUNIOR)
    cells = list(blueprint.cells.all())
    assert sum(cell.count for cell in cells) == 20
    assert sum(cell.count * cell.points for cell in cells) == 100
    assert {cell.kind for cell in cells} == {*ItemKind.values}
    assert demonstration.blueprint_for(world.city, Stage.JUNIOR) == blueprint

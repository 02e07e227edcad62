"""Scoring a sitting by sets, against answers judged one by one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from exams import scoring
from exams.models import Attempt, JournalEntry, Result
from questionbank import interactions
from tests import world as cast
from tests.world import NOW, World


def handed_in(world: World, responses: dict[int, list[str]], **changes: object) -> Attempt:
    attempt = cast.attempt_of(cast.make_sitting(world, **changes), world.ben)
    cast.answer(attempt, responses)
    return cast.set_state(attempt, "submitted")


def test_all_right_earns_every_point_and_the_highest_level(world: World) -> None:
    sitting = cast.make_sitting(world)
    attempt = cast.attempt_of(sitting, world.ben)
    cast.answer(attempt, cast.right_answers(attempt.paper))
    cast.set_state(attempt, "submitted")
    assert scoring.score_sitting(sitting, NOW) == 1
    result = Result.objects.get()
    assert (result.score, result.max_score, result.level) == (Decimal(8), Decimal(8), "excellent")
    attempt.refresh_from_db()
    assert attempt.state == "scored"
    assert attempt.events.get().event == "score"


def test_no_answer_at_all_is_a_result_too(world: World) -> None:
    attempt = handed_in(world, {})
    scoring.score_sitting(attempt.sitting, NOW)
    result = Result.objects.get()
    assert (result.score, result.level) == (Decimal(0), "learn_again")
    assert result.slots["1"] == {"response": [], "score": 0.0, "max": 2.0}
    assert [(row["topic"], row["max"]) for row in result.topics] == [("law", 8.0)]


def test_the_last_answer_to_a_slot_counts_by_epoch_and_seq(world: World) -> None:
    sitting = cast.make_sitting(world)
    attempt = cast.attempt_of(sitting, world.ben)
    right = cast.right_answers(attempt.paper)
    cast.answer(attempt, {1: right[1]}, epoch=2)
    cast.answer(attempt, {1: []}, epoch=1, at=NOW + timedelta(minutes=5))
    cast.set_state(attempt, "submitted")
    scoring.score_sitting(sitting, NOW)
    assert Result.objects.get().slots["1"]["score"] == 2.0


@pytest.mark.parametrize(("policy", "score"), [("review", 0), ("reject", 0), ("accept", 2)])
def test_late_answers_count_as_the_policy_says(world: World, policy: str, score: int) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, late_answers=policy))
    attempt = cast.attempt_of(sitting, world.ben)
    cast.answer(attempt, {1: cast.right_answers(attempt.paper)[1]}, kept=True)
    cast.set_state(attempt, "submitted")
    scoring.score_sitting(sitting, NOW)
    assert Result.objects.get().score == score


def test_only_what_was_handed_in_is_scored(world: World) -> None:
    attempt = handed_in(world, {})
    cast.set_state(attempt, "active")
    assert scoring.score_sitting(attempt.sitting, NOW) == 0
    assert not Result.objects.exists()


def test_scoring_again_gives_the_same(world: World) -> None:
    attempt = handed_in(world, {1: ["c1"], 2: ["c2"]})
    scoring.score_sitting(attempt.sitting, NOW)
    first = Result.objects.values("score", "slots", "topics").get()
    assert scoring.score_sitting(attempt.sitting, NOW) == 0
    assert scoring.score_sitting(attempt.sitting, NOW, again=True) == 1
    assert Result.objects.values("score", "slots", "topics").get() == first


@pytest.mark.parametrize(
    ("rule", "minutes", "due"),
    [("on_submission", 5, True), ("after_closing", 5, False), ("after_closing", 61, True), ("manual", 61, True)],
)
def test_a_sitting_is_due_when_its_results_may_be_asked_for(world: World, rule: str, minutes: int, due: bool) -> None:
    attempt = handed_in(world, {}, exam=cast.make_exam(world, release_rule=rule))
    assert (attempt.sitting in scoring.due_sittings(NOW + timedelta(minutes=minutes))) is due


def test_an_ended_room_is_due_at_once(world: World) -> None:
    attempt = handed_in(world, {})
    attempt.room.ended_at = NOW
    attempt.room.save()
    assert scoring.score_due(NOW) == 1


def test_a_whole_sitting_is_scored_with_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        cast.answer(attempt, cast.right_answers(attempt.paper))
        cast.set_state(attempt, "submitted")
    with django_assert_max_num_queries(16):
        assert scoring.score_sitting(sitting, NOW) == 42


RESPONSES = st.dictionaries(
    st.integers(1, 4), st.lists(st.sampled_from(["c1", "c2", "c3", "c4", "true", "false"]), max_size=3, unique=True)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(journal=st.lists(RESPONSES, max_size=5))
def test_sets_agree_with_answers_judged_one_by_one(world: World, journal: list[dict[int, list[str]]]) -> None:
    sitting = cast.make_sitting(world)
    attempt = cast.attempt_of(sitting, world.ben)
    final: dict[int, list[str]] = {}
    for epoch, responses in enumerate(journal, start=1):
        cast.answer(attempt, responses, epoch=epoch)
        final |= responses
    cast.set_state(attempt, "submitted")
    scoring.score_sitting(sitting, NOW)
    keys = attempt.paper.keys
    expected = sum(
        interactions.of(key["kind"]).score(
            final.get(int(slot), []), key["key"], Decimal(str(key["points"])), keys["scoring_policy"]
        )
        for slot, key in keys["slots"].items()
    )
    assert Result.objects.get(attempt=attempt).score == expected
    JournalEntry.objects.filter(attempt=attempt).delete()

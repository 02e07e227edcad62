"""Several right choices and three ways to count those that are missing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.models.papers import ScoringPolicy
from questionbank.interactions import multiple_choice
from tests.questionbank.interactions.strategies import answered, choice_contents, points, policies

CONTENT = {
    "stem": "下列哪些属于人防工程？",
    "choices": [{"id": letter, "content": f"工程{letter}"} for letter in "ABCD"],
    "key": ["A", "C"],
}
several = answered(fewest_keys=2, most_keys=5)


@given(choice_contents(fewest_keys=2, most_keys=5))
def test_a_sound_content_has_no_problems(content):
    assert multiple_choice.problems(content) == []


@pytest.mark.parametrize(
    ("key", "code"),
    [([], "no_key"), (["A"], "one_key"), (list("ABCD"), "all_keys"), (["A", "E"], "key_not_among_choices")],
)
def test_each_fault_of_the_key_has_its_code(key, code):
    assert multiple_choice.problems({**CONTENT, "key": key}) == [code]


def test_the_key_is_sorted_in_the_papers_ids():
    assert multiple_choice.paper_key(CONTENT, {"A": "c4", "B": "c3", "C": "c1", "D": "c2"}) == ["c1", "c4"]


def test_any_set_of_offered_choices_is_well_formed():
    slot = {"choices": [{"id": "c1"}, {"id": "c2"}]}
    assert all(multiple_choice.well_formed(response, slot) for response in ([], ["c2"], ["c2", "c1"]))


def test_the_policies_are_those_an_exam_may_choose():
    assert set(multiple_choice.POLICIES) == set(ScoringPolicy.values)


@pytest.mark.parametrize(
    ("policy", "response", "share"),
    [
        ("missing_half", "c1 c2 c3", "3"),
        ("missing_half", "c1 c2", "1.5"),
        ("missing_half", "c3", "1.5"),
        ("missing_half", "c1 c2 c4", "0"),
        ("missing_half", "c1 c2 c3 c4", "0"),
        ("all_or_nothing", "c3 c1 c2", "3"),
        ("all_or_nothing", "c1 c2", "0"),
        ("all_or_nothing", "c1 c2 c3 c4", "0"),
        ("proportional", "c1 c2 c3", "3"),
        ("proportional", "c1 c2", "2"),
        ("proportional", "c1 c4", "0"),
        ("proportional", "c1 c2 c4", "1"),
        ("proportional", "c4 c5", "0"),
    ],
)
def test_three_keys_of_five_worth_three_points(policy, response, share):
    earned = multiple_choice.score(response.split(), ["c1", "c2", "c3"], Decimal(3), policy)
    assert earned == Decimal(share)


def test_thirds_are_rounded_to_hundredths():
    assert multiple_choice.score(["c1", "c2"], ["c1", "c2", "c3"], Decimal(1), "proportional") == Decimal("0.67")


def test_an_unknown_policy_is_an_error():
    with pytest.raises(KeyError):
        multiple_choice.score(["c1"], ["c1", "c2"], Decimal(1), "generous")


@given(several, points, policies)
def test_a_score_lies_between_nothing_and_all(drawn, worth, policy):
    _, key, response = drawn
    assert 0 <= multiple_choice.score(response, key, worth, policy) <= worth


@given(several, points, policies)
def test_only_the_key_earns_all(drawn, worth, policy):
    _, key, response = drawn
    earned = multiple_choice.score(response, key, worth, policy)
    assert (earned == worth) == (set(response) == set(key))


@given(several, points, policies)
def test_nothing_answered_earns_nothing(drawn, worth, policy):
    _, key, _ = drawn
    assert multiple_choice.score([], key, worth, policy) == 0


@given(several, points, policies, st.randoms())
def test_the_order_of_the_response_is_irrelevant(drawn, worth, policy, chance):
    _, key, response = drawn
    shuffled = response.copy()
    chance.shuffle(shuffled)
    score = multiple_choice.score
    assert score(shuffled, key, worth, policy) == score(response, key, worth, policy)


@given(several, points, policies)
def test_one_more_wrong_choice_never_earns_more(drawn, worth, policy):
    offered, key, response = drawn
    score = multiple_choice.score
    for wrong in set(offered) - set(key) - set(response):
        assert score([*response, wrong], key, worth, policy) <= score(response, key, worth, policy)


@given(several, points, policies)
def test_one_more_right_choice_never_earns_less(drawn, worth, policy):
    _, key, response = drawn
    score = multiple_choice.score
    for right in set(key) - set(response):
        assert score([*response, right], key, worth, policy) >= score(response, key, worth, policy)

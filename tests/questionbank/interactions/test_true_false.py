"""One statement, true or false."""

from decimal import Decimal

import pytest

from questionbank.interactions import true_false

CONTENT = {"stem": "听到试鸣的警报不必惊慌。", "choices": [], "key": ["true"]}


def test_a_sound_content_has_no_problems():
    assert true_false.problems(CONTENT) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": []}, "no_key"),
        ({"key": ["true", "false"]}, "two_keys"),
        ({"key": ["yes"]}, "key_not_among_choices"),
        ({"stem": ""}, "no_stem"),
        ({"choices": [{"id": "A", "content": "对"}]}, "choices_not_wanted"),
    ],
)
def test_each_fault_has_its_code(change, code):
    assert true_false.problems({**CONTENT, **change}) == [code]


def test_the_paper_has_a_stem_and_nothing_to_rename():
    assert true_false.choice_ids(CONTENT) == []
    assert true_false.public(CONTENT, {}, str.upper)["choices"] == []
    assert true_false.paper_key(CONTENT, {}) == ["true"]


@pytest.mark.parametrize("response", [["true"], ["false"]])
def test_both_words_are_well_formed_answers(response):
    assert true_false.well_formed(response, {})
    assert true_false.is_answered(response)


@pytest.mark.parametrize("response", [["True"], [True], ["true", "false"], "true", True])
def test_anything_else_is_not(response):
    assert not true_false.well_formed(response, {})


@pytest.mark.parametrize(("response", "earned"), [(["true"], 2), (["false"], 0), ([], 0)])
def test_the_key_earns_all_points(response, earned):
    assert true_false.score(response, ["true"], Decimal(2), "proportional") == earned

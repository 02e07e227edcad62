"""One right choice."""

from decimal import Decimal

import pytest
from hypothesis import given

from questionbank import interactions
from questionbank.interactions import single_choice
from tests.questionbank.interactions.strategies import answered, choice_contents, points, policies, renaming

CONTENT = {
    "stem": "国际民防特殊标志是什么图案？",
    "choices": [{"id": letter, "content": f"图案{letter}"} for letter in "ABCD"],
    "key": ["B"],
}


@given(choice_contents())
def test_a_sound_content_has_no_problems(content):
    assert single_choice.problems(content) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": []}, "no_key"),
        ({"key": ["A", "B"]}, "two_keys"),
        ({"key": ["E"]}, "key_not_among_choices"),
        ({"key": ["A", "A"]}, "same_key_twice"),
        ({"stem": " \n"}, "no_stem"),
        ({"choices": CONTENT["choices"][:1], "key": ["A"]}, "too_few_choices"),
        ({"choices": [{"id": x, "content": x} for x in "ABCDEFG"]}, "too_many_choices"),
        ({"choices": [*CONTENT["choices"][:3], {"id": "D", "content": ""}]}, "empty_choice"),
        ({"choices": [*CONTENT["choices"][:3], {"id": "D", "content": "图案 A"}]}, "same_choice_twice"),
        ({"choices": [*CONTENT["choices"][:3], {"id": "A", "content": "另一图案"}]}, "same_choice_id"),
    ],
)
def test_each_fault_has_its_code(change, code):
    assert code in single_choice.problems({**CONTENT, **change})


def test_the_paper_shows_renamed_choices_and_never_the_key():
    renamed = {"A": "c3", "B": "c1", "C": "c4", "D": "c2"}
    public = single_choice.public(CONTENT, renamed, lambda text: f"<p>{text}</p>")
    assert public == {
        "stem": "<p>国际民防特殊标志是什么图案？</p>",
        "choices": [
            {"id": "c3", "content": "<p>图案A</p>"},
            {"id": "c1", "content": "<p>图案B</p>"},
            {"id": "c4", "content": "<p>图案C</p>"},
            {"id": "c2", "content": "<p>图案D</p>"},
        ],
    }
    assert single_choice.paper_key(CONTENT, renamed) == ["c1"]


def test_one_choice_is_well_formed_and_two_are_not():
    slot = {"choices": [{"id": "c1"}, {"id": "c2"}]}
    assert single_choice.well_formed(["c1"], slot)
    assert not single_choice.well_formed(["c1", "c2"], slot)


@given(choice_contents())
def test_the_key_in_the_papers_ids_is_well_formed_there(content):
    renamed = renaming(content)
    public = single_choice.public(content, renamed, str)
    assert single_choice.well_formed(single_choice.paper_key(content, renamed), public)


@given(answered(), points, policies)
def test_the_key_earns_all_points_and_anything_else_none(drawn, worth, policy):
    _, key, response = drawn
    earned = single_choice.score(response, key, worth, policy)
    assert earned == (worth if response == key else 0)


def test_points_are_counted_in_hundredths():
    assert single_choice.score(["c1"], ["c1"], Decimal("1.005"), "missing_half") == Decimal("1.01")
    assert single_choice.score([], ["c1"], Decimal(1), "missing_half").as_tuple().exponent == -2
    assert interactions.to_cents(Decimal(2)) == Decimal("2.00")

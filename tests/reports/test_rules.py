"""The pure rules of reports: in which order places stand, and what to teach again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import ordering, teaching
from reports.ordering import Column

COLUMNS = (Column("mean", lambda row: row),)


def topic(slug: str, earned: float, possible: float = 10.0) -> dict[str, object]:
    return {"topic": slug, "title": slug, "title_en": slug, "earned": earned, "possible": possible}


def test_places_stand_by_the_sound_of_their_names() -> None:
    names = ["如皋市", "启东市", "崇川区", "海门区", "通州区", "海安市", "如东县"]
    by_sound = ["崇川区", "海安市", "海门区", "启东市", "如东县", "如皋市", "通州区"]
    assert sorted(names, key=ordering.collated) == by_sound


def test_numbers_in_names_count_by_their_value() -> None:
    assert sorted(["第10中学", "第9中学", "第1中学"], key=ordering.collated) == ["第1中学", "第9中学", "第10中学"]


@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    assert sorted(sorted(names, key=ordering.collated)) == sorted(names)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("mean", ("mean", False)), ("-mean", ("mean", True)), ("name", (None, False)), ("--mean", (None, False))],
)
def test_only_columns_that_there_are_sort(asked: str, found: tuple[str | None, bool]) -> None:
    column, falling = ordering.wanted(asked, COLUMNS)
    assert (column.name if column else None, falling) == found


def test_what_is_unknown_stands_last_whichever_way() -> None:
    assert ordering.arranged([2, None, 1], COLUMNS[0], falling=False) == [1, 2, None]
    assert ordering.arranged([2, None, 1], COLUMNS[0], falling=True) == [2, 1, None]


def test_a_topic_below_the_pass_mark_is_taught_again() -> None:
    (found,) = teaching.advise([topic("law", 5.9), topic("fire", 6)], [topic("law", 5), topic("fire", 6)])
    assert (found.topic["topic"], found.is_low, found.is_behind) == ("law", True, False)


def test_a_topic_far_behind_everybody_is_taught_again_though_it_passed() -> None:
    (found,) = teaching.advise([topic("law", 7)], [topic("law", 8.5)])
    assert (found.is_low, found.is_behind) == (False, True)
    assert not teaching.advise([topic("law", 7)], [topic("law", 7.9)])


def test_the_weakest_four_stand_first() -> None:
    found = teaching.advise([topic(str(n), n) for n in (5, 3, 1, 4, 2)], [])
    assert [one.topic["topic"] for one in found] == ["1", "2", "3", "4"]


def test_a_topic_that_was_not_asked_needs_no_teaching() -> None:
    assert not teaching.advise([topic("law", 0, 0)], [topic("law", 0, 0)])

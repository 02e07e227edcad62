"""The index of upper and lower groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reports.statistics.groups import ScoreTable

POINTS = np.array([1.0, 2, 1, 2])
sheets = (
    st.integers(0, 40)
    .flatmap(lambda n: arrays.arrays(float, (n, 4), elements=st.sampled_from([0.0, 0.5, 1.0])))
    .map(lambda scores: scores * POINTS)
)


def test_known_value_of_a_hundred_sheets_without_ties() -> None:
    """The best 27 of 100 all have the first item, of the lowest 27 nine have it: D = 1 - 1/3."""
    totals = np.arange(100)
    item = np.zeros(100)
    item[73:] = 1
    item[:9] = 1
    scores = np.column_stack([item, totals - item])
    found = ScoreTable.of(scores, np.array([1.0, 100.0])).upper_lower_index()
    assert found[0] == pytest.approx(1 - 9 / 27)


def test_those_who_tie_at_the_border_count_by_the_same_fraction() -> None:
    # Ten sheets, a group is 2.7 of them. Totals: 1 x 3, 8 x 2, 1 x 1. Upper: the best one and 1.7 of the eight.
    scores = np.array([[1, 1, 1]] + [[1, 1, 0]] * 4 + [[1, 0, 1]] * 4 + [[1, 0, 0]], dtype=float)
    found = ScoreTable.of(scores, np.ones(3)).upper_lower_index()
    upper, lower = (1 + 1.7 * 0.5) / 2.7, (0 + 1.7 * 0.5) / 2.7
    assert found == pytest.approx([0, upper - lower, upper - lower])


@given(sheets)
def test_a_plain_sort_finds_the_same_where_the_groups_end_between_totals(scores: np.ndarray) -> None:
    frame = pd.DataFrame(scores)
    frame["t"] = scores.sum(axis=1)
    frame = frame.sort_values("t", kind="stable")
    if len(frame) < 2:
        return
    size = len(frame) // 2
    low, high = frame.head(size), frame.tail(size)
    if low["t"].max() == frame.iloc[size]["t"] or high["t"].min() == frame.iloc[-size - 1]["t"]:
        return
    expected = high[[0, 1, 2, 3]].sum() / (POINTS * size) - low[[0, 1, 2, 3]].sum() / (POINTS * size)
    found = ScoreTable.of(scores, POINTS).upper_lower_index(share=size / len(frame))
    assert found == pytest.approx(expected.to_numpy(), abs=1e-9)


@given(sheets, sheets, sheets)
def test_merged_parts_equal_the_whole(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    merged = ScoreTable.of(a, POINTS).merge(ScoreTable.of(b, POINTS)).merge(ScoreTable.of(c, POINTS))
    whole = ScoreTable.of(np.concatenate([a, b, c]), POINTS)
    for one, other in zip(merged, whole, strict=True):
        assert np.array_equal(one, other)


@given(sheets, st.randoms())
def test_the_order_of_the_sheets_does_not_matter(scores: np.ndarray, chance: object) -> None:
    order = list(range(len(scores)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = (ScoreTable.of(rows, POINTS).upper_lower_index() for rows in (scores, scores[order]))
    assert one == pytest.approx(other, abs=1e-12, nan_ok=True)


def test_nobody_has_no_groups() -> None:
    assert np.isnan(ScoreTable.of(np.zeros((0, 4)), POINTS).upper_lower_index()).all()


def test_tables_of_different_papers_do_not_merge() -> None:
    with pytest.raises(ValueError, match="different papers"):
        ScoreTable.of(np.zeros((1, 4)), POINTS).merge(ScoreTable.of(np.zeros((1, 4)), POINTS * 2))

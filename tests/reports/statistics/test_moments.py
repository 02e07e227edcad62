"""Mean and standard deviation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.moments import Moments

percents = st.lists(st.floats(0, 100, allow_nan=False), max_size=60).map(lambda values: np.array(values, dtype=float))


def test_known_values_of_eight_scores() -> None:
    found = Moments.of(np.array([2.0, 4, 4, 4, 5, 5, 7, 9]))
    assert found == Moments(8, 5.0, 32.0)
    assert found.standard_deviation == 2.0


def test_one_value_has_no_spread_and_nobody_has_none_to_speak_of() -> None:
    assert Moments.of(np.array([73.0])).standard_deviation == 0.0
    assert math.isnan(Moments().standard_deviation)


@pytest.mark.parametrize("value", [0.1, 33.333333333, 100 / 7])
def test_equal_values_have_no_spread_however_they_are_cut(value: float) -> None:
    parts = [Moments.of(np.full(n, value)) for n in (1, 3, 70, 9)]
    whole = parts[0].merge(parts[1]).merge(parts[2]).merge(parts[3])
    assert whole.standard_deviation == 0.0


@given(percents, percents, percents)
def test_merged_parts_equal_the_whole(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    merged = Moments.of(a).merge(Moments.of(b).merge(Moments.of(c)))
    whole = Moments.of(np.concatenate([a, b, c]))
    assert merged.n == whole.n
    assert merged.mean == pytest.approx(whole.mean, abs=1e-9)
    assert merged.squares == pytest.approx(whole.squares, rel=1e-9, abs=1e-6)


@given(percents)
def test_what_a_row_stores_gives_the_same_moments_back(values: np.ndarray) -> None:
    found = Moments.of(values)
    again = Moments.stored(found.n, found.mean, None if not found.n else found.standard_deviation)
    assert again.n == found.n
    assert again.squares == pytest.approx(found.squares, rel=1e-9, abs=1e-3)


def test_a_row_of_nobody_is_neutral() -> None:
    some = Moments.of(np.array([1.0, 2.0]))
    assert some.merge(Moments.stored(0, None, None)) == some

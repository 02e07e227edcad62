"""Bins, levels, participation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.levels import Level
from reports.statistics import distribution

percents = st.lists(st.floats(0, 100), max_size=80).map(lambda values: np.array(values, dtype=float))


def test_a_border_belongs_to_the_upper_bin_and_a_full_score_to_the_last() -> None:
    found = distribution.bins(np.array([0, 9.99, 10, 59.99, 60, 89.99, 90, 100.0]))
    assert found.tolist() == [2, 1, 0, 0, 0, 1, 1, 0, 1, 2]


@pytest.mark.parametrize(("score", "whole", "percent"), [(18, 30, 60.0), (2.1, 3, 70.0), (0, 7, 0.0), (7, 7, 100.0)])
def test_percents_stand_on_their_border_exactly(score: float, whole: float, percent: float) -> None:
    assert distribution.percents(np.array([score]), np.array([whole])).tolist() == [percent]


@given(percents, percents)
def test_bins_of_parts_add_up_to_the_bins_of_the_whole(a: np.ndarray, b: np.ndarray) -> None:
    whole = distribution.bins(np.concatenate([a, b]))
    assert (distribution.bins(a) + distribution.bins(b) == whole).all()
    assert whole.sum() == len(a) + len(b)


def test_levels_that_nobody_has_are_there_with_zero() -> None:
    found = distribution.levels(["good", "pass", "good"], list(Level))
    assert found == {"excellent": 0, "good": 2, "pass": 1, "learn_again": 0}
    assert distribution.levels([], list(Level)) == dict.fromkeys(Level, 0)


def test_participation_is_a_share_and_unknown_for_an_empty_roster() -> None:
    assert distribution.participation(38, 40) == 0.95
    assert math.isnan(distribution.participation(0, 0))

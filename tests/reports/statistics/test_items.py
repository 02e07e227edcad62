"""Facility, discrimination, alpha, standard error: against hand computation, pandas, and themselves in parts."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reports.statistics.items import ItemSums

# Five answer sheets, four items of one point.
#   sheet   1 2 3 4 | t
#   A       1 1 1 1 | 4
#   B       1 1 1 0 | 3
#   C       1 1 0 0 | 2
#   D       1 0 0 0 | 1
#   E       0 0 0 0 | 0
# A perfect Guttman scale. Item variances pq: 0.16, 0.24, 0.24, 0.16, together 0.80; totals 0..4 have variance 2.
# alpha = 4/3 * (1 - 0.8/2) = 0.8; sd = sqrt 2; standard error = sqrt(2 * 0.2).
GUTTMAN = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=float)
ONES = np.ones(4)


def sheets(k: int = 5, worth: float = 2.0) -> st.SearchStrategy[np.ndarray]:
    """Between 0 and 30 sheets of k items with partial credit in quarters."""
    return st.integers(0, 30).flatmap(
        lambda n: arrays.arrays(float, (n, k), elements=st.sampled_from([0, worth / 4, worth / 2, worth]))
    )


def test_textbook_values_of_a_guttman_scale() -> None:
    sums = ItemSums.of(GUTTMAN, ONES)
    assert sums.facility().tolist() == [0.8, 0.6, 0.4, 0.2]
    assert sums.mean() == 2.0
    assert sums.standard_deviation() == pytest.approx(math.sqrt(2))
    assert sums.alpha() == pytest.approx(0.8)
    assert sums.standard_error() == pytest.approx(math.sqrt(0.4))


def test_the_item_rest_correlation_of_the_first_item_by_hand() -> None:
    # x = 1 1 1 1 0, r = 3 2 1 0 0: S_xr = 6 - 4 * 6 / 5 = 1.2, S_xx = 0.8, S_rr = 14 - 36 / 5 = 6.8
    found = ItemSums.of(GUTTMAN, ONES).discrimination()[0]
    assert found == pytest.approx(1.2 / math.sqrt(0.8 * 6.8))


@given(sheets())
def test_pandas_finds_the_same_correlations_and_alpha(scores: np.ndarray) -> None:
    points = np.full(5, 2.0)
    sums = ItemSums.of(scores, points)
    frame = pd.DataFrame(scores)
    for item in frame:
        rest = frame.drop(columns=item).sum(axis=1)
        varies = len(frame) > 1 and frame[item].nunique() > 1 and rest.nunique() > 1
        expected = frame[item].corr(rest) if varies else math.nan
        assert sums.discrimination()[item] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    total = frame.sum(axis=1)
    if len(frame) > 1 and total.nunique() > 1:
        expected = 5 / 4 * (1 - frame.var().sum() / total.var())
        assert sums.alpha() == pytest.approx(expected, abs=1e-9)
    else:
        assert math.isnan(sums.alpha())


@given(sheets(), sheets(), sheets())
def test_merged_parts_equal_the_whole(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    points = np.full(5, 2.0)
    merged = ItemSums.of(a, points).merge(ItemSums.of(b, points)).merge(ItemSums.of(c, points))
    whole = ItemSums.of(np.concatenate([a, b, c]), points)
    assert merged.sheet_count == whole.sheet_count
    # quarters of points are exact in binary, so the sums are equal to the last bit
    for one, other in zip(merged[2:], whole[2:], strict=True):
        assert np.array_equal(one, other)


def test_parallel_papers_pool_within_themselves() -> None:
    """An item on an easy and on a hard paper: that the papers differ is no discrimination."""
    rng = np.random.default_rng(7)
    hard, easy = (rng.random((400, 6)) < np.array([0.5, share, share, share, share, share]) for share in (0.2, 0.9))
    sums = [ItemSums.of(part.astype(float), np.ones(6)) for part in (hard, easy)]
    pooled = sums[0].products().merge(sums[1].products()).correlation()
    assert abs(pooled[0]) < 0.1
    naive = ItemSums.of(np.concatenate([hard, easy]).astype(float), np.ones(6)).discrimination()
    assert naive[1] > 0.5 > abs(pooled[1])


def test_an_item_that_everybody_got_right_separates_nobody() -> None:
    scores = GUTTMAN.copy()
    scores[:, 0] = 1
    found = ItemSums.of(scores, ONES)
    assert math.isnan(found.discrimination()[0])
    assert found.facility()[0] == 1.0


def test_nobody_has_no_figures_and_no_warnings() -> None:
    empty = ItemSums.of(np.zeros((0, 4)), ONES)
    assert np.isnan(empty.facility()).all()
    assert np.isnan(empty.discrimination()).all()
    assert math.isnan(empty.mean())
    assert math.isnan(empty.alpha())
    assert math.isnan(empty.standard_error())


def test_one_item_has_no_alpha() -> None:
    assert math.isnan(ItemSums.of(GUTTMAN[:, :1], ONES[:1]).alpha())


def test_sums_of_different_papers_do_not_merge() -> None:
    with pytest.raises(ValueError, match="different papers"):
        ItemSums.of(GUTTMAN, ONES).merge(ItemSums.of(GUTTMAN, ONES * 2))

"""Choice counts, and the sums of a paper as one piece."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reports.statistics import choices, papers
from reports.statistics.papers import PaperSums

masks = st.integers(0, 30).flatmap(lambda n: arrays.arrays(np.uint16, (n, 3), elements=st.integers(0, 15)))


def test_each_choice_taken_counts_once_and_blanks_stand_last() -> None:
    # item 1: A, B, A and C, blank; item 2: all blank
    taken = np.array([[0b001, 0], [0b010, 0], [0b101, 0], [0, 0]], dtype=np.uint16)
    assert choices.counts(taken, 3).tolist() == [[2, 1, 1, 1], [0, 0, 0, 4]]


def test_a_mask_holds_sixteen_choices_and_no_more() -> None:
    assert choices.counts(np.array([[0x8000]], dtype=np.uint16), 16)[0, 15] == 1
    with pytest.raises(ValueError, match="too many"):
        choices.counts(np.zeros((1, 1), dtype=np.uint16), 17)


@given(masks, masks)
def test_counts_of_parts_add_up(a: np.ndarray, b: np.ndarray) -> None:
    whole = choices.counts(np.concatenate([a, b]), 4)
    assert np.array_equal(choices.counts(a, 4) + choices.counts(b, 4), whole)


def test_a_large_matrix_in_parts_equals_the_whole_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PART", 100)
    rng = np.random.default_rng(3)
    scores, taken = rng.integers(0, 3, (333, 7)).astype(float), rng.integers(0, 16, (333, 7)).astype(np.uint16)
    points = np.full(7, 2.0)
    parted, whole = papers.in_parts(scores, points, taken, 4), PaperSums.of(scores, points, taken, 4)
    pieces = [(*sums.items, *sums.table, sums.choices) for sums in (parted, whole)]
    for one, other in zip(*pieces, strict=True):
        assert np.array_equal(one, other)

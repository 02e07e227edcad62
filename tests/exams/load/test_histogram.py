"""Percentiles are right to a few per cent at any size."""

from hypothesis import given
from hypothesis import strategies as st

from exams.load import histogram
from exams.load.histogram import COARSE, FINE

VALUES = st.integers(0, 10**10)


@given(VALUES, st.sampled_from([FINE, COARSE]))
def test_a_bucket_holds_its_value_and_is_narrow(value: int, bits: int) -> None:
    top = histogram.upper(histogram.bucket(value, bits), bits)
    assert value <= top <= value * (1 + 1 / 2**bits) + 1


@given(VALUES, VALUES)
def test_buckets_keep_the_order(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert histogram.bucket(low) <= histogram.bucket(high)


@given(st.lists(VALUES, min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_so_many_stayed_within_a_percentile(values: list[int], share: float) -> None:
    counts = histogram.added({histogram.bucket(value): 1} for value in values)
    limit = histogram.percentile(counts, share) * 1000
    assert sum(value <= limit + 1e-6 for value in values) >= share * len(values)


def test_nothing_has_no_percentile() -> None:
    assert histogram.percentile({}, 0.99) == 0

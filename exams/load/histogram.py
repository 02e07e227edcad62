"""How long things took: counts in buckets whose width grows with the value, so that percentiles are right to a few per
cent at any size and two histograms are added by adding their counts. Pure; values are microseconds."""

from collections.abc import Iterable, Mapping

FINE = 6  # a bucket is 1/64 of its value wide
COARSE = 3  # 1/8: for every second of a long run


def bucket(value: int, bits: int = FINE) -> int:
    """The bucket of a value."""
    shift = value.bit_length() - bits - 1
    return value if shift <= 0 else (shift << bits) + (value >> shift)


def upper(index: int, bits: int = FINE) -> int:
    """The largest value of a bucket."""
    shift = max(0, (index >> bits) - 1)
    return ((index - (shift << bits) + 1) << shift) - 1


def percentile(counts: Mapping[int, int], share: float, bits: int = FINE) -> float:
    """Milliseconds that `share` of the values stayed within; 0 when there are none."""
    wanted = share * sum(counts.values())
    seen = 0
    for index in sorted(counts):
        seen += counts[index]
        if seen >= wanted:
            return upper(index, bits) / 1000
    return 0.0


def added(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """One histogram of several."""
    whole: dict[int, int] = {}
    for part in parts:
        for index, count in part.items():
            whole[index] = whole.get(index, 0) + count
    return whole

"""The index of upper and lower groups (D, 27 %), from a table that can be merged."""

from typing import NamedTuple, Self

import numpy as np

from reports.statistics import Counts, Floats, ratio

SHARE = 0.27  # Kelley 1939: where the difference of the groups is most certain, for normal scores


class Groups(NamedTuple):
    """Points earned and points there were in the upper and the lower group, shape (k,) each; added over papers on
    which the same item stands."""

    upper: Floats
    upper_possible: Floats
    lower: Floats
    lower_possible: Floats

    def merge(self, other: "Groups") -> "Groups":
        return Groups(*(a + b for a, b in zip(self, other, strict=True)))

    def difference(self) -> Floats:
        """D: facility in the upper group minus facility in the lower, -1 to 1, shape (k,); NaN of nobody."""
        return np.asarray(ratio(self.upper, self.upper_possible) - ratio(self.lower, self.lower_possible))


class ScoreTable(NamedTuple):
    """One line per distinct total score: how many sheets have it, and what they earned on each item.

    `cents` (m,) totals in hundredths of a point, ascending; `counts` (m,); `earned` (m, k) in points."""

    points: Floats
    cents: Counts
    counts: Counts
    earned: Floats

    @classmethod
    def of(cls, scores: Floats, points: Floats) -> Self:
        """`scores` (n, k) in points, `points` (k,)."""
        totals = np.rint(scores.sum(axis=1) * 100).astype(np.int64)
        return cls(points, *_grouped(totals, np.ones(len(scores), dtype=np.int64), scores))

    def merge(self, other: "ScoreTable") -> "ScoreTable":
        """The table of both parts together. Raises ValueError when they are not of one paper."""
        if not np.array_equal(self.points, other.points):
            raise ValueError("tables of different papers")
        stacked = zip(self[1:], other[1:], strict=True)
        return ScoreTable(self.points, *_grouped(*(np.concatenate(pair) for pair in stacked)))

    def groups(self, share: float = SHARE) -> Groups:
        """The upper and the lower `share` of the sheets by total. Those who tie at the border are all counted, each
        by the same fraction, so that the outcome depends on no order among equals."""
        size = share * int(self.counts.sum())
        lower = _weights(self.counts, size)
        upper = _weights(self.counts[::-1], size)[::-1]
        return Groups(
            upper @ self.earned,
            self.points * (upper @ self.counts),
            lower @ self.earned,
            self.points * (lower @ self.counts),
        )

    def upper_lower_index(self, share: float = SHARE) -> Floats:
        """D of every item, shape (k,)."""
        return self.groups(share).difference()


def _grouped(cents: Counts, counts: Counts, earned: Floats) -> tuple[Counts, Counts, Floats]:
    """Lines of equal totals added up, ascending."""
    if not len(cents):
        return cents, counts, earned
    order = np.argsort(cents, kind="stable")
    cents = cents[order]
    first = np.flatnonzero(np.r_[True, cents[1:] != cents[:-1]])
    return cents[first], np.add.reduceat(counts[order], first), np.add.reduceat(earned[order], first, axis=0)


def _weights(counts: Counts, size: float) -> Floats:
    """How far each line, taken in this order, belongs to a group of `size` sheets: 1, a fraction at the border, 0."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.clip(ratio(size - before, counts), 0.0, 1.0))

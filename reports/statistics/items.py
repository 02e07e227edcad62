"""What the items of one paper tell: facility, discrimination, alpha, standard error. From one pass of sums."""

from typing import NamedTuple, Self

import numpy as np

from reports.statistics import NO_SPREAD, Floats, ratio


class Products(NamedTuple):
    """Sums of centred products of each item with the rest of the paper, shape (k,) each. Added over papers on which
    the same item stands, they pool within papers: papers that differ in ease do not pose as discrimination."""

    item_rest: Floats
    item_item: Floats
    rest_rest: Floats

    def merge(self, other: "Products") -> "Products":
        return Products(*(a + b for a, b in zip(self, other, strict=True)))

    def correlation(self) -> Floats:
        """Pearson's r, -1 to 1, shape (k,); NaN where item or rest does not vary."""
        return np.asarray(ratio(self.item_rest, np.sqrt(self.item_item * self.rest_rest)))


class ItemSums(NamedTuple):
    """Sums over n answer sheets of one paper with k slots; x is the score of a slot, t the total of a sheet (points).
    `points` is what each slot is worth, shape (k,)."""

    points: Floats
    sheet_count: int
    item: Floats  # sum of x, shape (k,)
    item_squares: Floats  # sum of x * x, shape (k,)
    item_totals: Floats  # sum of x * t, shape (k,)
    total: float  # sum of t
    total_squares: float  # sum of t * t

    @classmethod
    def of(cls, scores: Floats, points: Floats) -> Self:
        """`scores` (n, k) in points, `points` (k,)."""
        totals = scores.sum(axis=1)
        squares = np.einsum("nk,nk->k", scores, scores)
        return cls(points, len(scores), scores.sum(axis=0), squares, totals @ scores, totals.sum(), totals @ totals)

    def merge(self, other: "ItemSums") -> "ItemSums":
        """The sums of both parts together. Raises ValueError when they are not of one paper."""
        if not np.array_equal(self.points, other.points):
            raise ValueError("sums of different papers")
        return ItemSums(
            self.points,
            self.sheet_count + other.sheet_count,
            self.item + other.item,
            self.item_squares + other.item_squares,
            self.item_totals + other.item_totals,
            self.total + other.total,
            self.total_squares + other.total_squares,
        )

    def facility(self) -> Floats:
        """Share of the points earned per item, 0 to 1, high = easy (Moodle's facility index), shape (k,)."""
        return np.asarray(ratio(self.item, self.points * self.sheet_count))

    def products(self) -> Products:
        """Centred products of each item x with its rest r = t - x: S_xr = S_xt - S_xx, S_rr = S_tt - 2 S_xt + S_xx."""
        n = max(self.sheet_count, 1)
        s_xx = _spread(self.item_squares - self.item**2 / n, self.item_squares)
        s_tt = self.total_spread()
        s_xt = self.item_totals - self.item * self.total / n
        s_rr = _spread(s_tt - 2 * s_xt + s_xx, np.full_like(s_xx, self.total_squares))
        return Products(np.where(s_xx > 0, s_xt - s_xx, 0.0), s_xx, s_rr)

    def discrimination(self) -> Floats:
        """Item-rest correlation (corrected item-total correlation, Henrysson 1963), shape (k,)."""
        return self.products().correlation()

    def total_spread(self) -> float:
        """Sum of squared deviations of the totals, points squared."""
        raw = np.asarray(self.total_squares)
        return float(_spread(raw - self.total**2 / max(self.sheet_count, 1), raw))

    def mean(self) -> float:
        """Mean total in points; NaN of nobody."""
        return float(ratio(self.total, self.sheet_count))

    def standard_deviation(self) -> float:
        """Of the totals in points, over n (the population); NaN of nobody."""
        return float(np.sqrt(ratio(self.total_spread(), self.sheet_count)))

    def alpha(self) -> float:
        """Coefficient alpha, k / (k - 1) * (1 - sum of item variances / variance of totals) (Cronbach 1951). NaN for
        fewer than two items, fewer than two sheets, or totals that do not vary. Can be negative."""
        k, s_tt = len(self.points), self.total_spread()
        if k < 2 or self.sheet_count < 2 or s_tt == 0:
            return float("nan")
        return float(k / (k - 1) * (1 - self.products().item_item.sum() / s_tt))

    def standard_error(self) -> float:
        """Standard error of measurement in points, sd * sqrt(1 - alpha)."""
        return float(self.standard_deviation() * np.sqrt(1 - self.alpha()))


def _spread(centred: Floats, raw: Floats) -> Floats:
    """Sums of squared deviations with the rounding of the subtraction taken for what it is: no spread."""
    return np.where(centred > NO_SPREAD * np.abs(raw), centred, 0.0)

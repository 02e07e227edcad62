"""How many, mean and standard deviation, mergeable without loss of precision."""

from typing import NamedTuple, Self

import numpy as np

from reports.statistics import NO_SPREAD, Floats


class Moments(NamedTuple):
    """Of values in any unit: how many, their mean (that unit), the sum of squared deviations from it (unit squared)."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: Floats) -> Self:
        """Of an array of any shape; an empty one gives the neutral element of `merge`."""
        if values.size == 0:
            return cls()
        mean = float(np.mean(values, dtype=np.float64))
        return cls(int(values.size), mean, float(np.sum((values - mean) ** 2, dtype=np.float64)))

    @classmethod
    def stored(cls, n: int, mean: float | None, standard_deviation: float | None) -> Self:
        """From what a row keeps: the same three numbers again."""
        if not n or mean is None or standard_deviation is None:
            return cls()
        return cls(n, mean, standard_deviation**2 * n)

    def merge(self, other: "Moments") -> "Moments":
        """Of both parts together (Chan, Golub, LeVeque 1979, pairwise update)."""
        n = self.n + other.n
        if not n:
            return Moments()
        apart = other.mean - self.mean
        mean = self.mean + apart * other.n / n
        return Moments(n, mean, self.squares + other.squares + apart**2 * self.n * other.n / n)

    @property
    def standard_deviation(self) -> float:
        """sqrt(sum of squared deviations / n): those who took part are the whole population, not a sample of one.
        NaN of nobody."""
        if not self.n:
            return float("nan")
        if self.squares <= NO_SPREAD * self.n * self.mean**2:
            return 0.0
        return float(np.sqrt(self.squares / self.n))

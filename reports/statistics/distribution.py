"""How many took part, and how they are spread over score bins and levels. All of it is counts, merged by adding."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reports.statistics import Counts, Floats

BIN_COUNT = 10
# The lower edges 0, 10 ... 90 and the upper end, in percent of the points. A full score belongs to the last bin.
EDGES: Floats = np.linspace(0.0, 100.0, BIN_COUNT + 1)


def percents(score: Floats, max_score: Floats) -> Floats:
    """Scores as percent of the points there were, rounded to 1e-9 so that 60 % of 30 is 60 and no hair less."""
    return np.round(100.0 * np.asarray(score, dtype=np.float64) / np.asarray(max_score, dtype=np.float64), 9)


def bins(percent: Floats) -> Counts:
    """Counts per bin of ten percent, shape (10,): [0, 10), [10, 20) ... [90, 100]."""
    return np.histogram(percent, bins=EDGES)[0].astype(np.int64)


def levels(level: Iterable[str] | NDArray[np.object_], names: Iterable[str]) -> dict[str, int]:
    """How many of each level, in the order of `names`; a level that nobody has is there with 0."""
    found, counts = np.unique(np.asarray(level, dtype=np.str_), return_counts=True)
    known = dict(zip(found.tolist(), counts.tolist(), strict=True))
    return {name: int(known.get(name, 0)) for name in names}


def participation(participant_count: int, rostered_count: int) -> float:
    """Share of the roster that has a result, 0 to 1; NaN of an empty roster."""
    return participant_count / rostered_count if rostered_count else float("nan")

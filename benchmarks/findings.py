"""How long the statistics of a whole exam take on a synthetic matrix, and how much memory; no database.

    python benchmarks/findings.py [--students 50000] [--items 50]

Budget (DESIGN 9), for this together with reading and storing (benchmarks/scoring.py): under 30 s, under 1.5 GB. The
matrix follows a Rasch model, so that discrimination and alpha must come out positive; the sums are also computed in
parts and merged, and must agree with the whole."""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from reports.statistics import distribution, papers
from reports.statistics.moments import Moments
from reports.statistics.papers import PaperSums

Found = TypeVar("Found")
CHOICES = 4


def timed(what: str, act: Callable[[], Found]) -> Found:
    """Runs, prints one line, returns what was found."""
    processor, began = time.process_time(), time.perf_counter()
    found = act()
    took, own = time.perf_counter() - began, time.process_time() - processor
    print(f"{what:44} {took:7.3f} s; processor {own:7.3f} s; peak {peak():5.0f} MB", flush=True)
    return found


def peak() -> float:
    """The most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def matrix(students: int, items: int) -> tuple[Any, Any, Any]:
    """Scores (n, k) by a Rasch model with half points for a tenth, points (k,), and the masks of the choices taken."""
    chance = np.random.default_rng(2026)
    ability, hardness = chance.normal(0.8, 1.0, (students, 1)), chance.normal(0.0, 1.0, items)
    right = chance.random((students, items)) < 1 / (1 + np.exp(hardness - ability))
    partly = ~right & (chance.random((students, items)) < 0.1)
    wrong = (2 << chance.integers(0, CHOICES - 1, (students, items))).astype(np.uint16)
    masks = np.where(right, np.uint16(1), wrong)
    masks[chance.random((students, items)) < 0.01] = 0
    return np.where(right, 2.0, np.where(partly, 1.0, 0.0)), np.full(items, 2.0), masks


def analyse(scores: Any, points: Any, masks: Any) -> PaperSums:
    """Everything that findings store of one paper."""
    sums = papers.in_parts(scores, points, masks, CHOICES)
    sums.items.facility()
    sums.items.discrimination()
    sums.items.alpha()
    sums.items.standard_error()
    sums.table.upper_lower_index()
    return sums


def by_class(scores: Any, points: Any) -> Moments:
    """Moments and bins of every class of forty, merged."""
    percent = distribution.percents(scores.sum(axis=1), points.sum())
    whole = Moments()
    for start in range(0, len(percent), 40):
        distribution.bins(percent[start : start + 40])
        whole = whole.merge(Moments.of(percent[start : start + 40]))
    return whole


def main() -> None:
    """Makes the matrix, analyses it, checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=50_000)
    parser.add_argument("--items", type=int, default=50)
    options = parser.parse_args()
    print(f"{options.students} students x {options.items} items; {peak():.0f} MB before")
    scores, points, masks = timed("making the matrix", lambda: matrix(options.students, options.items))
    sums = timed("items, paper, upper and lower groups, choices", lambda: analyse(scores, points, masks))
    merged = timed("moments and bins of every class, merged", lambda: by_class(scores, points))
    whole = PaperSums.of(scores, points, masks, CHOICES)
    assert np.allclose(sums.items.discrimination(), whole.items.discrimination())
    assert np.allclose(sums.table.upper_lower_index(), whole.table.upper_lower_index())
    assert np.isclose(merged.mean, 100 * scores.sum(axis=1).mean() / points.sum())
    assert sums.items.alpha() > 0.5
    assert sums.items.discrimination().min() > 0
    print(f"checked: alpha {sums.items.alpha():.3f}, mean {merged.mean:.2f} %, parts agree with the whole")


if __name__ == "__main__":
    main()

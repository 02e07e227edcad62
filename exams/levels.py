"""The level a student is shown instead of marks. Pure."""

from decimal import Decimal
from enum import StrEnum


class Level(StrEnum):
    """What a share of the points amounts to."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 - a level, no password
    LEARN_AGAIN = "learn_again"


# Lower bounds of the share of points, highest first: the bounds in common use for such tests (合格 60、优秀 85).
BOUNDS: tuple[tuple[Level, Decimal], ...] = (
    (Level.EXCELLENT, Decimal("0.85")),
    (Level.GOOD, Decimal("0.70")),
    (Level.PASS, Decimal("0.60")),
)


def level(score: Decimal, max_score: Decimal) -> Level:
    """The level of a score; a bound itself belongs to the higher level. `max_score` must be positive."""
    for candidate, bound in BOUNDS:
        if score >= bound * max_score:
            return candidate
    return Level.LEARN_AGAIN

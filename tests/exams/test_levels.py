"""Levels at their bounds."""

from decimal import Decimal

import pytest

from exams.levels import level


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("100", "excellent"),
        ("85", "excellent"),
        ("84.99", "good"),
        ("70", "good"),
        ("69.99", "pass"),
        ("60", "pass"),
        ("59.99", "learn_again"),
        ("0", "learn_again"),
    ],
)
def test_a_bound_belongs_to_the_higher_level(score: str, expected: str) -> None:
    assert level(Decimal(score), Decimal(100)) == expected

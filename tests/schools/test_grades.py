"""School years and grades, on the days where they turn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import grades
from schools.grades import Stage


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_the_school_year_turns_on_the_first_of_september(on: date, year: int) -> None:
    assert grades.school_year(on) == year


@pytest.mark.parametrize(
    ("stage", "entered", "on", "expected"),
    [
        (Stage.PRIMARY, 2026, date(2026, 9, 1), 1),
        (Stage.PRIMARY, 2026, date(2026, 8, 31), None),
        (Stage.PRIMARY, 2021, date(2027, 6, 1), 6),
        (Stage.PRIMARY, 2020, date(2026, 9, 1), None),
        (Stage.JUNIOR, 2025, date(2026, 10, 1), 8),
        (Stage.SENIOR, 2024, date(2026, 10, 1), 12),
    ],
)
def test_a_grade_is_counted_from_the_entry_year(stage: Stage, entered: int, on: date, expected: int | None) -> None:
    assert grades.grade(stage, entered, on) == expected


@given(number=st.integers(1, 12), on=st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_entry_year_and_grade_undo_each_other(number: int, on: date) -> None:
    assert grades.grade(grades.stage_of(number), grades.entry_year(number, on), on) == number

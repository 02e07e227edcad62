"""What may be ordered as a rehearsal."""

import pytest

from exams.forms.rehearsals import MOST_STUDENTS, RehearsalForm


@pytest.mark.parametrize(
    ("students", "minutes", "holds"),
    [(200, 3, True), (MOST_STUDENTS, 90, True), (9, 3, False), (MOST_STUDENTS + 1, 3, False), (200, 0, False)],
)
def test_the_size_has_bounds(students: int, minutes: int, holds: bool) -> None:
    form = RehearsalForm({"student_count": students, "minutes": minutes})
    assert form.is_valid() is holds


def test_beside_real_sittings_only_when_somebody_says_so() -> None:
    form = RehearsalForm({"student_count": 200, "minutes": 3})
    assert form.is_valid()
    assert form.cleaned_data["forced"] is False

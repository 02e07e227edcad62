"""Sittings planned in a zone whose clocks change: what is typed is local, what counts is how long it really lasts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from exams.forms.times import TimesForm

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    with timezone.override("Europe/Berlin"):
        yield


def typed(day: str, opens: str, starts: str, closes: str, **changes: Any) -> TimesForm:
    moments = {"opens_at": f"{day}T{opens}", "starts_at": f"{day}T{starts}", "closes_at": f"{day}T{closes}"}
    fixed = {"title": "夜场", "start_mode": "clock", "closing_cuts": "on", "late_start": "full", "minutes": "40"}
    return TimesForm(moments | fixed | changes, now=BEFORE)


def test_a_window_that_the_change_to_summer_time_cuts_is_refused() -> None:
    """From 01:30 to 03:20 are fifty minutes that night."""
    form = typed("2027-03-28", "01:20", "01:30", "03:20", minutes="60")
    assert "50" in str(form.errors["closes_at"])
    assert typed("2027-03-28", "01:20", "01:30", "03:20", minutes="50").is_valid()


def test_a_window_that_the_change_to_winter_time_lengthens_is_as_long_as_it_is() -> None:
    form = typed("2026-10-25", "01:20", "01:30", "03:30", minutes="180")
    assert form.is_valid(), form.errors
    starts_at, closes_at = (form.cleaned_data[name].astimezone(UTC) for name in ("starts_at", "closes_at"))
    assert closes_at - starts_at == timedelta(hours=3)


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
def test_a_moment_that_does_not_exist_or_exists_twice_is_asked_for_again(day: str) -> None:
    form = typed(day, "01:20", "02:30", "04:00")
    assert set(form.errors) == {"starts_at"}

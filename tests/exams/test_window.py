"""The exam clock to the second: entering, own start, deadline, grace."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import window

NINE = datetime(2026, 10, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
CLOSE = NINE + timedelta(minutes=50)
LIMIT = 40 * 60_000
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("before", "may"), [(SECOND, False), (timedelta(0), True), (-SECOND, True)])
def test_entering_begins_on_the_second(before: timedelta, may: bool) -> None:
    assert window.may_enter(NINE - before, NINE) is may


@pytest.mark.parametrize(
    ("started", "cuts", "extra_ms", "paused_ms", "expected"),
    [
        (NINE, True, 0, 0, NINE + timedelta(minutes=40)),
        (NINE + timedelta(minutes=10), True, 0, 0, CLOSE),
        (NINE + timedelta(minutes=10) + SECOND, True, 0, 0, CLOSE),
        (NINE + timedelta(minutes=10) - SECOND, True, 0, 0, CLOSE - SECOND),
        (NINE + timedelta(minutes=20), False, 0, 0, NINE + timedelta(minutes=60)),
        (NINE + timedelta(minutes=20), True, 300_000, 0, CLOSE + timedelta(minutes=5)),
        (NINE, True, 300_000, 60_000, NINE + timedelta(minutes=46)),
    ],
)
def test_the_deadline_is_the_own_start_plus_the_limit_cut_by_the_closing(
    started: datetime, cuts: bool, extra_ms: int, paused_ms: int, expected: datetime
) -> None:
    found = window.deadline(started, LIMIT, closes_at=CLOSE, closing_cuts=cuts, extra_ms=extra_ms, paused_ms=paused_ms)
    assert found == expected


@pytest.mark.parametrize(("after", "counts"), [(29, True), (30, True), (30.001, False), (31, False), (-1, True)])
def test_an_answer_is_in_time_until_the_end_of_the_grace_itself(after: float, counts: bool) -> None:
    received = CLOSE + timedelta(seconds=after)
    assert window.in_time(received, CLOSE, timedelta(seconds=30)) is counts


def test_time_zones_change_nothing() -> None:
    elsewhere = CLOSE.astimezone(UTC)
    assert window.in_time(elsewhere, CLOSE, timedelta(0))
    assert window.deadline(NINE.astimezone(UTC), LIMIT, closes_at=CLOSE, closing_cuts=True) == NINE + timedelta(
        minutes=40
    )


@given(seed=st.integers(0, 2**63 - 1), spread=st.integers(0, 120_000))
def test_the_own_start_lies_within_the_spread_and_is_always_the_same(seed: int, spread: int) -> None:
    start = window.own_start(NINE, seed, spread)
    assert NINE <= start <= NINE + timedelta(milliseconds=max(spread - 1, 0))
    assert window.own_start(NINE, seed, spread) == start


def test_fifty_thousand_starts_are_spread_over_as_long_as_the_machine_needs() -> None:
    assert window.spread_ms(50_000, 1000) == 50_000
    assert window.spread_ms(0, 1000) == 0


def test_the_spread_is_even() -> None:
    offsets = [window.start_offset_ms(seed * 7919, 60_000) for seed in range(10_000)]
    per_second = [sum(1 for offset in offsets if offset // 1000 == second) for second in range(60)]
    assert max(per_second) < 2 * min(per_second)


@pytest.mark.parametrize(("seconds", "left"), [(60, 60_000), (0, 0), (-5, 0)])
def test_remaining_time_is_never_negative(seconds: int, left: int) -> None:
    assert window.remaining_ms(CLOSE - timedelta(seconds=seconds), CLOSE) == left


TEN_MINUTES = 600_000


def test_a_delay_moves_start_and_close_by_as_much() -> None:
    assert window.own_start(NINE, 0, 0, TEN_MINUTES) == NINE + timedelta(minutes=10)
    assert window.own_close(CLOSE, TEN_MINUTES) == CLOSE + timedelta(minutes=10)
    assert window.own_close(CLOSE, 0) == CLOSE


def test_the_admission_time_counts_from_the_own_start() -> None:
    assert window.admission_until(NINE, TEN_MINUTES) == NINE + timedelta(minutes=10)
    assert window.admission_until(NINE, 0) == NINE
    assert window.admission_until(NINE, None) is None


@pytest.mark.parametrize(("late", "common", "counted"), [(7, False, 7), (7, True, 0), (0, True, 0), (-1, True, -1)])
def test_time_runs_from_the_real_start_or_for_all_from_the_same(late: int, common: bool, counted: int) -> None:
    started = NINE + timedelta(minutes=late)
    assert window.counted_from(started, NINE, common_end=common) == NINE + timedelta(minutes=counted)


def test_a_clock_put_back_in_autumn_changes_no_deadline() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 2, 40, tzinfo=berlin)
    utc = before.astimezone(UTC)
    end = window.deadline(utc, LIMIT, closes_at=utc + timedelta(hours=2), closing_cuts=True)
    assert end - utc == timedelta(minutes=40)
    assert end.astimezone(berlin).hour == 2
    assert window.in_time(end.astimezone(berlin), end, timedelta(0))

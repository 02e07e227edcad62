"""How much time an outage took: silence, outage and running clock at once, and nothing twice."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import outages
from exams.outages import Interval, Span
from tests.world import NOW

SECONDS = st.integers(min_value=-600, max_value=3600)
INTERVALS = st.lists(st.tuples(SECONDS, SECONDS).map(lambda pair: between(*sorted(pair))), max_size=6)


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def between(first: int, last: int) -> Interval:
    return Interval(at(first), at(last))


def seconds(intervals: list[Interval]) -> set[int]:
    """Every whole second that lies in one of the intervals, counted one by one."""
    zero = at(0)
    return {
        second
        for one in intervals
        for second in range(int((one.from_at - zero).total_seconds()), int((one.until_at - zero).total_seconds()))
    }


def span(started: int = 0, ended: int = 2400, own_start: int = 0, cut: int = 0) -> Span:
    return Span(at(own_start), at(started), at(ended), cut * 1000)


@pytest.mark.parametrize(
    ("silences", "outage", "lost"),
    [
        ([(600, 900)], (600, 900), 300),
        ([(500, 700)], (600, 900), 100),
        ([(500, 1000)], (600, 900), 300),
        ([(100, 200)], (600, 900), 0),
        ([(900, 1000)], (600, 900), 0),
        ([], (600, 900), 0),
        ([(600, 700), (650, 800)], (600, 900), 200),
        ([(2300, 3000)], (2300, 3000), 100),
        ([(600, 601)], (600, 900), 10),
        ([(600, 611)], (600, 900), 20),
    ],
)
def test_lost_is_what_was_silent_in_the_outage_while_the_clock_ran(
    silences: list[tuple[int, int]], outage: tuple[int, int], lost: int
) -> None:
    found = outages.lost_ms([between(*one) for one in silences], between(*outage), span())
    assert found == lost * 1000


def test_a_pause_and_an_earlier_compensation_are_not_paid_again() -> None:
    silences, outage = [between(600, 900)], between(600, 900)
    assert outages.lost_ms(silences, outage, span(), spared=[between(600, 700), between(650, 720)]) == 180_000
    assert outages.lost_ms(silences, outage, span(), spared=[outage]) == 0


@pytest.mark.parametrize(
    ("cut", "lost"),
    [
        (0, 0),  # late, with the full time: nothing is lost
        (120, 120),  # the close took two of the five minutes
        (300, 300),
        (900, 300),  # the student came late of their own accord too: only the silence is given back
        (-60, 0),
    ],
)
def test_waiting_for_a_start_counts_as_far_as_it_shortened_the_attempt(cut: int, lost: int) -> None:
    late = span(started=300, own_start=0, cut=cut)
    assert outages.lost_ms([between(-100, 300)], between(0, 300), late) == lost * 1000


def test_before_the_own_start_nothing_can_be_lost() -> None:
    assert outages.lost_ms([between(-600, 0)], between(-600, 0), span(own_start=0, started=0, cut=600)) == 0


@pytest.mark.parametrize(("heard", "silent"), [(None, False), (100, False), (40, False), (39, True)])
def test_a_device_heard_within_a_minute_is_not_silent(heard: int | None, silent: bool) -> None:
    found = outages.ongoing(None if heard is None else at(heard), at(100))
    assert found == ([between(39, 100)] if silent else [])


@pytest.mark.parametrize(("ms", "up"), [(0, 0), (1, 10_000), (10_000, 10_000), (10_001, 20_000), (299_999, 300_000)])
def test_amounts_are_rounded_up_to_ten_seconds(ms: int, up: int) -> None:
    assert outages.rounded(ms) == up


@given(INTERVALS)
def test_merging_keeps_every_second_and_leaves_gaps(intervals: list[Interval]) -> None:
    found = outages.merged(intervals)
    assert seconds(found) == seconds(intervals)
    assert all(one.until_at < two.from_at for one, two in pairwise(found))
    assert outages.length_ms(found) == len(seconds(intervals)) * 1000


@given(INTERVALS, INTERVALS)
def test_taking_away_leaves_exactly_the_rest(intervals: list[Interval], taken: list[Interval]) -> None:
    assert seconds(outages.without(intervals, taken)) == seconds(intervals) - seconds(taken)


@given(INTERVALS, INTERVALS, st.tuples(SECONDS, SECONDS), st.tuples(SECONDS, SECONDS, SECONDS), SECONDS)
def test_nobody_gets_more_than_outage_silence_or_clock_allow(
    silences: list[Interval], spared: list[Interval], outage: tuple[int, int], life: tuple[int, int, int], cut: int
) -> None:
    own_start, started, ended = sorted(life)
    bounds = between(*sorted(outage))
    lost = outages.lost_ms(silences, bounds, span(started, ended, own_start, cut), spared=spared)
    missed = (seconds(silences) & seconds([bounds])) - seconds(spared)
    running = missed & seconds([between(started, ended)])
    waiting = missed & seconds([between(own_start, started)])
    exact = len(running) + min(len(waiting), max(0, cut))
    assert exact * 1000 <= lost < exact * 1000 + 10_000
    assert outages.lost_ms(silences, bounds, span(started, ended, own_start, cut), spared=[*spared, bounds]) == 0

"""Why an answer came late: offline periods of the device, silences of the server, and which goes first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import lateness
from exams.lateness import Cause, Span
from tests.world import NOW


def at(minute: float):
    return NOW + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("events", "spans"),
    [
        ([], []),
        ([(1, 1, "offline", 5), (1, 2, "online", 8)], [(5, 8)]),
        ([(1, 1, "offline", 5)], [(5, None)]),
        ([(1, 1, "online", 5)], []),
        ([(1, 1, "offline", 5), (1, 2, "offline", 6), (1, 3, "online", 8)], [(5, 8)]),
        ([(1, 1, "offline", 5), (1, 2, "online", 6), (1, 3, "offline", 7)], [(5, 6), (7, None)]),
        ([(1, 9, "offline", 5), (2, 1, "online", 30)], [(5, 30)]),
        ([(1, 9, "offline", 5), (2, 1, "offline", 30)], [(5, 30), (30, None)]),
        ([(1, 1, "offline", 5), (1, 2, "online", 4)], [(5, 5)]),
    ],
)
def test_offline_periods_are_read_from_the_journal(events, spans) -> None:
    found = lateness.offline_spans((epoch, seq, event, at(minute)) for epoch, seq, event, minute in events)
    assert found == [Span(at(begin), None if end is None else at(end)) for begin, end in spans]


@given(st.permutations([(1, 1, "offline", at(1)), (1, 2, "online", at(2)), (2, 1, "offline", at(3))]))
def test_the_order_of_reading_changes_nothing(events) -> None:
    assert lateness.offline_spans(events) == [Span(at(1), at(2)), Span(at(3), None)]


@pytest.mark.parametrize(
    ("span", "touches"),
    [((0, 9), False), ((0, 10), True), ((12, 13), True), ((20, 30), True), ((21, 30), False), ((5, None), True)],
)
def test_a_span_explains_what_it_touches_between_writing_and_arrival(span, touches: bool) -> None:
    begin, end = span
    offline = [Span(at(begin), None if end is None else at(end))]
    found = lateness.reason(at(10), at(20), offline, [])
    assert found.cause == (Cause.OFFLINE if touches else Cause.UNKNOWN)


def test_what_the_device_noted_goes_before_what_the_server_did_not_hear() -> None:
    offline, silent = [Span(at(12), at(13))], [Span(at(11), at(14))]
    assert lateness.reason(at(10), at(20), offline, silent) == (Cause.OFFLINE, offline[0])
    assert lateness.reason(at(10), at(20), [], silent) == (Cause.SILENT, silent[0])


def test_a_clock_that_runs_ahead_hides_no_reason() -> None:
    assert lateness.reason(at(90), at(20), [Span(at(15), at(25))], []).cause == Cause.OFFLINE


def test_lateness_is_counted_from_the_deadline() -> None:
    assert lateness.lateness(at(41), at(40)) == timedelta(minutes=1)
    assert lateness.lateness(at(40), at(40)) is None
    assert lateness.lateness(at(40), None) is None


@pytest.mark.parametrize(
    ("written", "deadline", "submitted", "in_time"),
    [(39, 40, None, True), (40, 40, None, True), (41, 40, None, False), (30, 40, 20, False), (41, None, None, True)],
)
def test_written_in_time_is_before_the_end(written, deadline, submitted, in_time: bool) -> None:
    ends = [None if minute is None else at(minute) for minute in (deadline, submitted)]
    assert lateness.written_in_time(at(written), *ends) is in_time

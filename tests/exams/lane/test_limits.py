"""Limits count per attempt, and wrong cards are slowed without ever touching a right one."""

from hypothesis import given
from hypothesis import strategies as st

from exams.lane.limits import Meter, WrongCards

NOW = 1_800_000_000_000


def test_a_burst_passes_and_then_the_rate() -> None:
    meter = Meter(per_second=5, burst=10)
    assert [meter.wait_ms(1, 1, NOW) for _ in range(10)] == [0] * 10
    assert 0 < meter.wait_ms(1, 1, NOW) <= 201
    assert meter.wait_ms(1, 1, NOW + 200) == 0
    assert meter.wait_ms(1, 1, NOW + 200) > 0


def test_neighbours_do_not_share() -> None:
    meter = Meter(per_second=1, burst=1)
    assert meter.wait_ms(1, 1, NOW) == 0
    assert meter.wait_ms(1, 1, NOW) > 0
    assert all(meter.wait_ms(neighbour, 1, NOW) == 0 for neighbour in range(2, 1000))


def test_waiting_as_long_as_it_says_is_enough() -> None:
    meter = Meter(per_second=3, burst=4)
    now = NOW
    for weight in (1, 2.5, 4, 1, 3.3, 4):
        wait = meter.wait_ms(1, weight, now)
        now += wait
        assert wait == 0 or meter.wait_ms(1, weight, now) == 0


def test_who_is_silent_is_forgotten() -> None:
    meter = Meter(per_second=5, burst=10)
    for attempt in range(100):
        meter.wait_ms(attempt, 1, NOW)
    meter.wait_ms(7, 5, NOW)
    meter.forget(NOW + 500)
    assert len(meter) == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(1, 20)), max_size=60))
def test_no_attempt_ever_gets_more_than_burst_and_rate(requests: list[tuple[int, float]]) -> None:
    meter, now, passed = Meter(per_second=5, burst=30), NOW, 0.0
    for pause, weight in requests:
        now += pause
        if meter.wait_ms(1, weight, now) == 0:
            passed += weight
        assert passed <= 30 + 5 * (now - NOW) / 1000 + 0.001


def test_wrong_cards_are_answered_at_once_then_slower_and_slower_then_not() -> None:
    cards = WrongCards(per_second=10, burst=5, slowest_ms=1000)
    delays = [cards.delay_ms(NOW) for _ in range(17)]
    assert delays[:5] == [0] * 5
    assert delays[5:15] == [100 * number for number in range(1, 11)]
    assert delays[15:] == [None, None]
    assert cards.delay_ms(NOW + 60_000) == 0

"""Who was not heard for a while leaves a silence when heard again; it is what an outage is reckoned from."""

from exams.lane.times import instant
from exams.models import Silence
from tests.exams.lane.builders import MINUTE, SECOND, Hall, Seat


def heard(hall: Hall, ben: Seat, after_ms: int) -> None:
    """A pulse after so long, and the second in which the lane writes it down."""
    hall.lane.clock.forward(after_ms)
    ben.pulse()
    hall.lane.run(hall.lane.app.lane.presence.write(hall.lane.clock.now))


def silences(ben: Seat) -> list[tuple[int, int]]:
    found = Silence.objects.filter(attempt=ben.attempt).order_by("from_at")
    return [(round(one.from_at.timestamp() * 1000), round(one.until_at.timestamp() * 1000)) for one in found]


def test_pulses_as_usual_leave_none(hall: Hall) -> None:
    ben = hall.seat().begin()
    for _ in range(6):
        heard(hall, ben, 30 * SECOND)
    assert silences(ben) == []


def test_two_minutes_without_a_word_are_one_silence_from_the_last_to_the_next(hall: Hall) -> None:
    ben = hall.seat().begin()
    heard(hall, ben, 20 * SECOND)
    last = hall.lane.clock.now
    heard(hall, ben, 2 * MINUTE)
    assert silences(ben) == [(last, hall.lane.clock.now)]
    heard(hall, ben, 20 * SECOND)
    assert len(silences(ben)) == 1


def test_who_comes_back_by_the_card_leaves_one_too(hall: Hall) -> None:
    ben = hall.seat().begin()
    heard(hall, ben, 20 * SECOND)
    last = hall.lane.clock.now
    hall.lane.clock.forward(90 * SECOND)
    ben.at("another").enter()
    assert silences(ben) == [(last, hall.lane.clock.now)]
    assert ben.row().presence.heard_at == instant(hall.lane.clock.now)

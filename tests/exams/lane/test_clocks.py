"""Whose clock counts: the server's, in UTC. A client's clock, a time zone, a change to summer time move nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from exams.lane.times import milliseconds
from tests.exams.lane.builders import MINUTE, SECOND, Hall, LaneUnderTest, Seat, database_url

HOUR = 60 * MINUTE
# The nights on which clocks are put back and forward between 02:00 and 03:00 in Berlin.
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
SPRING = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("wrong_by", [-26 * HOUR, -8 * HOUR, -1, 5 * HOUR, 365 * 24 * HOUR])
def test_a_clients_clock_that_is_wrong_moves_neither_deadline_nor_answers(hall: Hall, wrong_by: int) -> None:
    ben = hall.seat().begin()
    deadline = milliseconds(ben.row().deadline_at)
    reply = ben.save(
        ben.answer(1, 1, "c1", at=hall.lane.clock.now + wrong_by),
        ben.answer(2, 1, "c2", at=hall.lane.clock.now + wrong_by - HOUR),  # and it moves back
    )
    assert (reply.status, reply["deadline_at"]) == (200, deadline)
    assert milliseconds(ben.row().deadline_at) == deadline
    assert ben.state()["responses"] == {"1": ["c2"]}


def test_an_answer_that_claims_to_be_early_is_late_when_it_comes_late(hall: Hall) -> None:
    ben = hall.seat().begin()
    deadline = milliseconds(ben.row().deadline_at)
    assert deadline is not None
    hall.lane.clock.now = deadline + 30 * SECOND
    assert ben.save(ben.answer(1, at=deadline + 9 * HOUR)).status == 200
    hall.lane.clock.forward(1)
    assert ben.save(ben.answer(2, at=deadline - HOUR)).status == 202


@contextmanager
def database_in(zone: str) -> Iterator[None]:
    """What the database shows its sessions by default."""
    name = psycopg.conninfo.conninfo_to_dict(database_url())["dbname"]
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute(f"alter database \"{name}\" set timezone = '{zone}'")  # type: ignore[call-overload]
        try:
            yield
        finally:
            connection.execute(f'alter database "{name}" reset timezone')  # type: ignore[call-overload]


def seat_at_night(hall: Hall, change: datetime) -> Seat:
    """A sitting that starts half an hour before the clocks change, and closes an hour and a half after."""
    half = timedelta(minutes=30)
    starts_at = change - half
    times = {"opens_at": starts_at - half, "starts_at": starts_at, "closes_at": change + 3 * half}
    return hall.seat(**times, time_limit_ms=HOUR)


@pytest.mark.parametrize("change", [AUTUMN, SPRING], ids=["back", "forward"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Shanghai"])
def test_an_hour_has_sixty_minutes_when_the_clocks_change_in_the_middle(
    hall: Hall, change: datetime, zone: str
) -> None:
    starts_at = milliseconds(change) - 30 * MINUTE
    with database_in(zone):
        lane = LaneUnderTest(time_zone=zone)
        try:
            ben = seat_at_night(hall, change)
            ben.lane = lane
            lane.clock.now = starts_at - 1
            entered = ben.enter()
            assert entered["sitting"]["closes_at"] == starts_at + 2 * HOUR
            assert ben.start().type == "too_early"
            lane.clock.now = starts_at + MINUTE
            deadline = ben.start()["deadline_at"]
            assert deadline == starts_at + MINUTE + HOUR
            lane.clock.now = milliseconds(change) + SECOND
            assert ben.start()["deadline_at"] == ben.pulse()["deadline_at"] == deadline
            lane.clock.now = deadline + 30 * SECOND
            assert ben.save(ben.answer(1)).status == 200
            lane.clock.forward(1)
            assert ben.save(ben.answer(2)).status == 202
        finally:
            lane.close()
    received = [
        milliseconds(at) for at in ben.attempt.journal_entries.order_by("seq").values_list("received_at", flat=True)
    ]
    assert received == [deadline + 30 * SECOND, deadline + 30 * SECOND + 1]

"""POST pulse: how it stands, paced by the server."""

from exams import delivery
from exams.lane.times import instant, milliseconds
from exams.lifecycle import State
from exams.models import Notice, Room
from tests import world
from tests.exams.lane.builders import MINUTE, NOON, SECOND, Hall


def test_a_pulse_says_how_it_stands(hall: Hall) -> None:
    ben = hall.seat().begin()
    reply = ben.pulse()
    assert reply.status == 200
    assert set(reply.body) == {"state", "epoch", "starts_at", "deadline_at", "notices", "pulse_after_ms", "now"}
    assert (reply["state"], reply["epoch"], reply["starts_at"]) == ("active", 1, ben.own_start())
    assert reply["deadline_at"] == hall.lane.clock.now + 40 * MINUTE


def test_who_waits_for_a_go_asks_every_few_seconds_and_others_seldom(hall: Hall) -> None:
    ben = hall.seat(start_mode="go")
    ben.enter()
    assert 2 * SECOND <= ben.pulse()["pulse_after_ms"] <= 3 * SECOND
    cleo = hall.seat(student=hall.cast.cleo).begin()
    assert 15 * SECOND <= cleo.pulse()["pulse_after_ms"] <= 30 * SECOND


def test_every_state_but_voided_is_told(hall: Hall) -> None:
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        seat.enter()
        world.set_state(seat.attempt, state)
        reply = seat.pulse()
        if state == State.VOIDED:
            assert (reply.status, reply.type) == (409, "voided")
        else:
            assert (reply.status, reply["state"]) == (200, state)


def test_the_deadline_moves_while_the_attempt_is_paused_and_stays_where_it_is_after(hall: Hall) -> None:
    ben = hall.seat().begin()
    deadline = ben.pulse()["deadline_at"]
    delivery.pause(ben.row(), by=None, why="", now=instant(hall.lane.clock.now))
    hall.lane.clock.forward(7 * MINUTE)
    assert ben.pulse()["deadline_at"] == deadline + 7 * MINUTE
    delivery.resume(ben.row(), by=None, now=instant(hall.lane.clock.now))
    hall.lane.clock.forward(MINUTE)
    assert ben.pulse()["deadline_at"] == deadline + 7 * MINUTE


def test_a_device_that_was_left_learns_it_and_is_no_sign_of_life(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.forward(61 * SECOND)
    other = ben.at("another")
    other.enter()
    hall.lane.clock.forward(50 * SECOND)
    assert ben.pulse()["epoch"] == 2
    hall.lane.run(hall.lane.app.lane.presence.write(hall.lane.clock.now + 20 * SECOND))
    heard_at = ben.row().presence.heard_at
    assert milliseconds(heard_at) == hall.lane.clock.now - 50 * SECOND


def test_presence_is_written_at_most_every_fifteen_seconds(hall: Hall) -> None:
    ben = hall.seat().begin()
    presence, entered_at = hall.lane.app.lane.presence, hall.lane.clock.now
    heard = []
    for _ in range(20):
        hall.lane.clock.forward(SECOND)
        ben.pulse()
        hall.lane.run(presence.write(hall.lane.clock.now))
        heard.append((milliseconds(ben.row().presence.heard_at) - entered_at) // SECOND)
    assert heard == sorted(heard)
    assert len(set(heard)) <= 3
    assert heard[-1] >= 5


def test_a_room_that_is_put_off_learns_its_new_start(hall: Hall) -> None:
    ben = hall.seat()
    hall.lane.clock.now = NOON - MINUTE
    ben.enter()
    assert ben.pulse()["starts_at"] == ben.own_start()
    Room.objects.filter(pk=ben.attempt.room_id).update(delay_ms=5 * MINUTE)
    assert ben.pulse()["starts_at"] == ben.own_start() + 5 * MINUTE
    hall.lane.clock.now = NOON + MINUTE
    assert ben.start()["starts_at"] == ben.own_start() + 5 * MINUTE
    assert ben.state()["sitting"]["closes_at"] == NOON + 65 * MINUTE


def test_a_class_that_is_paused_before_its_start_waits_and_then_has_all_its_time(hall: Hall) -> None:
    ben = hall.seat()
    hall.lane.clock.now = NOON - MINUTE
    ben.enter()
    delivery.pause_room(ben.row().room, by=None, why="火警", now=instant(hall.lane.clock.now))
    told = ben.pulse()
    assert (told["starts_at"], told["pulse_after_ms"] < 3 * SECOND) == (None, True)
    hall.lane.clock.now = NOON + 90 * MINUTE
    refused = ben.start()
    assert (refused.status, refused.type, refused["starts_at"]) == (425, "too_early", None)
    assert ben.enter()["sitting"]["starts_at"] is None
    delivery.resume_room(ben.row().room, by=None, now=instant(hall.lane.clock.now))
    assert ben.pulse()["starts_at"] == NOON + 90 * MINUTE + ben.own_start() - NOON
    hall.lane.clock.forward(MINUTE)
    assert ben.start()["deadline_at"] == hall.lane.clock.now + 40 * MINUTE


def test_of_notices_the_database_tells_only_those_that_are_new(hall: Hall) -> None:
    ben = hall.seat().begin()
    at = instant(hall.lane.clock.now)
    told = {"sitting": ben.attempt.sitting, "attempt": ben.attempt, "kind": "announcement", "at": at}
    first = Notice.objects.create(text="一", **told)
    hall.lane.refresh()
    assert [notice["id"] for notice in ben.pulse()["notices"]] == [first.pk]
    Notice.objects.filter(pk=first.pk).update(text="没有再读")
    second = Notice.objects.create(text="二", **told)
    hall.lane.refresh()
    assert [notice["text"] for notice in ben.pulse()["notices"]] == ["一", "二"]
    assert second.pk > first.pk

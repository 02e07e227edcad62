"""POST start: once, at the own instant, with the full time."""

import asyncio
from datetime import timedelta
from typing import Any

from exams import delivery, lifecycle, window
from exams.lane.times import instant, milliseconds
from exams.lifecycle import State
from exams.models import Sitting
from tests import world
from tests.exams.lane.builders import MINUTE, NOON, SECOND, Hall


def test_the_start_answers_order_clock_and_where_to_go_on(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    reply = ben.start()
    assert reply.status == 200
    assert (reply["state"], reply["paper_key"], reply["epoch"]) == ("active", None, 1)
    assert reply["started_at"] == hall.lane.clock.now
    assert reply["deadline_at"] == hall.lane.clock.now + 40 * MINUTE
    assert (reply["responses"], reply["next_seq"]) == ({}, 1)
    assert sorted(reply["layout"]["slots"]) == [1, 2, 3, 4]
    assert set(reply["layout"]["choices"]) == {"1", "2", "3"}
    assert ben.events() == ["enter", "start"]


def test_started_again_it_says_the_same_and_what_was_answered(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    first = ben.start()
    ben.save(ben.answer(1, 1, "c2"), ben.answer(2, 1, "c3"), ben.event(3), ben.answer(4, 2, None))
    hall.lane.clock.forward(5 * MINUTE)
    again = ben.start()
    for same in ("started_at", "deadline_at", "layout"):
        assert again[same] == first[same]
    assert again["responses"] == {"1": ["c3"], "2": []}
    assert again["next_seq"] == 5
    assert ben.events() == ["enter", "start"]


def test_many_starts_at_once_start_once(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()

    async def ten() -> list[Any]:
        return await asyncio.gather(*(hall.lane.ask("POST", "start", {}, ben.token) for _ in range(10)))

    assert {(reply.status, reply["started_at"]) for reply in hall.lane.run(ten())} == {(200, hall.lane.clock.now)}
    assert ben.events() == ["enter", "start"]


def test_nobody_starts_before_the_own_instant(hall: Hall) -> None:
    ben = hall.seat()
    Sitting.objects.filter(pk=ben.attempt.sitting_id).update(start_spread_ms=60_000)
    own = NOON + window.start_offset_ms(ben.attempt.seed, 60_000)
    hall.lane.clock.now = own - 1
    assert ben.enter()["sitting"]["starts_at"] == own
    reply = ben.start()
    assert (reply.status, reply.type, reply["starts_at"]) == (425, "too_early", own)
    hall.lane.clock.now = own
    assert ben.start()["deadline_at"] == own + 40 * MINUTE


def test_nobody_starts_before_the_proctors_go(hall: Hall) -> None:
    ben = hall.seat(start_mode="go")
    assert ben.enter()["sitting"]["starts_at"] is None
    reply = ben.start()
    assert (reply.status, reply.type, reply["starts_at"]) == (425, "too_early", None)
    assert "老师" in reply["detail"]
    hall.lane.clock.forward(MINUTE)
    go_at = instant(hall.lane.clock.now)
    delivery.go(ben.attempt.room, by=None, now=go_at)
    own = milliseconds(window.own_start(go_at, ben.attempt.seed, ben.attempt.sitting.start_spread_ms))
    assert ben.pulse()["starts_at"] == own
    hall.lane.clock.now = own
    assert ben.start().status == 200


def test_nobody_starts_at_or_after_the_close(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    hall.lane.clock.now = milliseconds(ben.attempt.sitting.closes_at)
    reply = ben.start()
    assert (reply.status, reply.type, reply["state"]) == (409, "closed", "entered")
    hall.lane.clock.now -= 1
    assert ben.start().status == 200


def test_the_close_cuts_the_time_or_does_not_as_the_policy_says(hall: Hall) -> None:
    for cuts, left in ((True, 10 * MINUTE), (False, 40 * MINUTE)):
        ben = hall.seat(closing_cuts=cuts)
        hall.lane.clock.now = milliseconds(ben.attempt.sitting.closes_at) - 10 * MINUTE
        ben.enter()
        assert ben.start()["deadline_at"] == hall.lane.clock.now + left


def test_extra_time_given_beforehand_is_in_the_deadline_and_on_the_card(hall: Hall) -> None:
    ben = hall.seat()
    delivery.extend(ben.attempt, 15, by=None, why="视力", now=world.NOW)
    assert ben.enter()["sitting"]["time_limit_ms"] == 55 * MINUTE
    assert ben.start()["deadline_at"] == hall.lane.clock.now + 55 * MINUTE


def test_an_extension_given_meanwhile_is_told(hall: Hall) -> None:
    ben = hall.seat().begin()
    before = ben.start()["deadline_at"]
    delivery.extend(ben.row(), 10, by=None, why="", now=instant(hall.lane.clock.now))
    assert ben.start()["deadline_at"] == before + 10 * MINUTE
    assert ben.pulse()["deadline_at"] == before + 10 * MINUTE


def test_the_device_that_was_left_cannot_start(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    hall.lane.clock.forward(61 * SECOND)
    ben.at("another").enter()
    reply = ben.start()
    assert (reply.status, reply.type, reply["epoch"]) == (409, "moved", 2)


def test_the_start_happens_in_the_states_of_the_table_and_in_no_other(hall: Hall) -> None:
    refused = {
        State.ASSIGNED: "moved",
        State.SUBMITTED: "closed",
        State.SCORED: "closed",
        State.VOIDED: "voided",
    }
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        seat.enter()
        world.set_state(seat.attempt, state)
        reply = seat.start()
        assert reply.type == refused.get(state, ""), state
        moved = lifecycle.allowed("start", state)
        assert seat.row().state == (State.ACTIVE if moved else state)
        assert ("start" in seat.events()) is moved


def test_a_refresh_sees_a_start_that_was_put_off(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    later = world.NOW + timedelta(minutes=30)
    Sitting.objects.filter(pk=ben.attempt.sitting_id).update(starts_at=later)
    hall.lane.refresh()
    assert ben.start().type == "too_early"

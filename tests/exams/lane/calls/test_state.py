"""GET state: everything for a reload, nothing for who left."""

from exams import delivery
from exams.lane.times import instant
from exams.lifecycle import State
from tests import world
from tests.exams.lane.builders import MINUTE, SECOND, Hall


def test_before_the_start_it_is_what_enter_answers(hall: Hall) -> None:
    ben = hall.seat()
    entered = ben.enter()
    assert ben.state().body == entered.body


def test_while_it_runs_it_is_what_start_answers_too(hall: Hall) -> None:
    ben = hall.seat()
    entered = ben.enter()
    ben.start()
    ben.save(ben.answer(1, 1, "c2"))
    hall.lane.clock.forward(MINUTE)
    assert ben.state().body == {**entered.body, **ben.start().body}


def test_another_device_goes_on_with_all_answers(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c2"), ben.answer(2, 2, "c1"))
    delivery.release_device(ben.row(), by=None, now=instant(hall.lane.clock.now))
    other = ben.at("another")
    other.enter()
    state = other.state()
    assert (state["responses"], state["next_seq"]) == ({"1": ["c2"], "2": ["c1"]}, 1)


def test_the_device_that_was_left_is_told_no_answers(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c2"))
    hall.lane.clock.forward(61 * SECOND)
    ben.at("another").enter()
    state = ben.state()
    assert (state["state"], state["epoch"]) == ("active", 2)
    assert not {"responses", "layout", "next_seq"} & set(state.body)


def test_afterwards_it_tells_receipt_and_order(hall: Hall) -> None:
    ben = hall.seat().begin()
    order, receipt = ben.start()["layout"], ben.submit(0)["receipt"]
    state = ben.state()
    assert (state["state"], state["receipt"], state["layout"]) == ("submitted", receipt, order)
    assert "responses" not in state.body


def test_answers_that_came_late_are_not_shown_as_counted(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c1"))
    hall.lane.clock.forward(41 * MINUTE)
    ben.save(ben.answer(2, 1, "c2"))
    state = ben.state()
    assert (state["responses"], state["next_seq"]) == ({"1": ["c1"]}, 3)


def test_every_state_but_voided_is_told(hall: Hall) -> None:
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        seat.enter()
        world.set_state(seat.attempt, state)
        reply = seat.state()
        assert reply.status == (409 if state == State.VOIDED else 200)
        assert reply.type == ("voided" if state == State.VOIDED else "")

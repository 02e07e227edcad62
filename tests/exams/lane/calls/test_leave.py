"""POST leave: whose card it was not gives the seat back, and the right student is in at once."""

import asyncio
from typing import Any

import pytest

from tests import world
from tests.exams.lane.builders import Hall


def test_after_it_another_device_is_not_refused(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    right = ben.at("desktop")
    assert right.enter().type == "occupied"
    reply = ben.leave()
    assert (reply.status, reply["state"]) == (200, "entered")
    assert (right.enter().status, right.epoch) == (200, 2)
    assert right.start().status == 200
    assert ben.events() == ["enter", "leave", "start"]


def test_what_was_answered_stays_and_the_device_may_come_back(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c2"))
    ben.leave()
    assert (ben.row().state, ben.row().device) == ("active", "")
    assert ben.save(ben.answer(2, 2, "c1")).status == 200
    assert ben.enter()["epoch"] == 1
    assert ben.start()["responses"] == {"1": ["c2"], "2": ["c1"]}
    assert ben.at("another").enter().type == "occupied"


def test_twice_and_many_at_once_are_one(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()

    async def ten() -> list[Any]:
        return await asyncio.gather(*(hall.lane.ask("POST", "leave", {}, ben.token) for _ in range(10)))

    assert {reply.status for reply in hall.lane.run(ten())} == {200}
    assert ben.leave().status == 200
    assert ben.events() == ["enter", "leave"]


def test_who_was_moved_away_takes_nothing_from_the_next(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    ben.leave()
    right = ben.at("desktop")
    right.enter()
    assert ben.leave().status == 200
    assert ben.at("phone").enter().type == "occupied"


@pytest.mark.parametrize("state", ["submitted", "scored", "voided"])
def test_of_an_attempt_that_is_over_nothing_changes(hall: Hall, state: str) -> None:
    ben = hall.seat().begin()
    world.set_state(ben.row(), state)
    reply = ben.leave()
    assert (reply.status, reply["state"]) == (200, state)
    assert ben.row().device == "tablet"
    assert "leave" not in ben.events()


def test_without_a_token_nobody_leaves(hall: Hall) -> None:
    assert hall.seat().leave().status == 401

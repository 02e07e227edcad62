"""POST enter: a card for a token, epochs, and one device at a time."""

import asyncio
from typing import Any

from exams import cards, delivery, scheduling
from exams.lane import tokens
from exams.lane.times import instant, milliseconds
from exams.lifecycle import State
from tests import world
from tests.exams.lane.builders import MINUTE, SECOND, Hall, LaneUnderTest, secret


def test_a_card_opens_the_waiting_room(hall: Hall) -> None:
    ben = hall.seat()
    sitting = ben.attempt.sitting
    reply = ben.enter()
    assert reply.status == 200
    assert (reply["epoch"], reply["state"]) == (1, "entered")
    assert reply["student"] == {"name": "本小江", "class": "七年级(1)班", "school": "北校（示例）"}
    assert reply["sitting"] == {
        "title": "第一场",
        "start_mode": "clock",
        "opens_at": milliseconds(sitting.opens_at),
        "starts_at": ben.own_start(),
        "closes_at": milliseconds(sitting.closes_at),
        "closing_cuts": True,
        "admission_until": None,
        "late_start": "full",
        "time_limit_ms": 40 * MINUTE,
        "item_count": 4,
    }
    sha256 = ben.attempt.paper.sha256
    assert reply["paper"] == {"url": f"/papers/{sha256}.json", "sha256": sha256, "encrypted": False, "audio": False}
    assert reply["now"] == hall.lane.clock.now
    row = ben.row()
    assert (row.state, row.epoch, row.device, row.journal) == ("entered", 1, "tablet", "journal")
    assert row.entered_at == instant(hall.lane.clock.now)
    assert ben.events() == ["enter"]


def test_the_token_holds_nothing_about_a_person(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    claims = tokens.read(ben.token, hall.lane.app.lane.token_key)
    assert claims.attempt_id == ben.attempt.pk
    assert claims.expires_at == milliseconds(ben.attempt.sitting.closes_at) + 6 * 60 * MINUTE
    assert claims.budget == 3000


def test_a_card_is_understood_however_it_is_typed(hall: Hall) -> None:
    ben = hall.seat()
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in ben.card)
    for typed in (cards.spaced(ben.card), full_width, f" {ben.card[:6]}-{ben.card[6:]} "):
        assert ben.enter(card=typed).status == 200


def test_cards_that_are_none_are_said_to_be_mistyped_or_unknown(hall: Hall) -> None:
    ben = hall.seat()
    last = (int(ben.card[-1]) + 1) % 10
    for typed in ("", "1234", f"{ben.card[:-1]}{last}", "x" * 12, ben.card + "\0"):
        reply = ben.enter(card=typed)
        assert (reply.status, reply.type) == (404, "no_such_card")
        assert "12" in reply["detail"]
    unknown = cards.derive(10**9, 1, b"another key")
    reply = ben.enter(card=unknown)
    assert (reply.status, reply.type) == (404, "no_such_card")
    assert "没有找到" in reply["detail"]


def test_what_is_not_as_agreed_is_named(hall: Hall) -> None:
    ben = hall.seat()
    for name in ("card", "device", "journal"):
        for value in (None, 7, [], {"a": 1}):
            reply = ben.enter(**{name: value})
            assert (reply.status, reply.type, reply["pointer"]) == (422, "invalid", f"/{name}")
    for value in ("", "x" * 65, "with space", "nul\0", "汉"):
        assert ben.enter(device=value)["pointer"] == "/device"
    assert ben.row().state == "assigned"


def test_before_it_opens_it_says_when(hall: Hall) -> None:
    ben = hall.seat()
    opens_at = milliseconds(ben.attempt.sitting.opens_at)
    hall.lane.clock.now = opens_at - 1
    reply = ben.enter()
    assert (reply.status, reply.type, reply["opens_at"]) == (425, "not_open", opens_at)
    hall.lane.clock.now = opens_at
    assert ben.enter().status == 200


def test_a_retry_keeps_the_epoch_and_a_new_journal_opens_the_next(hall: Hall) -> None:
    ben = hall.seat()
    assert [ben.enter()["epoch"] for _ in range(3)] == [1, 1, 1]
    assert ben.enter(journal="second")["epoch"] == 2
    assert ben.enter(journal="second")["epoch"] == 2
    assert ben.events() == ["enter"]


def test_many_retries_at_once_open_one_epoch(hall: Hall) -> None:
    ben = hall.seat()
    body = {"card": ben.card, "device": "tablet", "journal": "journal"}

    async def ten() -> list[Any]:
        return await asyncio.gather(*(hall.lane.ask("POST", "enter", body) for _ in range(10)))

    assert {(reply.status, reply["epoch"]) for reply in hall.lane.run(ten())} == {(200, 1)}
    assert ben.events() == ["enter"]


def test_two_devices_at_once_let_one_in(hall: Hall) -> None:
    ben = hall.seat()
    bodies = [{"card": ben.card, "device": name, "journal": name} for name in ("one", "two", "three")]

    async def race() -> list[Any]:
        return await asyncio.gather(*(hall.lane.ask("POST", "enter", body) for body in bodies))

    assert sorted(reply.status for reply in hall.lane.run(race())) == [200, 409, 409]


def test_a_second_device_is_refused_while_the_first_is_heard_and_may_enter_after_its_silence(hall: Hall) -> None:
    ben = hall.seat().begin()
    other = ben.at("another")
    hall.lane.clock.forward(60 * SECOND)
    reply = other.enter()
    assert (reply.status, reply.type) == (409, "occupied")
    assert "老师" in reply["detail"]
    hall.lane.clock.forward(1)
    reply = other.enter()
    assert (reply.status, reply["epoch"], reply["state"]) == (200, 2, "active")
    event = ben.attempt.events.get(event="move")
    assert (event.why, event.data) == ("silence", {"epoch": 2})


def test_a_pulse_is_a_sign_of_life(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.forward(50 * SECOND)
    ben.pulse()
    hall.lane.run(hall.lane.app.lane.presence.write(hall.lane.clock.now))
    hall.lane.clock.forward(30 * SECOND)
    assert ben.at("another").enter().type == "occupied"


def test_a_released_device_makes_room_once(hall: Hall) -> None:
    ben = hall.seat().begin()
    delivery.release_device(ben.row(), by=None, now=instant(hall.lane.clock.now))
    second, third = ben.at("second"), ben.at("third")
    assert second.enter()["epoch"] == 2
    assert third.enter().type == "occupied"
    assert ben.attempt.events.get(event="move").why == "released"
    assert ben.row().released_at is None


def test_the_first_device_keeps_its_release_when_it_merely_reloads(hall: Hall) -> None:
    ben = hall.seat().begin()
    delivery.release_device(ben.row(), by=None, now=instant(hall.lane.clock.now))
    ben.enter()
    assert ben.at("another").enter().status == 200


def test_a_whole_room_that_rebooted_is_back_without_a_word(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(5)]
    delivery.release_room(seats[0].attempt.room, by=None, now=instant(hall.lane.clock.now))
    for seat in seats:
        assert seat.at(f"wiped-{seat.attempt.pk}").enter()["epoch"] == 2


def test_after_handing_in_a_card_opens_a_token_for_looking_only(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.submit(0)
    home = ben.at("at-home")
    reply = home.enter()
    assert (reply.status, reply["epoch"], reply["state"]) == (200, 0, "submitted")
    assert home.state()["state"] == "submitted"
    assert home.save(home.answer(1)).type == "moved"
    assert home.submit(0).type == "moved"
    assert home.start().type == "closed"
    assert ben.row().epoch == 1
    assert ben.enter()["epoch"] == 1


def test_after_the_close_a_card_nobody_used_still_opens_the_state(hall: Hall) -> None:
    ben = hall.seat()
    hall.lane.clock.now = milliseconds(ben.attempt.sitting.closes_at)
    reply = ben.enter()
    assert (reply.status, reply["epoch"], reply["state"]) == (200, 0, "assigned")
    assert ben.start().type == "closed"
    assert ben.row().state == "assigned"


def test_a_room_that_was_ended_lets_nobody_in_to_start(hall: Hall) -> None:
    ben = hall.seat()
    delivery.end_room(ben.attempt.room, by=None, now=world.NOW)
    assert ben.enter()["epoch"] == 0
    assert ben.start().type == "closed"


def test_who_is_at_work_may_come_back_after_the_close(hall: Hall) -> None:
    ben = hall.seat(closing_cuts=False).begin()
    delivery.extend(ben.row(), 60, by=None, why="", now=world.NOW)
    hall.lane.clock.now = milliseconds(ben.attempt.sitting.closes_at) + MINUTE
    assert ben.enter()["epoch"] == 1
    assert ben.enter(journal="another")["epoch"] == 2


def test_a_voided_attempt_is_gone(hall: Hall) -> None:
    ben = hall.seat()
    delivery.void(ben.attempt, by=None, why="", now=world.NOW)
    reply = ben.enter()
    assert (reply.status, reply.type) == (410, "voided")


def test_a_replaced_card_stops_working_at_once(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    replaced = scheduling.replace_card(ben.row(), by=None, why="丢失", now=world.NOW)
    assert ben.enter().type == "no_such_card"
    assert ben.enter(card=replaced.card)["epoch"] == 1


def test_every_state_has_its_answer_to_a_card(hall: Hall) -> None:
    expected = {State.SUBMITTED: (200, 0), State.SCORED: (200, 0), State.VOIDED: (410, None)}
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        world.set_state(seat.attempt, state)
        reply = seat.enter()
        status, epoch = expected.get(state, (200, 1 if state == State.ASSIGNED else 2))
        assert (reply.status, reply.body.get("epoch")) == (status, epoch), state
        wanted = State.ENTERED if state == State.ASSIGNED else state
        assert seat.row().state == wanted


def test_wrong_cards_beyond_the_budget_are_slowed_and_a_right_one_never(hall: Hall) -> None:
    lane = LaneUnderTest(wrong_cards_per_second=1000.0)
    lane.clock.now = hall.lane.clock.now
    try:
        ben = hall.seat()
        ben.lane = lane
        lane.clock.now = hall.lane.clock.now
        limiter = lane.app.lane.wrong_cards
        for _ in range(200):
            assert limiter.delay_ms(lane.clock.now) == 0
        unknown = cards.derive(10**9, 1, b"another key")
        began = lane.loop.time()
        assert ben.enter(card=unknown).status == 404
        assert lane.loop.time() - began >= 0.001
        while limiter.delay_ms(lane.clock.now) is not None:
            pass
        reply = ben.enter(card=unknown)
        assert (reply.status, reply.type, reply.headers["retry-after"]) == (429, "too_many_requests", "30")
        assert ben.enter().status == 200
    finally:
        lane.close()


def test_the_card_of_another_installation_is_unknown(hall: Hall) -> None:
    ben = hall.seat()
    assert secret()
    assert ben.enter(card=cards.derive(ben.attempt.pk, 1, b"not ours")).type == "no_such_card"

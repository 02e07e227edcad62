"""POST submit: complete or not at all, once, with a receipt that can be verified."""

import asyncio
from typing import Any

from exams import delivery, journals, lifecycle
from exams.lane.times import instant, milliseconds
from exams.lifecycle import State
from exams.models import JournalEntry, LateDecision
from tests import world
from tests.exams.lane.builders import MINUTE, SECOND, Hall


def test_what_is_complete_is_handed_in_with_a_receipt(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1), ben.answer(2, 2), ben.event(3))
    reply = ben.submit(3)
    assert reply.status == 200
    assert (reply["state"], reply["submitted_at"]) == ("submitted", hall.lane.clock.now)
    row = ben.row()
    assert (row.state, row.receipt) == ("submitted", reply["receipt"])
    assert milliseconds(row.submitted_at) == hall.lane.clock.now
    event = ben.attempt.events.get(event="submit")
    told = {"epoch": 1, "last_seq": 3, "acknowledged": 3, "stored": 3}
    assert event.data == {**told, "counts": {"1": 3}, "receipt": reply["receipt"]}
    verdict = journals.verify(reply["receipt"].lower().replace("-", " "))
    assert (verdict.holds, verdict.attempt, verdict.counts) == (True, ben.attempt, {1: 3})


def test_handed_in_again_it_says_the_same(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))
    first = ben.submit(1)
    hall.lane.clock.forward(MINUTE)
    again = ben.submit(1)
    assert (again.status, again["submitted_at"], again["receipt"]) == (200, first["submitted_at"], first["receipt"])
    assert ben.events() == ["enter", "start", "submit"]


def test_many_submits_at_once_hand_in_once(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))

    async def ten() -> list[Any]:
        asked = (hall.lane.ask("POST", "submit", {"last_seq": 1}, ben.token) for _ in range(10))
        return await asyncio.gather(*asked)

    assert len({(reply.status, reply["receipt"]) for reply in hall.lane.run(ten())}) == 1
    assert ben.events() == ["enter", "start", "submit"]


def test_holes_are_named_and_nothing_is_handed_in(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(2), ben.answer(3))
    reply = ben.submit(6)
    assert (reply.status, reply.type, reply["missing"]) == (409, "incomplete", [1, 4, 5, 6])
    assert ben.row().state == "active"
    ben.save(ben.answer(1))
    ben.save(ben.answer(4), ben.answer(5), ben.answer(6))
    assert ben.submit(6).status == 200


def test_late_entries_fill_holes_and_are_no_part_of_the_receipt(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))
    hall.lane.clock.forward(41 * MINUTE)
    assert ben.submit(2)["missing"] == [2]
    assert ben.save(ben.answer(2)).status == 202
    receipt = ben.submit(2)["receipt"]
    ben.save(ben.answer(3))
    verdict = journals.verify(receipt)
    assert (verdict.holds, verdict.counts) == (True, {1: 1})


def test_only_the_own_epoch_is_asked_for(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(2))
    again = ben.at("tablet", "new")
    again.enter()
    again.save(again.answer(1))
    assert again.submit(1).status == 200
    assert ben.attempt.events.get(event="submit").data["counts"] == {"1": 1, "2": 1}


def test_the_device_that_was_left_cannot_hand_in(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.forward(61 * SECOND)
    ben.at("another").enter()
    reply = ben.submit(0)
    assert (reply.status, reply.type, reply["epoch"]) == (409, "moved", 2)


def test_what_the_clock_handed_in_gets_its_receipt_when_the_client_asks(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))
    delivery.end(ben.row(), by=None, why="", now=instant(hall.lane.clock.now))
    ended_at = hall.lane.clock.now
    assert ben.state()["receipt"] is None
    hall.lane.clock.forward(MINUTE)
    assert ben.submit(2)["missing"] == [2]
    reply = ben.submit(1)
    assert (reply["submitted_at"], reply["receipt"]) == (ended_at, ben.row().receipt)
    assert journals.verify(reply["receipt"]).holds
    assert ben.events() == ["enter", "start", "end", "report"]
    assert ben.submit(1)["receipt"] == reply["receipt"]
    assert ben.events().count("report") == 1


def test_what_the_client_was_told_is_saved_is_kept_beside_what_is_stored(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1), ben.answer(2, 2))
    body = {"last_seq": 2, "acknowledged": 2}
    assert hall.lane.call("POST", "submit", body, ben.token).status == 200
    data = ben.attempt.events.get(event="submit").data
    assert (data["acknowledged"], data["stored"]) == (2, 2)
    for wrong in ("2", -1, 3001, 1.5, True):
        reply = hall.lane.call("POST", "submit", {"last_seq": 2, "acknowledged": wrong}, ben.token)
        assert (reply.status, reply["pointer"]) == (422, "/acknowledged")


def test_late_entries_count_in_the_fold_once_somebody_decided_so(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c1"))
    hall.lane.clock.forward(41 * MINUTE)
    assert ben.save(ben.answer(2, 1, "c2")).status == 202
    assert ben.state()["responses"] == {"1": ["c1"]}
    decided = {"attempt": ben.attempt, "epoch": 1, "seq": 2, "at": instant(hall.lane.clock.now)}
    LateDecision.objects.create(counts=True, **decided)
    assert ben.state()["responses"] == {"1": ["c2"]}
    LateDecision.objects.create(counts=False, **decided)
    assert ben.state()["responses"] == {"1": ["c1"]}


def test_late_entries_count_at_once_where_the_exam_says_so(hall: Hall) -> None:
    ben = hall.seat(exam=world.make_exam(hall.cast, late_answers="accept")).begin()
    hall.lane.clock.forward(41 * MINUTE)
    assert ben.save(ben.answer(1, 1, "c2")).status == 202
    assert ben.state()["responses"] == {"1": ["c2"]}


def test_a_receipt_of_an_attempt_that_was_reopened_is_superseded(hall: Hall) -> None:
    ben = hall.seat().begin()
    first = ben.submit(0)["receipt"]
    delivery.reopen(ben.row(), 10, by=None, why="误交", now=instant(hall.lane.clock.now))
    ben.save(ben.answer(1))
    second = ben.submit(1)["receipt"]
    assert first != second
    assert journals.verify(first).superseded
    assert journals.verify(second).holds


def test_a_receipt_does_not_hold_for_a_journal_somebody_shortened(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1), ben.answer(2))
    receipt = ben.submit(2)["receipt"]
    JournalEntry.objects.filter(attempt=ben.attempt, seq=2).delete()
    assert not journals.verify(receipt).holds


def test_a_paused_attempt_waits_and_one_that_was_not_started_cannot_be_handed_in(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    assert ben.submit(0).type == "not_started"
    ben.start()
    delivery.pause(ben.row(), by=None, why="", now=instant(hall.lane.clock.now))
    assert (ben.submit(0).status, ben.submit(0).type) == (409, "paused")


def test_what_is_not_as_agreed_is_named(hall: Hall) -> None:
    ben = hall.seat().begin()
    for value in (None, -1, 1.5, "3", True, 3001):
        reply = hall.lane.call("POST", "submit", {"last_seq": value}, ben.token)
        assert (reply.status, reply["pointer"]) == (422, "/last_seq")


def test_handing_in_happens_in_the_states_of_the_table_and_in_no_other(hall: Hall) -> None:
    refused = {
        State.ASSIGNED: "not_started",
        State.ENTERED: "not_started",
        State.PAUSED: "paused",
        State.VOIDED: "voided",
    }
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        seat.enter()
        world.set_state(seat.attempt, state)
        reply = seat.submit(0)
        assert reply.type == refused.get(state, ""), state
        handed_in = lifecycle.allowed("submit", state)
        assert seat.row().state == (State.SUBMITTED if handed_in else state)
        assert ("submit" in seat.events()) is handed_in

"""POST save: what is acknowledged is stored, late ones are kept, nothing is stored that is not as agreed."""

from datetime import timedelta
from typing import Any

import psycopg

from exams import delivery, lifecycle, window
from exams.lane.times import instant, milliseconds
from exams.lifecycle import State
from exams.models import Notice
from tests import world
from tests.exams.lane.builders import MINUTE, SECOND, Hall, LaneUnderTest, database_url


def test_a_batch_of_answers_and_events_is_committed_and_counts(hall: Hall) -> None:
    ben = hall.seat().begin()
    reply = ben.save(ben.answer(1, 1, "c2"), ben.event(2), ben.answer(3, 4, "true"))
    assert reply.status == 200
    assert (reply["saved_seq"], reply["state"], reply["epoch"]) == (3, "active", 1)
    assert reply["deadline_at"] == milliseconds(ben.row().deadline_at)
    assert reply["notices"] == []
    assert 15_000 <= reply["pulse_after_ms"] <= 30_000
    assert ben.entries() == [
        (1, 1, 1, ["c2"], "", False, False),
        (1, 2, None, None, "hidden", False, False),
        (1, 3, 4, ["true"], "", False, False),
    ]


def test_times_are_stored_to_the_millisecond(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.forward(1234)
    ben.save(ben.answer(1, at=1_795_460_154_859))
    entry = ben.attempt.journal_entries.get()
    assert milliseconds(entry.at) == 1_795_460_154_859
    assert milliseconds(entry.received_at) == hall.lane.clock.now


def test_no_clock_of_a_client_costs_an_answer(hall: Hall) -> None:
    ben = hall.seat().begin()
    for seq, at in enumerate((-5, 0, 10**18), start=1):
        assert ben.save(ben.answer(seq, at=at)).status == 200
    assert len(ben.entries()) == 3


def test_the_same_batch_again_is_acknowledged_again_and_stored_once(hall: Hall) -> None:
    ben = hall.seat().begin()
    batch = [ben.answer(1), ben.answer(2, 2)]
    first, again = ben.save(*batch), ben.save(*batch)
    assert (first.status, again.status) == (200, 200)
    assert again["saved_seq"] == 2
    assert len(ben.entries()) == 2


def test_a_batch_that_repeats_some_and_adds_some_is_acknowledged(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))
    reply = ben.save(ben.answer(1), ben.answer(2, 2))
    assert (reply.status, reply["saved_seq"]) == (200, 2)


def test_the_same_identity_with_other_content_is_a_conflict_and_changes_nothing(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c1"))
    reply = ben.save(ben.answer(1, 1, "c2"))
    assert (reply.status, reply.type, reply["conflicts"]) == (409, "conflict", [1])
    assert ben.entries() == [(1, 1, 1, ["c1"], "", False, False)]
    assert ben.save(ben.event(1)).type == "conflict"


def test_holes_between_batches_are_stored(hall: Hall) -> None:
    ben = hall.seat().begin()
    assert ben.save(ben.answer(5)).status == 200
    assert ben.save(ben.answer(2, 2)).status == 200
    assert [entry[1] for entry in ben.entries()] == [2, 5]


def _bad_batches() -> dict[str, tuple[Any, str]]:
    good = {"seq": 1, "slot": 1, "response": ["c1"], "at": 1}
    return {
        "no entries": ({}, "/entries"),
        "entries that are no list": ({"entries": {"seq": 1}}, "/entries"),
        "an empty batch": ({"entries": []}, "/entries"),
        "an entry that is no object": ({"entries": [7]}, "/entries/0"),
        "a hole": ({"entries": [good, good | {"seq": 3}]}, "/entries/1/seq"),
        "out of order": ({"entries": [good | {"seq": 2}, good]}, "/entries/1/seq"),
        "the same seq twice": ({"entries": [good, good]}, "/entries/1/seq"),
        "seq zero": ({"entries": [good | {"seq": 0}]}, "/entries/0/seq"),
        "a seq that is true": ({"entries": [good | {"seq": True}]}, "/entries/0/seq"),
        "a seq that is text": ({"entries": [good | {"seq": "1"}]}, "/entries/0/seq"),
        "no time": ({"entries": [{"seq": 1, "slot": 1, "response": []}]}, "/entries/0/at"),
        "a time with a fraction": ({"entries": [good | {"at": 1.5}]}, "/entries/0/at"),
        "a slot that does not exist": ({"entries": [good | {"slot": 99}]}, "/entries/0/slot"),
        "a slot that is text": ({"entries": [good | {"slot": "1"}]}, "/entries/0/slot"),
        "a choice that does not exist": ({"entries": [good | {"response": ["c9"]}]}, "/entries/0/response"),
        "two choices in a single choice": ({"entries": [good | {"response": ["c1", "c2"]}]}, "/entries/0/response"),
        "a response that is text": ({"entries": [good | {"response": "c1"}]}, "/entries/0/response"),
        "no response": ({"entries": [{"seq": 1, "slot": 1, "at": 1}]}, "/entries/0/response"),
        "NUL in a response": ({"entries": [good | {"response": ["c\0"]}]}, "/entries/0/response"),
        "NUL in an event": ({"entries": [{"seq": 1, "event": "hid\0den", "at": 1}]}, "/entries/0/event"),
        "an event that is too long": ({"entries": [{"seq": 1, "event": "e" * 41, "at": 1}]}, "/entries/0/event"),
        "an answer that is an event too": ({"entries": [good | {"event": "hidden"}]}, "/entries/0"),
    }


def test_what_is_not_as_agreed_is_refused_whole_with_its_place(hall: Hall) -> None:
    ben = hall.seat().begin()
    for case, (body, pointer) in _bad_batches().items():
        reply = hall.lane.call("POST", "save", body, ben.token)
        assert (reply.status, reply.type, reply["pointer"]) == (422, "invalid", pointer), case
        assert reply["detail"]
    assert ben.entries() == []


def test_a_body_that_is_no_json_is_said_to_be_none(hall: Hall) -> None:
    ben = hall.seat().begin()
    for body in (b"{", b"\xff\xfe", b'{"entries": [NaN]}', b'{"entries": "\\ud800"}', b"[" * 5000):
        reply = hall.lane.call("POST", "save", body, ben.token)
        assert (reply.status, reply.type) == (400, "not_json")
    assert hall.lane.call("POST", "save", b"[]", ben.token).type == "invalid"


def test_more_than_two_hundred_entries_in_a_batch_are_too_many(hall: Hall) -> None:
    ben = hall.seat().begin()
    assert ben.save(*(ben.event(seq) for seq in range(1, 202))).type == "too_many_entries"
    assert ben.entries() == []
    assert ben.save(*(ben.event(seq) for seq in range(1, 201))).status == 200


def test_an_attempt_takes_three_thousand_entries_over_all_its_epochs(hall: Hall) -> None:
    ben = hall.seat().begin()
    assert ben.save(*(ben.event(seq) for seq in range(2990, 3001))).status == 200
    reply = ben.save(ben.event(3001))
    assert (reply.status, reply.type) == (429, "too_many_entries")
    again = ben.at("tablet", "a new journal".replace(" ", "-"))
    assert again.enter()["epoch"] == 2
    assert again.save(again.event(2989)).status == 200
    assert again.save(again.event(2990)).type == "too_many_entries"


def test_answers_before_the_start_are_refused_and_events_are_stored(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    reply = ben.save(ben.answer(1))
    assert (reply.status, reply.type) == (409, "not_started")
    assert ben.save(ben.event(1, "offline")).status == 200
    assert ben.save(ben.event(2), ben.answer(3)).type == "not_started"
    assert ben.start()["next_seq"] == 3


def test_in_time_is_up_to_deadline_and_grace_as_the_exam_clock_says(hall: Hall) -> None:
    ben = hall.seat().begin()
    deadline = ben.row().deadline_at
    assert deadline is not None
    for seq, late_by in enumerate((-30_000, -1, 0, 1, 1000), start=1):
        hall.lane.clock.now = milliseconds(deadline) + 30 * SECOND + late_by
        reply = ben.save(ben.answer(seq))
        counts = window.in_time(instant(hall.lane.clock.now), deadline, timedelta(seconds=30))
        assert counts is (late_by <= 0)
        assert reply.status == (200 if counts else 202)
        assert reply.body.get("kept", False) is not counts
        assert ben.entries()[-1][5] is not counts


def test_a_late_batch_sent_again_is_kept_again(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.forward(3600 * SECOND)
    batch = [ben.answer(1), ben.answer(2, 2)]
    assert [ben.save(*batch).status for _ in range(2)] == [202, 202]


def test_a_batch_stored_in_time_stays_counted_when_it_is_sent_again_late(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1))
    hall.lane.clock.forward(3600 * SECOND)
    assert ben.save(ben.answer(1)).status == 200
    assert ben.save(ben.answer(1), ben.answer(2)).status == 202


def test_entries_during_a_pause_count_however_long_it_lasts(hall: Hall) -> None:
    ben = hall.seat().begin()
    delivery.pause(ben.row(), by=None, why="火警", now=instant(hall.lane.clock.now))
    hall.lane.clock.forward(50 * MINUTE)
    reply = ben.save(ben.answer(1))
    assert (reply.status, reply["state"]) == (200, "paused")
    deadline = ben.row().deadline_at
    assert deadline is not None
    assert reply["deadline_at"] == milliseconds(deadline) + 50 * MINUTE


def test_entries_after_handing_in_are_kept(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.submit(0)
    assert ben.save(ben.answer(1)).status == 202
    assert ben.entries() == [(1, 1, 1, ["c1"], "", True, False)]


def test_a_voided_attempt_takes_nothing(hall: Hall) -> None:
    ben = hall.seat().begin()
    delivery.void(ben.row(), by=None, why="重复", now=world.NOW)
    reply = ben.save(ben.answer(1))
    assert (reply.status, reply.type) == (409, "voided")
    assert ben.entries() == []


def test_an_older_epoch_is_stored_below_the_newer_one_and_marked(hall: Hall) -> None:
    ben = hall.seat().begin()
    delivery.release_device(ben.row(), by=None, now=world.NOW)
    other = ben.at("another")
    other.enter()
    assert other.save(other.answer(1, 1, "c2")).status == 200
    reply = ben.save(ben.answer(1, 1, "c1"))
    assert (reply.status, reply["epoch"], ben.epoch) == (200, 2, 1)
    assert [entry[6] for entry in ben.entries()] == [True, False]
    assert other.state()["responses"] == {"1": ["c2"]}


STATUS_OF_SAVE = {
    State.ASSIGNED: 409,
    State.ENTERED: 409,
    State.ACTIVE: 200,
    State.PAUSED: 200,
    State.SUBMITTED: 202,
    State.SCORED: 202,
    State.VOIDED: 409,
}


def test_every_state_has_its_answer_to_an_answer(hall: Hall) -> None:
    for state, seat in zip(State, hall.crowd(len(State)), strict=True):
        seat.enter()
        world.set_state(seat.attempt, state)
        reply = seat.save(seat.answer(1))
        assert reply.status == STATUS_OF_SAVE[state]
        assert len(seat.entries()) == (reply.status in (200, 202))
        assert seat.row().state == state


def test_the_states_whose_answers_count_are_those_of_the_lifecycle() -> None:
    assert {state for state, status in STATUS_OF_SAVE.items() if status == 200} == set(lifecycle.ANSWERING)


def test_a_notice_reaches_its_student_its_room_and_its_sitting_and_nobody_else(hall: Hall) -> None:
    sitting = hall.sitting()
    ben, cleo = hall.seat(sitting).begin(), hall.seat(sitting, hall.cast.cleo).begin()
    now = instant(hall.lane.clock.now)
    delivery.extend(ben.row(), 10, by=None, why="", now=now)
    Notice.objects.create(sitting=sitting, kind="announcement", text="请安静", at=now)
    hall.lane.refresh()
    told = ben.save(ben.answer(1))["notices"]
    assert [notice["kind"] for notice in told] == ["extended", "announcement"]
    assert told[0]["data"] == {"minutes": 10}
    assert told[0]["at"] == hall.lane.clock.now
    assert [notice["kind"] for notice in cleo.save(cleo.answer(1))["notices"]] == ["announcement"]


def test_one_entry_the_database_cannot_store_is_refused_alone_and_named(hall: Hall) -> None:
    ben, cleo = hall.crowd(2)
    ben.begin()
    cleo.begin()
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute("alter table exams_journalentry add constraint poison check (event <> 'poison') not valid")
        try:

            async def both() -> list[Any]:
                import asyncio

                poisoned = {"entries": [ben.answer(1), ben.event(2, "poison"), ben.answer(3, 2)]}
                return await asyncio.gather(
                    hall.lane.ask("POST", "save", poisoned, ben.token),
                    hall.lane.ask("POST", "save", {"entries": [cleo.answer(1)]}, cleo.token),
                )

            refused, stored = hall.lane.run(both())
        finally:
            connection.execute("alter table exams_journalentry drop constraint poison")
    assert (refused.status, refused.type, refused["refused"]) == (422, "not_storable", [2])
    assert stored.status == 200
    assert [entry[1] for entry in ben.entries()] == [1, 3]
    assert ben.save(ben.event(2, "refused")).status == 200


def test_a_flood_from_one_attempt_is_slowed_and_its_neighbours_are_not(hall: Hall) -> None:
    lane = LaneUnderTest(requests_per_second=5.0, request_burst=10.0)
    try:
        ben, cleo = hall.crowd(2)
        for seat in (ben, cleo):
            seat.lane = lane
            lane.clock.now = hall.lane.clock.now
            seat.begin()
        replies = [ben.save(ben.answer(seq)) for seq in range(1, 12)]
        assert {reply.status for reply in replies[:6]} == {200}
        assert (replies[-1].status, replies[-1].type) == (429, "too_many_requests")
        assert int(replies[-1].headers["retry-after"]) >= 1
        assert cleo.save(cleo.answer(1)).status == 200
        lane.clock.forward(2 * SECOND)
        assert ben.save(ben.answer(11)).status == 200
    finally:
        lane.close()


def test_a_token_somebody_changed_an_old_one_and_none_are_refused(hall: Hall) -> None:
    ben, cleo = hall.crowd(2)
    ben.begin()
    cleo.begin()
    stolen = cleo.token[:20] + ben.token[20:]
    for token in (stolen, ben.token[:-1], ben.token[:-2] + "AA", "x", "Ā" * 84):
        reply = hall.lane.call("POST", "save", {"entries": [ben.answer(1)]}, token)
        assert (reply.status, reply.type) == (401, "bad_token")
        assert reply.headers["www-authenticate"] == "Bearer"
    assert hall.lane.call("POST", "save", {"entries": [ben.answer(1)]}).status == 401
    hall.lane.clock.forward(8 * 3600 * SECOND)
    reply = ben.save(ben.answer(1))
    assert (reply.status, reply.type) == (401, "expired_token")
    assert ben.entries() == cleo.entries() == []
    assert ben.enter()["epoch"] == 1
    assert ben.save(ben.answer(1)).status == 202


def test_a_full_queue_says_so_at_once(hall: Hall) -> None:
    lane = LaneUnderTest(queue_limit=3)
    try:
        seats = hall.crowd(8)
        for seat in seats:
            seat.lane = lane
            lane.clock.now = hall.lane.clock.now
            seat.begin()

        async def all_at_once() -> list[Any]:
            import asyncio

            bodies = [(seat, {"entries": [seat.answer(1)]}) for seat in seats]
            return await asyncio.gather(*(lane.ask("POST", "save", body, seat.token) for seat, body in bodies))

        replies = lane.run(all_at_once())
        refused = [reply for reply in replies if reply.status == 503]
        assert refused
        assert all(reply.type == "busy" and int(reply.headers["retry-after"]) >= 1 for reply in refused)
        acknowledged = [seat for seat, reply in zip(seats, replies, strict=True) if reply.status == 200]
        assert acknowledged
        assert all(len(seat.entries()) == (seat in acknowledged) for seat in seats)
    finally:
        lane.close()

"""A room's picture read whole from the database."""

from datetime import timedelta
from typing import Any

import pytest

from exams.models import Attempt, JournalEntry, Presence, Room, Sitting
from proctoring import board
from tests.world import NOW, World, answer, attempt_of, make_sitting, make_student, room_of, set_state


@pytest.fixture
def sitting(world: World) -> Sitting:
    return make_sitting(world)


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return room_of(sitting, world.class_71)


def shown(room: Room, now: Any = NOW) -> dict[int, tuple[str, int]]:
    return {row.attempt_id: (row.shown, row.answered) for row in board.rows(room.pk, now)}


def test_everybody_of_the_class_is_there_and_nobody_else(world: World, sitting: Sitting, room: Room) -> None:
    expected = {attempt_of(sitting, student).pk for student in (world.ben, world.cleo)}
    assert set(shown(room)) == expected
    assert {state for state, _ in shown(room).values()} == {"absent"}


def test_answers_are_counted_by_the_newest_entry_of_a_slot(world: World, sitting: Sitting, room: Room) -> None:
    ben = set_state(attempt_of(sitting, world.ben), "active")
    answer(ben, {1: ["c1"], 2: ["c1"], 3: ["c1"]})
    answer(ben, {2: []}, epoch=2)
    answer(ben, {4: ["true"]}, kept=True, epoch=3)
    assert shown(room)[ben.pk] == ("answering", 2)


def test_a_student_unheard_for_more_than_45_seconds_is_offline(world: World, sitting: Sitting, room: Room) -> None:
    ben = set_state(attempt_of(sitting, world.ben), "active")
    Presence.objects.create(attempt=ben, heard_at=NOW + timedelta(minutes=5))
    assert shown(room, NOW + timedelta(minutes=5, seconds=45))[ben.pk][0] == "answering"
    assert shown(room, NOW + timedelta(minutes=5, seconds=46))[ben.pk][0] == "offline"


def test_a_student_who_entered_and_was_never_heard_again_is_offline(world: World, sitting: Sitting, room: Room) -> None:
    ben = set_state(attempt_of(sitting, world.ben), "entered")
    assert shown(room, NOW + timedelta(seconds=46))[ben.pk][0] == "offline"


def test_the_picture_has_the_rooms_clock_and_no_names(world: World, sitting: Sitting, room: Room) -> None:
    picture = board.picture(room.pk, NOW)
    assert picture["at"] == int(NOW.timestamp() * 1000)
    assert picture["clock"] == {
        "opens_at": int((NOW - timedelta(minutes=10)).timestamp() * 1000),
        "starts_at": int(NOW.timestamp() * 1000),
        "closes_at": int((NOW + timedelta(hours=1)).timestamp() * 1000),
        "ended_at": None,
    }
    assert world.ben.name not in str(picture)


def test_a_go_is_the_start_of_a_room_that_waits_for_it(world: World) -> None:
    room = room_of(make_sitting(world, start_mode="go"), world.class_71)
    assert board.picture(room.pk, NOW)["clock"]["starts_at"] is None
    Room.objects.filter(pk=room.pk).update(go_at=NOW)
    assert board.picture(room.pk, NOW)["clock"]["starts_at"] == int(NOW.timestamp() * 1000)


def test_a_picture_takes_six_queries_however_large_the_class(world: World, django_assert_num_queries: Any) -> None:
    for number in range(30):
        make_student(world.class_71, f"同学{number}")
    sitting = make_sitting(world)
    room = room_of(sitting, world.class_71)
    for attempt in room.attempts.all():
        answer(set_state(attempt, "active"), {1: ["c1"], 2: ["c2"]})
    with django_assert_num_queries(6):
        assert len(board.picture(room.pk, NOW)["rows"]) == 32


def test_a_device_that_keeps_no_answers_itself_is_told_to_the_proctor(
    world: World, room: Room, sitting: Sitting
) -> None:
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told = {"attempt": ben, "epoch": 1, "seq": 1, "at": NOW, "received_at": NOW}
    JournalEntry.objects.create(event="storage_lost", **told)
    assert {row.attempt_id for row in board.rows(room.pk, NOW) if row.fragile} == {ben.pk}
    Attempt.objects.filter(pk=ben.pk).update(epoch=2)
    assert not any(row.fragile for row in board.rows(room.pk, NOW))


def test_a_room_that_was_put_off_has_its_own_clock(world: World, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(delay_ms=600_000)
    clock = board.picture(room.pk, NOW)["clock"]
    assert clock["starts_at"] == int((NOW + timedelta(minutes=10)).timestamp() * 1000)
    assert clock["closes_at"] == int((NOW + timedelta(hours=1, minutes=10)).timestamp() * 1000)

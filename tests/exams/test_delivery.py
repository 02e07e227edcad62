"""What proctors and the sweep do to attempts; each act leaves its event."""

from datetime import timedelta
from typing import Any

import pytest

from exams import delivery
from exams.lifecycle import TRANSITIONS, IllegalTransition, State
from exams.models import Attempt, JournalEntry, Notice, Room
from tests import world as cast
from tests.world import NOW, World

GRACE = timedelta(seconds=30)


@pytest.fixture
def attempt(world: World) -> Attempt:
    return cast.attempt_of(cast.make_sitting(world), world.ben)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(TRANSITIONS))
def test_apply_moves_exactly_as_the_table_says_and_leaves_an_event(
    attempt: Attempt, world: World, event: str, state: State
) -> None:
    cast.set_state(attempt, state)
    needed: dict[str, Any] = {"submitted": {"submitted_at": NOW}, "paused": {"paused_at": NOW}}.get(
        TRANSITIONS[event].target, {}
    )
    if event in ("transcribe", "start"):
        needed |= {"started_at": NOW, "deadline_at": NOW}
    if event == "reopen":
        needed = {"submitted_at": None}
    if state in TRANSITIONS[event].sources:
        delivery.apply(attempt, event, by=world.ada, now=NOW, why="因为", **needed)
        assert attempt.state == TRANSITIONS[event].target
        left = attempt.events.get()
        assert (left.event, left.by_id, left.why, left.at) == (event, world.ada.pk, "因为", NOW)
    else:
        with pytest.raises(IllegalTransition):
            delivery.apply(attempt, event, by=world.ada, now=NOW, **needed)
        attempt.refresh_from_db()
        assert attempt.state == state
        assert not attempt.events.exists()


def test_a_go_is_said_once(world: World) -> None:
    sitting = cast.make_sitting(world, start_mode="go")
    room = cast.room_of(sitting, world.class_71)
    delivery.go(room, by=world.ada, now=NOW)
    delivery.go(room, by=world.ada, now=NOW + timedelta(minutes=5))
    room.refresh_from_db()
    assert room.go_at == NOW
    assert {attempt.events.count() for attempt in room.attempts.all()} == {1}


def test_extending_moves_the_deadline_and_tells_the_student(attempt: Attempt, world: World) -> None:
    cast.set_state(attempt, "active")
    before = attempt.deadline_at
    delivery.extend(attempt, 5, by=world.ada, why="停电", now=NOW)
    assert before is not None
    assert attempt.deadline_at == before + timedelta(minutes=5)
    assert attempt.extra_ms == 300_000
    assert attempt.events.get().data == {"minutes": 5}
    assert Notice.objects.get().attempt == attempt


def test_extending_before_the_start_is_remembered_for_it(attempt: Attempt, world: World) -> None:
    delivery.extend(attempt, 10, by=world.ada, why="视力障碍", now=NOW)
    assert (attempt.extra_ms, attempt.deadline_at) == (600_000, None)


@pytest.mark.parametrize("state", ["submitted", "scored", "voided"])
def test_what_is_over_cannot_be_extended(attempt: Attempt, world: World, state: str) -> None:
    cast.set_state(attempt, state)
    with pytest.raises(IllegalTransition):
        delivery.extend(attempt, 5, by=world.ada, why="", now=NOW)


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_no_time_is_no_extension(attempt: Attempt, world: World, minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        delivery.extend(attempt, minutes, by=world.ada, why="", now=NOW)


def test_a_room_is_extended_but_for_those_who_handed_in(world: World) -> None:
    sitting = cast.make_sitting(world)
    ben, cleo = cast.attempt_of(sitting, world.ben), cast.attempt_of(sitting, world.cleo)
    cast.set_state(ben, "active")
    cast.set_state(cleo, "submitted")
    assert delivery.extend_room(ben.room, 3, by=world.ada, why="", now=NOW) == 1
    cleo.refresh_from_db()
    assert cleo.extra_ms == 0


def test_a_pause_gives_back_the_time_it_took(attempt: Attempt, world: World) -> None:
    cast.set_state(attempt, "active")
    before = attempt.deadline_at
    delivery.pause(attempt, by=world.ada, why="警报", now=NOW + timedelta(minutes=1))
    delivery.resume(attempt, by=world.ada, now=NOW + timedelta(minutes=4, seconds=30))
    assert before is not None
    assert attempt.deadline_at == before + timedelta(minutes=3, seconds=30)
    assert (attempt.paused_ms, attempt.paused_at) == (210_000, None)
    with pytest.raises(IllegalTransition):
        delivery.resume(attempt, by=world.ada, now=NOW)


def test_a_paused_class_goes_on_with_all_the_time_it_had(world: World) -> None:
    sitting = cast.make_sitting(world)
    ben, cleo = cast.attempt_of(sitting, world.ben), cast.attempt_of(sitting, world.cleo)
    for one in (ben, cleo):
        cast.set_state(one, "active")
    before = ben.deadline_at
    delivery.pause(cleo, by=world.ada, why="", now=NOW + timedelta(minutes=1))
    assert delivery.pause_room(ben.room, by=world.ada, why="火警", now=NOW + timedelta(minutes=2)) == 1
    assert delivery.resume_room(ben.room, by=world.ada, now=NOW + timedelta(minutes=5)) == 2
    for one, stood in ((ben, 3), (cleo, 4)):
        one.refresh_from_db()
        assert before is not None
        assert (one.state, one.paused_at, one.paused_ms) == ("active", None, stood * 60_000)
        assert one.deadline_at == before + timedelta(minutes=stood)
    assert [(event.event, event.why) for event in ben.events.all()] == [("pause", "火警"), ("resume", "")]
    assert delivery.resume_room(ben.room, by=world.ada, now=NOW + timedelta(minutes=6)) == 0


@pytest.mark.parametrize("state", ["assigned", "entered", "submitted", "scored", "voided"])
def test_a_pause_of_the_class_stops_only_those_at_work(attempt: Attempt, world: World, state: str) -> None:
    cast.set_state(attempt, state)
    assert delivery.pause_room(attempt.room, by=world.ada, why="", now=NOW) == 0
    attempt.refresh_from_db()
    assert attempt.state == state


HOLDS = [
    # start mode, go, pause and end of the pause in minutes from the start -> by how many start and close move
    ("clock", None, (-5, -1), 0),
    ("clock", None, (-5, 10), 10),
    ("clock", None, (4, 10), 6),
    ("go", None, (4, 10), 0),
    ("go", 2, (4, 10), 6),
    ("go", 6, (4, 10), 4),
]


@pytest.mark.parametrize(("mode", "go", "pause", "moved"), HOLDS)
def test_a_pause_of_the_class_gives_those_who_wait_the_time_that_it_took_of_theirs(
    world: World, mode: str, go: int | None, pause: tuple[int, int], moved: int
) -> None:
    room = cast.room_of(cast.make_sitting(world, start_mode=mode), world.class_71)
    held_at, let_go_at = (NOW + timedelta(minutes=minutes) for minutes in pause)
    delivery.pause_room(room, by=world.ada, why="火警", now=held_at)
    delivery.pause_room(room, by=world.ada, why="again", now=held_at + timedelta(seconds=30))
    if go is not None:
        Room.objects.filter(pk=room.pk).update(go_at=NOW + timedelta(minutes=go))
    room.refresh_from_db()
    assert room.held_at == held_at
    delivery.resume_room(room, by=world.ada, now=let_go_at)
    room.refresh_from_db()
    assert (room.held_at, room.delay_ms) == (None, moved * 60_000)
    assert room.go_at == (None if go is None else NOW + timedelta(minutes=go + moved))


def test_an_ended_class_is_not_held(world: World) -> None:
    room = cast.room_of(cast.make_sitting(world), world.class_71)
    delivery.end_room(room, by=world.ada, now=NOW)
    delivery.pause_room(room, by=world.ada, why="", now=NOW)
    room.refresh_from_db()
    assert room.held_at is None


def test_more_than_one_statement_holds_are_paused_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 3)
    for number in range(8):
        cast.make_student(world.class_71, f"学生{number}")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        cast.set_state(attempt, "active")
    room = cast.room_of(sitting, world.class_71)
    assert delivery.pause_room(room, by=world.ada, why="", now=NOW) == 10
    assert delivery.resume_room(room, by=world.ada, now=NOW) == 10


def test_ending_a_room_hands_in_those_at_work_and_closes_it(world: World) -> None:
    sitting = cast.make_sitting(world)
    ben, cleo = cast.attempt_of(sitting, world.ben), cast.attempt_of(sitting, world.cleo)
    cast.set_state(ben, "paused")
    assert delivery.end_room(ben.room, by=world.ada, now=NOW) == 1
    ben.refresh_from_db()
    cleo.refresh_from_db()
    assert (ben.state, cleo.state) == ("submitted", "assigned")
    ben.room.refresh_from_db()
    assert ben.room.ended_at == NOW


def test_releasing_a_room_frees_the_devices_of_those_who_are_in(world: World) -> None:
    sitting = cast.make_sitting(world)
    ben = cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    assert delivery.release_room(ben.room, by=world.ada, now=NOW) == 1
    ben.refresh_from_db()
    assert ben.released_at == NOW
    with pytest.raises(IllegalTransition):
        delivery.release_device(cast.attempt_of(sitting, world.cleo), by=world.ada, now=NOW)


def test_reopening_gives_time_again(attempt: Attempt, world: World) -> None:
    cast.set_state(attempt, "submitted")
    delivery.reopen(attempt, 5, by=world.county_admin, why="误交", now=NOW + timedelta(hours=1))
    assert attempt.state == "active"
    assert attempt.deadline_at == NOW + timedelta(hours=1, minutes=5)


def test_answers_given_on_paper_are_an_epoch_of_their_own_and_handed_in(attempt: Attempt, world: World) -> None:
    cast.set_state(attempt, "active")
    cast.answer(attempt, {1: ["c1"]})
    delivery.transcribe(attempt, {2: ["c2"], 1: ["c3"]}, by=world.ada, why="机器坏了", now=NOW)
    assert (attempt.state, attempt.epoch) == ("submitted", 2)
    entries = JournalEntry.objects.filter(attempt=attempt, epoch=2).order_by("seq")
    assert [(entry.slot, entry.response) for entry in entries] == [(1, ["c3"]), (2, ["c2"])]
    with pytest.raises(IllegalTransition):
        delivery.transcribe(attempt, {1: ["c1"]}, by=world.ada, why="", now=NOW)
    assert JournalEntry.objects.filter(attempt=attempt).count() == 3


@pytest.mark.parametrize(("after", "closed"), [(29, 0), (30, 0), (31, 1)])
def test_the_sweep_closes_when_deadline_and_grace_have_passed(attempt: Attempt, after: int, closed: int) -> None:
    cast.set_state(attempt, "active")
    assert attempt.deadline_at is not None
    assert delivery.sweep(attempt.deadline_at + timedelta(seconds=after), GRACE) == closed
    attempt.refresh_from_db()
    assert attempt.state == ("submitted" if closed else "active")


def test_the_sweep_leaves_paused_attempts_alone(attempt: Attempt) -> None:
    cast.set_state(attempt, "paused")
    assert delivery.sweep(NOW + timedelta(days=1), GRACE) == 0


def test_the_sweep_closes_more_than_one_transaction_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 2)
    for number in range(5):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world)
    for one in sitting.attempts.all():
        cast.set_state(one, "active")
    assert delivery.sweep(NOW + timedelta(days=1), GRACE) == 7

"""Delays: start and close of a room come later while nobody has started there."""

from datetime import timedelta

import pytest

from exams import delaying
from exams.models import Notice, Room, Sitting
from tests import world as cast
from tests.world import NOW, World


@pytest.fixture
def sitting(world: World) -> Sitting:
    """Two classes of North school."""
    cast.make_student(world.class_72, "二班生")
    return cast.make_sitting(world)


def test_a_room_where_nobody_has_started_starts_and_closes_later(world: World, sitting: Sitting) -> None:
    delaying.delay(sitting.rooms.all(), 15, by=world.school_admin, why="校车晚点", now=NOW)
    outcome = delaying.delay(sitting.rooms.all(), 5, by=world.school_admin, why="还没到", now=NOW)
    room = cast.room_of(sitting, world.class_71)
    assert outcome == (2, 0, 0)
    assert (room.own_starts_at, room.own_closes_at) == (NOW + timedelta(minutes=20), NOW + timedelta(minutes=80))
    ben = cast.attempt_of(sitting, world.ben)
    assert [(one.event, one.why, one.data) for one in ben.events.all()] == [
        ("delay", "校车晚点", {"minutes": 15}),
        ("delay", "还没到", {"minutes": 5}),
    ]
    told = Notice.objects.filter(room=room).order_by("pk")
    assert [(one.kind, one.text, one.data) for one in told] == [
        ("delayed", "开始时间推迟 15 分钟。", {"minutes": 15, "start": True}),
        ("delayed", "开始时间推迟 5 分钟。", {"minutes": 5, "start": True}),
    ]


def test_a_room_at_work_an_ended_and_a_closed_one_are_left_alone(world: World, sitting: Sitting) -> None:
    cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    assert delaying.foresee(sitting.rooms.all(), NOW) == (1, 1, 0)
    assert delaying.delay(sitting.rooms.all(), 10, by=None, why="", now=NOW) == (1, 1, 0)
    assert cast.room_of(sitting, world.class_71).delay_ms == 0
    Room.objects.filter(organization=world.class_71).update(ended_at=NOW)
    assert delaying.delay(sitting.rooms.all(), 10, by=None, why="", now=NOW) == (1, 0, 1)
    late = sitting.closes_at + timedelta(minutes=20)
    assert delaying.delay(sitting.rooms.all(), 10, by=None, why="", now=late - timedelta(seconds=1)) == (1, 0, 1)
    assert delaying.foresee(sitting.rooms.all(), late + timedelta(minutes=10)) == (0, 0, 2)


def test_whoever_was_voided_has_not_started(world: World, sitting: Sitting) -> None:
    ben = cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    cast.set_state(ben, "voided")
    assert delaying.foresee(sitting.rooms.all(), NOW) == (2, 0, 0)


def test_where_the_proctor_says_go_only_the_close_moves(world: World) -> None:
    sitting = cast.make_sitting(world, start_mode="go")
    delaying.delay(sitting.rooms.all(), 10, by=None, why="", now=NOW)
    room = cast.room_of(sitting, world.class_71)
    assert (room.own_starts_at, room.own_closes_at) == (None, sitting.closes_at + timedelta(minutes=10))
    notice = Notice.objects.get()
    assert (notice.text, notice.data) == ("结束时间推迟 10 分钟。", {"minutes": 10, "start": False})


def test_the_rooms_of_a_place_are_those_below_it(world: World) -> None:
    sitting = cast.make_sitting(world, organizations=[world.city])
    assert {room.organization for room in delaying.of_place(sitting, world.north_county)} == {world.class_71}


def test_many_rooms_are_delayed_part_by_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delaying, "ROOMS_AT_ONCE", 2)
    for number in range(3, 7):
        cast.make_student(cast.make_class(world.north, number), f"{number}班生")
    sitting = cast.make_sitting(world)
    assert delaying.delay(sitting.rooms.all(), 10, by=None, why="", now=NOW) == (5, 0, 0)
    assert set(sitting.rooms.values_list("delay_ms", flat=True)) == {600_000}


@pytest.mark.parametrize("minutes", [0, -1, delaying.LONGEST_MINUTES + 1])
def test_no_time_is_no_delay(world: World, sitting: Sitting, minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        delaying.delay(sitting.rooms.all(), minutes, by=None, why="", now=NOW)


def test_no_rooms_come_to_nothing(world: World) -> None:
    assert delaying.delay(Room.objects.none(), 5, by=None, why="", now=NOW) == (0, 0, 0)

"""The follower: what it folds step by step is what the board reads whole; its lock; its messages' pace."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Timer
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common import clock
from exams import delivery, scheduling
from exams.models import Presence, Room, Sitting
from proctoring import board, following, journal
from proctoring.following import Follower
from tests.processes import own_environment
from tests.world import NOW, World, answer, attempt_of, build, make_sitting, make_student, room_of, set_state

SECOND = timedelta(seconds=1)


@pytest.fixture
def sitting(world: World) -> Sitting:
    return make_sitting(world)


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return room_of(sitting, world.class_71)


class Told(dict[str, dict[str, Any]]):
    """What was told at once, by group."""

    def picture(self, room: Room) -> dict[str, Any]:
        return dict(json.loads(self[f"room.{room.pk}"]["text"]))

    def rows(self, room: Room) -> dict[int, list[Any]]:
        """Attempt -> what is shown, and how many are answered."""
        return {row[0]: row[1:3] for row in self.picture(room)["rows"]}


def told(follower: Follower, now: datetime, *rooms: Room) -> Told:
    """Reads these rooms, takes what is due, and says that it has gone out."""
    follower.read(now, {room.pk for room in rooms})
    messages = Told(follower.messages(now))
    for message in messages.values():
        follower.told(message, now)
    return messages


def as_json(picture: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(picture)))


def test_the_first_reading_tells_a_watched_room(world: World, room: Room) -> None:
    assert told(Follower(), NOW, room).picture(room) == as_json(board.picture(room.pk, NOW))


def test_an_answer_reaches_the_room_with_the_next_reading(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW, room)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    assert told(follower, NOW + 2 * SECOND, room).rows(room)[ben.pk] == ["answering", 1]


def test_a_room_in_which_nothing_moved_is_not_told_again(room: Room) -> None:
    follower = Follower()
    told(follower, NOW, room)
    assert f"room.{room.pk}" not in told(follower, NOW + 2 * SECOND, room)


def test_a_room_is_told_at_most_once_in_two_seconds(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW, room)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    assert f"room.{room.pk}" not in told(follower, NOW + SECOND, room)
    assert f"room.{room.pk}" in told(follower, NOW + 2 * SECOND, room)


def test_with_very_many_rooms_each_is_told_less_often(
    world: World, sitting: Sitting, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PICTURES_PER_SECOND", 0.25)
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW, room)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    assert f"room.{room.pk}" not in told(follower, NOW + 2 * SECOND, room)
    assert f"room.{room.pk}" in told(follower, NOW + 4 * SECOND, room)


def test_a_room_that_nobody_watches_is_neither_read_nor_told(
    world: World, sitting: Sitting, room: Room, django_assert_max_num_queries: Any
) -> None:
    follower, other = Follower(), room_of(make_sitting(world, organizations=[world.south]), world.south_71)
    assert set(told(follower, NOW, other)) == {f"room.{other.pk}", "rooms.beat"}
    assert list(follower.fold.rooms) == [other.pk]
    told(follower, NOW + SECOND)
    assert not follower.fold.seats
    with django_assert_max_num_queries(0):
        told(follower, NOW + 2 * SECOND)


def test_a_room_watched_anew_is_read_whole(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW, room)
    told(follower, NOW + SECOND)
    answer(ben, {1: ["c1"]}, at=NOW + 2 * SECOND)
    told(follower, NOW + 200 * SECOND)
    later = NOW + 201 * SECOND
    assert told(follower, later, room).picture(room) == as_json(board.picture(room.pk, later))


def test_an_entry_committed_late_is_found_by_the_wide_reading(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW, room)
    told(follower, NOW + 20 * SECOND, room)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    for seconds in range(21, 32):
        told(follower, NOW + seconds * SECOND, room)
    assert follower.fold.rows(room.pk) == board.rows(room.pk, NOW + 31 * SECOND)


def test_a_proctors_act_moves_the_row_and_is_news(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    before = told(follower, NOW, room).picture(room)["news"]
    delivery.pause(ben, by=None, why="", now=NOW)
    now = told(follower, NOW + 2 * SECOND, room)
    assert now.rows(room)[ben.pk][0] == "paused"
    assert now.picture(room)["news"] > before
    assert now.picture(room) == as_json(board.picture(room.pk, NOW + 2 * SECOND))


def test_a_go_reaches_the_room(world: World) -> None:
    room = room_of(make_sitting(world, start_mode="go"), world.class_71)
    follower = Follower()
    told(follower, NOW, room)
    delivery.go(room, by=None, now=NOW + SECOND)
    assert told(follower, NOW + 6 * SECOND, room).picture(room)["clock"]["starts_at"] is not None


def test_a_walk_in_appears_with_all_that_is_journaled(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    told(follower, NOW, room)
    attempt = scheduling.admit_walk_in(room, make_student(world.class_71, "后来的"), by=None, now=NOW)
    answer(set_state(attempt, "active"), {1: ["c1"], 2: ["c1"]}, at=NOW + SECOND)
    assert told(follower, NOW + 2 * SECOND, room).rows(room)[attempt.pk] == ["answering", 2]


def test_silence_is_noticed_without_any_entry(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    Presence.objects.create(attempt=ben, heard_at=NOW)
    told(follower, NOW, room)
    assert told(follower, NOW + 50 * SECOND, room).rows(room)[ben.pk][0] == "offline"


def test_the_beat_comes_every_five_seconds_and_vouches_for_the_rooms_that_are_followed(room: Room) -> None:
    follower = Follower()
    assert told(follower, NOW, room)["rooms.beat"] == {
        "type": "rooms.beat",
        "at": following.milliseconds(NOW),
        "rooms": [room.pk],
    }
    assert "rooms.beat" not in told(follower, NOW + 4 * SECOND, room)
    assert "rooms.beat" in told(follower, NOW + 5 * SECOND, room)


def test_a_thousand_rooms_are_loaded_by_and_by(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOADED_AT_ONCE", 1)
    sitting = make_sitting(world, organizations=[world.north, world.south])
    rooms = list(sitting.rooms.order_by("pk"))
    follower = Follower()
    assert told(follower, NOW, *rooms)["rooms.beat"]["rooms"] == [rooms[0].pk]
    told(follower, NOW + SECOND, *rooms)
    assert sorted(follower.clocks) == [room.pk for room in rooms]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "clear", "move", "pause", "resume", "end", "late", "hear"]),
        st.integers(0, 1),
        st.integers(1, 4),
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_followed_step_by_step_a_room_is_what_the_board_reads_whole(
    world: World, steps: list[tuple[str, int, int]]
) -> None:
    sitting = make_sitting(world)
    room = room_of(sitting, world.class_71)
    students = [set_state(attempt_of(sitting, student), "active") for student in (world.ben, world.cleo)]
    follower, now, epochs = Follower(), NOW, [1, 1]
    told(follower, now, room)
    for what, who, slot in steps:
        now += 7 * SECOND
        _act(students[who], what, slot, epochs, who, now)
        told(follower, now, room)
    now += 12 * SECOND
    told(follower, now, room)
    assert follower.fold.rows(room.pk) == board.rows(room.pk, now)


def _act(attempt: Any, what: str, slot: int, epochs: list[int], who: int, now: datetime) -> None:
    if what in ("answer", "clear", "late"):
        answer(attempt, {slot: [] if what == "clear" else ["c1"]}, epoch=epochs[who], at=now, kept=what == "late")
    elif what == "move":
        epochs[who] += 1
    elif what == "hear":
        Presence.objects.update_or_create(attempt=attempt, defaults={"heard_at": now})
    else:
        verbs = {"pause": delivery.pause, "resume": delivery.resume, "end": delivery.end}
        why = {} if what == "resume" else {"why": "x"}
        try:
            verbs[what](attempt, by=None, now=now, **why)
        except delivery.IllegalTransition:
            return


def other_session() -> psycopg.Connection[Any]:
    """A second connection to the test's database."""
    values = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{key: values[key] for key in keys if key in values}, autocommit=True)


# Another lock than the product's: the follower of the journeys' live stack may hold that one in this very database.
OWN_LOCK = following.LOCK + 1


@pytest.mark.django_db(transaction=True)
def test_one_follower_works_and_the_others_stand_by() -> None:
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [OWN_LOCK])
        assert not journal.take_lock(OWN_LOCK)
        other.execute("SELECT pg_advisory_unlock(%s)", [OWN_LOCK])
    assert journal.take_lock(OWN_LOCK)
    connection.close()


@pytest.mark.usefixtures("no_valkey")
def test_without_valkey_the_rooms_stay_due(room: Room, world: World) -> None:
    follower = Follower()
    follower.read(NOW, {room.pk})

    async def publish() -> None:
        await following._publish(follower, NOW)

    with pytest.raises((OSError, following.RedisError)):
        asyncio.run(publish())
    assert room.pk in follower.fold.changed


def _a_room() -> Room:
    cast = build()
    return room_of(make_sitting(cast), cast.class_71)


async def test_a_room_that_is_said_to_be_watched_gets_its_picture(transactional_db: None) -> None:
    room = await sync_to_async(_a_room)()
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add(f"room.{room.pk}", name)
    stop = asyncio.Event()
    task = asyncio.create_task(following.follow(stop, clock.now))
    try:
        async with asyncio.timeout(8):
            await asyncio.sleep(1)
            await layer.group_send("rooms.watch", {"type": "rooms.watch", "room": room.pk})
            assert (await layer.receive(name))["room"] == room.pk
    finally:
        stop.set()
        await task
        await layer.flush()


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    """`manage.py follow` on the test's own database."""
    environment = own_environment(LOG_LEVEL="INFO")
    command = [sys.executable, "manage.py", "follow"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        guard = Timer(30, running.kill)
        guard.start()
        yield running
        guard.cancel()
        running.kill()


@pytest.mark.django_db(transaction=True)
def test_the_process_survives_a_cut_connection_and_stops_cleanly_on_sigterm(
    process: "subprocess.Popen[str]",
) -> None:
    _wait_for_line(process, "following the journal")
    with other_session() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    _wait_for_line(process, "PostgreSQL is gone")
    _wait_for_line(process, "following the journal")
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0


def _wait_for_line(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"the process ended without saying {text!r}")

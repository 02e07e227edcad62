"""The follower: what it folds step by step is what the board reads whole; its lock; its messages' pace."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Timer
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from channels.layers import get_channel_layer
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from exams import delivery, scheduling
from exams.models import Presence, Room, Sitting
from proctoring import board, following, journal
from proctoring.following import Follower
from tests.world import NOW, World, answer, attempt_of, make_sitting, make_student, room_of, set_state

SECOND = timedelta(seconds=1)


@pytest.fixture
def sitting(world: World) -> Sitting:
    return make_sitting(world)


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return room_of(sitting, world.class_71)


def told(follower: Follower, now: datetime) -> dict[str, dict[str, Any]]:
    """Reads, takes what is due, and says that it has gone out."""
    follower.read(now)
    messages = dict(follower.messages(now))
    for message in messages.values():
        follower.told(message, now)
    return messages


def test_the_first_reading_tells_every_open_room(world: World, room: Room) -> None:
    messages = told(Follower(), NOW)
    assert messages[f"room.{room.pk}"]["picture"] == board.picture(room.pk, NOW)


def test_an_answer_reaches_the_room_with_the_next_reading(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    message = told(follower, NOW + 2 * SECOND)[f"room.{room.pk}"]
    assert {row.attempt_id: row.answered for row in message["picture"]["rows"]}[ben.pk] == 1


def test_a_room_in_which_nothing_moved_is_not_told_again(room: Room) -> None:
    follower = Follower()
    told(follower, NOW)
    assert f"room.{room.pk}" not in told(follower, NOW + 2 * SECOND)


def test_a_room_is_told_at_most_once_in_two_seconds(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    assert f"room.{room.pk}" not in told(follower, NOW + SECOND)
    assert f"room.{room.pk}" in told(follower, NOW + 2 * SECOND)


def test_an_entry_committed_late_is_found_by_the_wide_reading(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    told(follower, NOW)
    told(follower, NOW + 20 * SECOND)
    answer(ben, {1: ["c1"]}, at=NOW + SECOND)
    for seconds in range(21, 32):
        told(follower, NOW + seconds * SECOND)
    assert follower.fold.rows(room.pk) == board.rows(room.pk, NOW + 31 * SECOND)


def test_a_proctors_act_moves_the_row_and_is_news(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    before = told(follower, NOW)[f"room.{room.pk}"]["picture"]["news"]
    delivery.pause(ben, by=None, why="", now=NOW)
    picture = told(follower, NOW + 2 * SECOND)[f"room.{room.pk}"]["picture"]
    assert {row.attempt_id: row.shown for row in picture["rows"]}[ben.pk] == "paused"
    assert picture["news"] > before
    assert picture == board.picture(room.pk, NOW + 2 * SECOND)


def test_a_go_reaches_the_room(world: World) -> None:
    room = room_of(make_sitting(world, start_mode="go"), world.class_71)
    follower = Follower()
    told(follower, NOW)
    delivery.go(room, by=None, now=NOW + SECOND)
    picture = told(follower, NOW + 6 * SECOND)[f"room.{room.pk}"]["picture"]
    assert picture["clock"]["starts_at"] is not None


def test_a_walk_in_appears_with_all_that_is_journaled(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    told(follower, NOW)
    late = make_student(world.class_71, "后来的")
    attempt = scheduling.admit_walk_in(room, late, by=None, now=NOW)
    answer(set_state(attempt, "active"), {1: ["c1"], 2: ["c1"]}, at=NOW + SECOND)
    picture = told(follower, NOW + 2 * SECOND)[f"room.{room.pk}"]["picture"]
    assert {row.attempt_id: row.answered for row in picture["rows"]}[attempt.pk] == 2


def test_silence_is_noticed_without_any_entry(world: World, sitting: Sitting, room: Room) -> None:
    follower = Follower()
    ben = set_state(attempt_of(sitting, world.ben), "active")
    Presence.objects.create(attempt=ben, heard_at=NOW)
    told(follower, NOW)
    picture = told(follower, NOW + 50 * SECOND)[f"room.{room.pk}"]["picture"]
    assert {row.attempt_id: row.shown for row in picture["rows"]}[ben.pk] == "offline"


def test_a_sitting_that_closed_long_ago_is_not_followed(world: World, room: Room) -> None:
    assert f"room.{room.pk}" not in told(Follower(), NOW + timedelta(hours=3))


def test_a_room_that_closes_is_forgotten(room: Room) -> None:
    follower = Follower()
    told(follower, NOW)
    told(follower, NOW + timedelta(hours=3))
    assert not follower.fold.seats


def test_the_beat_comes_every_five_seconds_and_says_when_was_read(room: Room) -> None:
    follower = Follower()
    assert told(follower, NOW)["rooms.beat"]["at"] == following.milliseconds(NOW)
    assert "rooms.beat" not in told(follower, NOW + 4 * SECOND)
    assert "rooms.beat" in told(follower, NOW + 5 * SECOND)


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
    told(follower, now)
    for what, who, slot in steps:
        now += 7 * SECOND
        _act(students[who], what, slot, epochs, who, now)
        told(follower, now)
    now += 12 * SECOND
    told(follower, now)
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


@pytest.mark.django_db(transaction=True)
def test_one_follower_works_and_the_others_stand_by() -> None:
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [following.LOCK])
        assert not journal.take_lock(following.LOCK)
    assert journal.take_lock(following.LOCK)
    connection.close()


@pytest.mark.usefixtures("no_valkey")
def test_without_valkey_the_rooms_stay_due(room: Room, world: World) -> None:
    follower = Follower()
    follower.read(NOW)

    async def publish() -> None:
        await following._publish(follower, NOW)

    with pytest.raises((OSError, following.RedisError)):
        asyncio.run(publish())
    assert room.pk in follower.fold.changed


async def test_what_is_published_arrives_in_the_rooms_group(transactional_db: None) -> None:
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add("rooms.beat", name)
    stop = asyncio.Event()
    task = asyncio.create_task(following.follow(stop, lambda: NOW))
    try:
        async with asyncio.timeout(5):
            assert (await layer.receive(name))["type"] == "rooms.beat"
    finally:
        stop.set()
        await task
        await layer.flush()


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    """`manage.py follow` on the test's own database."""
    values = connection.get_connection_params()
    host, user = quote(values.get("host", ""), safe=""), values["user"]
    url = f"postgres://{user}:{values.get('password', '')}@{host}:{values['port']}/{values['dbname']}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "quizplatform.settings",
        "LOG_LEVEL": "INFO",
    }
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

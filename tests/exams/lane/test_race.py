"""Promise 1, against everything that races: what was acknowledged is stored, and counts when it was said to."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from exams import delivery, journals
from exams.lane.times import instant
from tests.exams.lane.builders import Hall, LaneUnderTest, Reply, Seat, database_url

STUDENTS = 150


def stored(seats: list[Seat]) -> dict[tuple[int, int, int], tuple[Any, ...]]:
    """(attempt, epoch, seq) -> (slot, response, kept), by SQL of the test's own."""
    with psycopg.connect(database_url()) as connection:
        rows = connection.execute(
            "select attempt_id, epoch, seq, slot, response, kept from exams_journalentry where attempt_id = any(%s)",
            [[seat.attempt.pk for seat in seats]],
        )
        return {row[:3]: row[3:] for row in rows}


async def save(seat: Seat, seq: int, lane: LaneUnderTest | None = None) -> tuple[Seat, dict[str, Any], Reply]:
    entry = seat.answer(seq, 1 + seq % 2, f"c{1 + seq % 4}")
    return seat, entry, await (lane or seat.lane).ask("POST", "save", {"entries": [entry]}, seat.token)


def check(
    outcomes: list[tuple[Seat, dict[str, Any], Reply]], found: dict[tuple[int, int, int], tuple[Any, ...]]
) -> int:
    """Compares what was acknowledged with what is stored, entry by entry; returns how many were acknowledged."""
    acknowledged = 0
    for seat, entry, reply in outcomes:
        if reply.status not in (200, 202):
            continue
        acknowledged += 1
        row = found[seat.attempt.pk, seat.epoch, entry["seq"]]
        assert row == (entry["slot"], entry["response"], reply.status == 202)
    return acknowledged


def test_of_150_submits_that_race_with_saves_none_loses_an_acknowledged_answer(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(STUDENTS)]
    chance = random.Random(7)

    async def race() -> list[Any]:
        async def one(seat: Seat) -> list[Any]:
            submit = asyncio.create_task(hand_in(seat))
            outcomes = [await save(seat, seq) for seq in range(1, 8)]
            return [*outcomes, await submit]

        async def hand_in(seat: Seat) -> Reply:
            await asyncio.sleep(chance.random() * 0.4)
            return await hall.lane.ask("POST", "submit", {"last_seq": 0}, seat.token)

        return await asyncio.gather(*(one(seat) for seat in seats))

    results = hall.lane.run(race())
    submits = [result[-1] for result in results]
    assert {reply.status for reply in submits} == {200}
    outcomes = [outcome for result in results for outcome in result[:-1]]
    assert {reply.status for _, _, reply in outcomes} <= {200, 202}
    assert check(outcomes, stored(seats)) == STUDENTS * 7
    # What was said to count is under the receipt: an answer admitted before the submit and stored behind it is not.
    assert all(journals.verify(reply["receipt"]).holds for reply in submits)
    assert any(reply.status == 202 for _, _, reply in outcomes)
    assert any(reply.status == 200 for _, _, reply in outcomes)


def test_the_sweep_and_extensions_racing_with_saves_lose_nothing(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(60)]
    now = instant(hall.lane.clock.now)
    stop = threading.Event()
    faults: list[BaseException] = []

    def proctor() -> None:
        from django.db import connection

        try:
            for seat in seats:
                if stop.is_set():
                    break
                delivery.extend(seat.attempt, 1, by=None, why="", now=now)
                delivery.end(seat.attempt, by=None, why="", now=now)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    async def answering() -> list[Any]:
        outcomes = []
        for seq in range(1, 12):
            outcomes += await asyncio.gather(*(save(seat, seq) for seat in seats))
        return outcomes

    thread = threading.Thread(target=proctor)
    thread.start()
    outcomes = hall.lane.run(answering())
    stop.set()
    thread.join()
    assert not faults
    assert check(outcomes, stored(seats)) == 60 * 11


@contextmanager
def locked(seat: Seat) -> Iterator[None]:
    """Somebody holds the attempt's row."""
    with psycopg.connect(database_url()) as connection:
        connection.execute("select from exams_attempt where id = %s for update", [seat.attempt.pk])
        yield
        connection.rollback()


def test_a_row_held_locked_for_three_seconds_stalls_nobody_else(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(40)]
    held, others = seats[0], seats[1:]

    async def meanwhile() -> list[float]:
        waits = []
        stuck = asyncio.create_task(save(held, 1))
        ends = time.monotonic() + 3
        seq = 0
        while time.monotonic() < ends:
            seq += 1
            began = time.monotonic()
            outcomes = await asyncio.gather(*(save(seat, seq) for seat in others))
            waits.append(time.monotonic() - began)
            assert {reply.status for *_, reply in outcomes} == {200}
        assert not stuck.done()
        stuck_save.append(stuck)
        return waits

    stuck_save: list[asyncio.Task[Any]] = []
    with locked(held):
        waits = hall.lane.run(meanwhile())
    assert max(waits) < 1.5
    assert sorted(waits)[len(waits) // 2] < 0.5

    async def released() -> Reply:
        return (await stuck_save[0])[2]

    assert hall.lane.run(released()).status == 200


@pytest.mark.parametrize("call", ["enter", "start", "submit"])
def test_a_locked_row_stalls_no_other_who_enters_starts_or_hands_in(hall: Hall, call: str) -> None:
    held, other = hall.crowd(2)
    for seat in (held, other):
        if call != "enter":
            seat.enter()
        if call == "submit":
            seat.start()

    def body(seat: Seat) -> dict[str, Any]:
        cards = {"card": seat.card, "device": seat.device, "journal": seat.journal}
        return {"enter": cards, "start": {}, "submit": {"last_seq": 0}}[call]

    async def both() -> Reply:
        waiting.append(asyncio.create_task(hall.lane.ask("POST", call, body(held), held.token)))
        return await asyncio.wait_for(hall.lane.ask("POST", call, body(other), other.token), 2)

    waiting: list[asyncio.Task[Reply]] = []
    with locked(held):
        assert hall.lane.run(both()).status == 200
        assert not waiting[0].done()

    async def released() -> Reply:
        return await waiting[0]

    assert hall.lane.run(released()).status == 200


def test_the_same_retries_through_two_workers_are_stored_once_and_both_acknowledged(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(30)]
    second = LaneUnderTest()
    second.clock.now = hall.lane.clock.now
    replies: dict[str, list[Any]] = {}

    def worker(name: str, lane: LaneUnderTest) -> None:
        async def everything() -> list[Any]:
            outcomes = []
            for seq in range(1, 10):
                outcomes += await asyncio.gather(*(save(seat, seq, lane) for seat in seats))
            return outcomes

        replies[name] = lane.run(everything())

    thread = threading.Thread(target=worker, args=("second", second))
    thread.start()
    worker("first", hall.lane)
    thread.join()
    second.close()
    found = stored(seats)
    assert len(found) == 30 * 9
    for outcomes in replies.values():
        assert {reply.status for *_, reply in outcomes} == {200}
        assert check(outcomes, found) == 30 * 9


def test_a_connection_cut_in_the_middle_costs_nobody_an_answer(hall: Hall) -> None:
    seats = [seat.begin() for seat in hall.crowd(30)]
    stop = threading.Event()

    def cutter() -> None:
        with psycopg.connect(database_url(), autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where application_name = 'lane save' and datname = current_database()"
                )
                time.sleep(0.15)

    async def answering() -> list[Any]:
        outcomes = []
        for seq in range(1, 25):
            outcomes += await asyncio.gather(*(save(seat, seq) for seat in seats))
        return outcomes

    thread = threading.Thread(target=cutter)
    thread.start()
    outcomes = hall.lane.run(answering())
    stop.set()
    thread.join()
    assert {reply.status for *_, reply in outcomes} == {200}
    assert check(outcomes, stored(seats)) == 30 * 24


def test_a_database_that_is_away_too_long_is_said_to_be_busy_and_the_retry_is_stored_once(hall: Hall) -> None:
    lane = LaneUnderTest(patience_ms=400)
    lane.clock.now = hall.lane.clock.now
    try:
        ben = hall.seat()
        ben.lane = lane
        lane.clock.now = hall.lane.clock.now
        ben.begin()
        with locked(ben):
            reply = ben.save(ben.answer(1))
        assert (reply.status, reply.type) == (503, "busy")
        assert int(reply.headers["retry-after"]) >= 1
        assert ben.save(ben.answer(1)).status == 200
        assert len(ben.entries()) == 1
    finally:
        lane.close()

"""Bad input and abuse: replays, jumps, floods, guesses, tokens of yesterday, bodies of nonsense. Whoever does it is
held up, and nobody else."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from exams import cards, delivery
from exams.lane import tokens
from exams.lane.admission import MOST_ENTRIES
from exams.lane.times import instant, milliseconds
from tests.exams.lane.builders import MINUTE, SECOND, Hall, LaneUnderTest, Reply, Seat

# A whole school stands behind one address.
SCHOOL = [(b"x-real-ip", b"203.0.113.7"), (b"x-forwarded-for", b"203.0.113.7")]


@pytest.fixture
def limited(hall: Hall) -> Iterator[LaneUnderTest]:
    """A lane with the limits it has by default."""
    from exams.lane.config import LaneConfig

    usual = LaneConfig()
    lane = LaneUnderTest(requests_per_second=usual.requests_per_second, request_burst=usual.request_burst)
    yield lane
    lane.close()


def seated(hall: Hall, lane: LaneUnderTest, number: int) -> list[Seat]:
    seats = hall.crowd(number)
    lane.clock.now = hall.lane.clock.now
    for seat in seats:
        seat.lane = lane
    return seats


# Replays and jumps


@pytest.mark.parametrize("seed", range(5))
def test_batches_of_two_devices_in_any_order_and_any_number_come_to_the_same(hall: Hall, seed: int) -> None:
    chance = random.Random(seed)
    ben = hall.seat().begin()
    delivery.release_device(ben.row(), by=None, now=instant(hall.lane.clock.now))
    other = ben.at("another")
    other.enter()
    batches = [
        (seat, [seat.answer(seq, 1 + seq % 2, chance.choice(("c1", "c2", "c3"))) for seq in range(first, first + 3)])
        for seat in (ben, other)
        for first in (1, 4, 7)
    ]
    last = {entry["slot"]: entry["response"] for seat, batch in batches if seat is other for entry in batch}

    for seat, batch in chance.sample(batches * 3, len(batches) * 3):
        assert seat.save(*batch).status == 200

    assert [entry[:4] for entry in ben.entries()] == [
        (seat.epoch, entry["seq"], entry["slot"], entry["response"]) for seat, batch in batches for entry in batch
    ]
    assert other.state()["responses"] == {str(slot): response for slot, response in sorted(last.items())}


def test_a_jump_of_the_seq_is_stored_and_asked_for_before_handing_in(hall: Hall) -> None:
    ben = hall.seat().begin()
    assert ben.save(ben.answer(2900)).status == 200
    assert ben.state()["next_seq"] == 2901
    reply = ben.submit(2900)
    assert (reply.status, reply.type) == (409, "incomplete")
    assert reply["missing"] == list(range(1, 2900))
    assert ben.row().state == "active"


@pytest.mark.parametrize("seq", [MOST_ENTRIES + 1, 2**31, 2**63, 2**64 - 1])
def test_a_jump_beyond_all_bounds_is_too_many_and_costs_nothing(hall: Hall, seq: int) -> None:
    ben = hall.seat().begin()
    reply = ben.save(ben.answer(seq))
    assert (reply.status, reply.type) == (429, "too_many_entries")
    assert ben.save(ben.answer(1)).status == 200
    assert len(ben.entries()) == 1


def test_many_new_journals_do_not_multiply_what_an_attempt_may_store(hall: Hall) -> None:
    ben = hall.seat().begin()
    stored = 0
    for number in range(25):
        seat = ben.at("tablet", f"journal-{number}")
        assert seat.enter().status == 200
        stored += 200 * (seat.save(*(seat.event(seq) for seq in range(1, 201))).status == 200)
    assert len(ben.entries()) == stored == MOST_ENTRIES


# Floods


def test_a_thousand_entries_a_second_are_held_up_and_the_class_behind_the_same_address_is_not(
    hall: Hall, limited: LaneUnderTest
) -> None:
    flood, *others = seated(hall, limited, 45)
    for seat in (flood, *others):
        seat.begin()
    told: Counter[int] = Counter()

    async def a_second(second: int) -> list[Reply]:
        batches = [[flood.event(seq) for seq in range(first, first + 10)] for first in range(1, 1001, 10)]
        asked = [limited.ask("POST", "save", {"entries": batch}, flood.token, SCHOOL) for batch in batches]
        asked += [
            limited.ask("POST", "save", {"entries": [seat.answer(second)]}, seat.token, SCHOOL) for seat in others
        ]
        replies = await asyncio.gather(*asked)
        told.update(reply.status for reply in replies[:100])
        assert all(int(reply.headers["retry-after"]) >= 1 for reply in replies[:100] if reply.status == 429)
        return list(replies[100:])

    for second in range(1, 11):
        assert {reply.status for reply in limited.run(a_second(second))} == {200}
        limited.clock.forward(SECOND)

    assert set(told) == {200, 429}
    assert told[200] * 10 < 1_000  # of ten thousand; after the burst fewer than forty a second


def test_a_flood_that_stops_is_served_again_after_as_long_as_it_was_told(hall: Hall, limited: LaneUnderTest) -> None:
    (flood,) = seated(hall, limited, 1)
    flood.begin()
    reply = flood.pulse()
    while reply.status == 200:
        reply = flood.pulse()
    assert (reply.status, reply.type) == (429, "too_many_requests")
    limited.clock.forward(int(reply.headers["retry-after"]) * SECOND)
    assert flood.save(flood.answer(1)).status == 200


def test_a_device_that_was_offline_for_an_hour_hands_over_everything_at_once(
    hall: Hall, limited: LaneUnderTest
) -> None:
    (honest,) = seated(hall, limited, 1)
    honest.begin()
    for first in range(1, 401, 200):
        assert honest.save(*(honest.answer(seq) for seq in range(first, first + 200))).status == 200
    assert honest.submit(400).status == 200


# Guesses


def test_guessing_is_slowed_while_the_class_at_the_same_address_walks_in(hall: Hall, limited: LaneUnderTest) -> None:
    class_ = seated(hall, limited, 45)
    guesses = [cards.derive(number, 1, b"somebody else's key") for number in range(900)]

    def enter(card: str, name: str) -> Any:
        body = {"card": card, "device": name, "journal": name}
        return asyncio.create_task(limited.ask("POST", "enter", body, headers=SCHOOL))

    async def both() -> tuple[Counter[int], int, list[Reply]]:
        guessing = [enter(card, "guess") for card in guesses]
        entering = [enter(seat.card, seat.device) for seat in class_]
        entered = await asyncio.wait_for(asyncio.gather(*entering), 10)
        await asyncio.sleep(0.2)
        told = Counter(task.result().status for task in guessing if task.done())
        waiting = [task for task in guessing if not task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return told, len(waiting), entered

    told, waiting, entered = limited.run(both())
    assert {reply.status for reply in entered} == {200}
    assert told[404] < 300
    assert waiting > 300
    assert told[429] > 200


def test_mistyped_cards_cost_the_budget_nothing(hall: Hall, limited: LaneUnderTest) -> None:
    """A child that mistypes is told at once, however many do."""
    (ben,) = seated(hall, limited, 1)
    mistyped = f"{ben.card[:-1]}{(int(ben.card[-1]) + 1) % 10}"
    assert {ben.enter(card=mistyped).type for _ in range(700)} == {"no_such_card"}
    assert limited.app.lane.wrong_cards.delay_ms(limited.clock.now) == 0
    assert ben.enter().status == 200


# Tokens


def test_a_token_from_before_the_move_writes_below_and_learns_nothing(hall: Hall) -> None:
    ben = hall.seat().begin()
    ben.save(ben.answer(1, 1, "c1"))
    delivery.release_device(ben.row(), by=None, now=instant(hall.lane.clock.now))
    other = ben.at("another")
    other.enter()
    other.save(other.answer(1, 2, "c2"))

    late = ben.save(ben.answer(2, 2, "c3"))
    told = [ben.start(), ben.submit(2), ben.state(), ben.pulse()]

    assert (late.status, late["epoch"]) == (200, 2)
    assert [(reply.status, reply.type) for reply in told[:2]] == [(409, "moved")] * 2
    assert [reply["epoch"] for reply in told] == [2] * 4
    assert not any({"responses", "layout", "paper_key", "receipt"} & set(reply.body) for reply in told)
    assert other.state()["responses"] == {"1": ["c1"], "2": ["c2"]}
    assert ben.row().state == "active"
    assert [entry[6] for entry in ben.entries()] == [False, True, False]


def test_a_token_made_up_with_another_key_opens_nothing_at_any_call(hall: Hall) -> None:
    ben = hall.seat().begin()
    claims = tokens.read(ben.token, hall.lane.app.lane.token_key)
    forged = tokens.issue(claims._replace(epoch=9, budget=65_535), b"a key that was guessed")
    told = [
        hall.lane.call(method, call, {} if method == "POST" else None, forged)
        for method, call in CALLS
        if call != "enter"
    ]
    assert {(reply.status, reply.type) for reply in told} == {(401, "bad_token")}
    assert ben.entries() == []


def test_an_expired_token_opens_nothing_at_any_call(hall: Hall) -> None:
    ben = hall.seat().begin()
    hall.lane.clock.now = milliseconds(ben.attempt.sitting.closes_at) + 6 * 60 * MINUTE + 1
    told = [
        hall.lane.call(method, call, {} if method == "POST" else None, ben.token)
        for method, call in CALLS
        if call != "enter"
    ]
    assert {(reply.status, reply.type) for reply in told} == {(401, "expired_token")}


# Nonsense

CALLS = [
    ("POST", "enter"),
    ("POST", "start"),
    ("POST", "save"),
    ("POST", "pulse"),
    ("POST", "submit"),
    ("GET", "state"),
    ("GET", "result"),
]


def nonsense(seat: Seat) -> dict[str, bytes]:
    good = {"card": seat.card, "device": "d", "journal": "j", "last_seq": 0, "entries": [seat.answer(1)]}
    changed: list[dict[str, Any]] = [
        good | {name: value}
        for name in good
        for value in (None, True, -1, 1.5, 2**63, 10**18, "", "\ud800".encode("utf-16", "surrogatepass").hex(), [], {})
    ]
    bodies = {
        f"changed {place}": orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        for place, body in enumerate(changed)
    }
    return bodies | {
        "text": b"card=1&device=2",
        "half": orjson.dumps(good)[:-5],
        "a list": b"[1, 2]",
        "a number": b"1e999",
        "depth": b'{"entries":' * 2000 + b"1" + b"}" * 2000,
        "deep lists": b'{"entries": ' + b"[" * 900 + b"]" * 900 + b"}",
        "NUL": b"\0" * 100,
        "lone surrogate": b'{"card": "\\ud800", "device": "\\udfff"}',
        "not UTF-8": b'{"card": "\xff\xfe"}',
        "a number longer than any": b'{"last_seq": ' + b"9" * 5000 + b"}",
        "twice the same member": b'{"last_seq": 1, "last_seq": "x", "card": 1, "card": 2}',
        "too large": b'{"x": "' + b"x" * 65_536 + b'"}',
        "language of nonsense": b'{"lang": {"a": [1]}}',
    }


def test_no_call_falls_over_any_body(hall: Hall) -> None:
    ben = hall.seat().begin()
    for what, body in nonsense(ben).items():
        for method, call in CALLS:
            reply = hall.lane.call(method, call, body, ben.token)
            assert reply.status in (200, 400, 403, 404, 409, 413, 422, 429), (what, call, reply)
            assert "now" in reply.body


@pytest.mark.parametrize(
    "value", [b"", b"Bearer", b"Bearer ", b"bearer  x", b"Basic eDp5", b"Bearer \xff\xfe\x00", b"x" * 8000]
)
def test_no_call_falls_over_any_authorization(hall: Hall, value: bytes) -> None:
    for method, call in CALLS[1:]:
        reply = hall.lane.call(method, call, b"{}", headers=[(b"authorization", value)])
        assert (reply.status, reply.type) == (401, "bad_token")

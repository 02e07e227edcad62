"""What a room's picture is made of: the newest answer per slot, who is silent, who is stuck. Pure.

Entries may come in any order and any number of times: per slot only the highest rank counts, and a maximum does not
care. Times are integer milliseconds since the epoch."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from exams.lifecycle import ANSWERING, State

SILENCE_MS = 45_000
QUIET_MS = 300_000
LISTENING = frozenset({State.ENTERED, State.ACTIVE})


class Shown(StrEnum):
    """How a student stands in the eyes of the proctor."""

    ABSENT = "absent"
    WAITING = "waiting"
    ANSWERING = "answering"
    OFFLINE = "offline"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    VOIDED = "voided"


_SHOWN = {
    State.ASSIGNED: Shown.ABSENT,
    State.ENTERED: Shown.WAITING,
    State.ACTIVE: Shown.ANSWERING,
    State.PAUSED: Shown.PAUSED,
    State.SUBMITTED: Shown.SUBMITTED,
    State.SCORED: Shown.SUBMITTED,
    State.VOIDED: Shown.VOIDED,
}


class Place(NamedTuple):
    """An attempt's own row, as far as the picture needs it."""

    attempt_id: int
    room_id: int
    state: State
    item_count: int
    started_ms: int | None
    deadline_ms: int | None


class Entry(NamedTuple):
    """A slot's answer in the journal: its rank (see `rank`) and when it was received."""

    attempt_id: int
    slot: int
    rank: int
    received_ms: int


class Row(NamedTuple):
    """One student in the picture, as it travels to the browser."""

    attempt_id: int
    shown: str
    answered: int
    item_count: int
    quiet: bool
    deadline_ms: int | None
    fragile: bool = False


class RoomClock(NamedTuple):
    """A room's own times; None where there is no such time (yet)."""

    room_id: int
    opens_ms: int
    starts_ms: int | None
    closes_ms: int
    ended_ms: int | None


def rank(epoch: int, seq: int, answered: bool) -> int:
    """Orders the entries of a slot by (epoch, seq); the lowest bit says whether it is an answer or a clearing."""
    return epoch << 32 | seq << 1 | answered


@dataclass(slots=True)
class Seat:
    """One attempt in memory: its row, and the highest rank of each slot at the slot's index."""

    place: Place
    ranks: "array[int]" = field(default_factory=lambda: array("Q"))
    answered: int = 0
    saved_ms: int = 0
    silent: bool = False
    quiet: bool = False
    fragile: bool = False

    def shown(self) -> Shown:
        return Shown.OFFLINE if self.silent else _SHOWN[self.place.state]

    def row(self) -> Row:
        place = self.place
        shown = self.shown()
        return Row(
            place.attempt_id, shown, self.answered, place.item_count, self.quiet, place.deadline_ms, self.fragile
        )

    def answer(self, entry: Entry) -> bool:
        """Takes one entry in; says whether anything that is shown changed."""
        if entry.slot >= len(self.ranks):
            self.ranks.extend([0] * (entry.slot + 1 - len(self.ranks)))
        before = (self.answered, self.silent, self.quiet)
        known = self.ranks[entry.slot]
        if entry.rank > known:
            self.ranks[entry.slot] = entry.rank
            self.answered += (entry.rank & 1) - (known & 1)
        if entry.received_ms > self.saved_ms:
            self.saved_ms, self.silent, self.quiet = entry.received_ms, False, False
        return before != (self.answered, self.silent, self.quiet)

    def judge(self, suspect: bool, now_ms: int) -> bool:
        """Decides anew whether the student is silent or stuck; `suspect`: no pulse was heard for SILENCE_MS."""
        before = (self.silent, self.quiet)
        place = self.place
        self.silent = suspect and place.state in LISTENING and now_ms - self.saved_ms > SILENCE_MS
        stuck = place.state == State.ACTIVE and not self.silent and self.answered < place.item_count
        self.quiet = stuck and now_ms - max(self.saved_ms, place.started_ms or now_ms) > QUIET_MS
        return before != (self.silent, self.quiet)


class Fold:
    """The rooms that are followed; `changed` names those whose picture is no longer what was last taken."""

    def __init__(self) -> None:
        self.seats: dict[int, Seat] = {}
        self.rooms: defaultdict[int, set[int]] = defaultdict(set)
        self.changed: set[int] = set()

    def place(self, places: Iterable[Place]) -> None:
        """Takes attempts' rows in, new or changed."""
        for place in places:
            seat = self.seats.get(place.attempt_id)
            if seat is None:
                self.seats[place.attempt_id] = Seat(place)
                self.rooms[place.room_id].add(place.attempt_id)
            elif seat.place != place:
                if seat.place.state != place.state:
                    seat.silent = seat.quiet = False
                seat.place = place
            else:
                continue
            self.changed.add(place.room_id)

    def answer(self, entries: Iterable[Entry]) -> None:
        """Takes journal entries in; those of attempts that are not followed are passed over."""
        for entry in entries:
            seat = self.seats.get(entry.attempt_id)
            if seat is not None and seat.answer(entry):
                self.changed.add(seat.place.room_id)

    def renew(self, attempt_ids: Iterable[int], entries: Iterable[Entry]) -> None:
        """Begins these attempts' journals anew: what counts of them may have become less, too."""
        for attempt_id in attempt_ids:
            seat = self.seats.get(attempt_id)
            if seat is not None:
                seat.ranks, seat.answered = array("Q"), 0
                self.changed.add(seat.place.room_id)
        self.answer(entries)

    def judge(self, suspects: set[int], now_ms: int) -> None:
        """Decides for everybody who is silent and who is stuck."""
        for attempt_id, seat in self.seats.items():
            if seat.judge(attempt_id in suspects, now_ms):
                self.changed.add(seat.place.room_id)

    def weaken(self, fragile: set[int]) -> None:
        """Takes in whose devices keep no answers of their own; those who are at work are shown so."""
        for attempt_id, seat in self.seats.items():
            now = attempt_id in fragile and seat.place.state in ANSWERING | LISTENING
            if now != seat.fragile:
                seat.fragile = now
                self.changed.add(seat.place.room_id)

    def keep(self, room_ids: set[int]) -> None:
        """Forgets the rooms that are followed no longer."""
        for room_id in set(self.rooms) - room_ids:
            for attempt_id in self.rooms.pop(room_id):
                del self.seats[attempt_id]
            self.changed.discard(room_id)

    def unknown(self, attempt_ids: Iterable[int]) -> set[int]:
        """Those of `attempt_ids` that are not followed yet."""
        return {attempt_id for attempt_id in attempt_ids if attempt_id not in self.seats}

    def rows(self, room_id: int) -> list[Row]:
        """The picture of one room, by attempt."""
        return [self.seats[attempt_id].row() for attempt_id in sorted(self.rooms.get(room_id, ()))]


def picture(rows: list[Row], clock: RoomClock, news: int, now_ms: int) -> dict[str, Any]:
    """One room at one instant, as JSON: what the socket pushes and the snapshot answers. Opaque ids, no names.
    `news` is the id of the last event worth telling; the page fetches its lists again when it grows."""
    return {
        "at": now_ms,
        "rows": rows,
        "clock": {
            "opens_at": clock.opens_ms,
            "starts_at": clock.starts_ms,
            "closes_at": clock.closes_ms,
            "ended_at": clock.ended_ms,
        },
        "news": news,
    }


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many are shown as what; every word is there, and `all`. Whoever is voided counts in no other."""
    found = {shown.value: 0 for shown in Shown}
    for row in rows:
        found[row.shown] += 1
    found["all"] = sum(found.values()) - found[Shown.VOIDED]
    return found


class Watchers:
    """Which rooms somebody watches: whoever watches says so now and then, and is believed for `trust_ms`."""

    def __init__(self, trust_ms: int) -> None:
        self.trust_ms = trust_ms
        self.said: dict[int, int] = {}

    def heard(self, room_id: int, now_ms: int) -> None:
        """Somebody said that they watch this room."""
        self.said[room_id] = now_ms

    def wanted(self, now_ms: int) -> set[int]:
        """The rooms that are watched."""
        self.said = {room_id: said for room_id, said in self.said.items() if now_ms - said <= self.trust_ms}
        return set(self.said)


class Pace:
    """When each room was told last."""

    def __init__(self) -> None:
        self.sent: dict[int, int] = {}

    def due(self, room_ids: Iterable[int], now_ms: int, spacing_ms: int) -> list[int]:
        """Those of `room_ids` that may be told again, each at most once in `spacing_ms`, the longest untold first."""
        waiting = [(self.sent.get(room_id, 0), room_id) for room_id in room_ids]
        return [room_id for sent, room_id in sorted(waiting) if now_ms - sent >= spacing_ms]

    def keep(self, room_ids: set[int]) -> None:
        self.sent = {room_id: sent for room_id, sent in self.sent.items() if room_id in room_ids}


class Tail:
    """Where to read on in a table by id: numbers are given before rows are committed, so reading starts again at the
    highest id seen `overlap_ms` ago, and what was read already is passed over."""

    def __init__(self, floor: int, overlap_ms: int) -> None:
        self.floor = floor
        self.overlap_ms = overlap_ms
        self.marks: list[tuple[int, int]] = []
        self.seen: set[int] = set()

    def fresh(self, ids: Iterable[int], now_ms: int) -> set[int]:
        """Those of `ids` not seen before; moves the floor up behind the overlap."""
        new = set(ids) - self.seen
        self.seen |= new
        if new:
            self.marks.append((now_ms, max(new)))
        while self.marks and now_ms - self.marks[0][0] > self.overlap_ms:
            self.floor = max(self.floor, self.marks.pop(0)[1])
        self.seen = {seen for seen in self.seen if seen > self.floor}
        return new

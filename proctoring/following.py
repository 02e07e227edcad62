"""Follows the journal's tail for all rooms that somebody watches and tells their boards what moved.

One follower works, whoever holds the advisory lock; others stand by. It may fail without harm: without it, without
Valkey or without PostgreSQL the exam goes on and the room pages ask for themselves."""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import Error, connection
from redis.exceptions import RedisError

from proctoring import fold, journal

LOCK = 0x70726F63746F72
TICK_S = 1.0
RETRY_S = 2.0
SPACING_MS = 2_000
# With a whole city's rooms open at once each is told less often, so that boards never take the machine from the lane.
PICTURES_PER_SECOND = 250
BEAT_MS = 5_000
# A socket says every half minute that its room is watched (see consumers); the room is followed a while longer.
TRUST_MS = 100_000
# Entries are stamped on arrival and committed a little later: the tail is read again from this far back, and now and
# then from much farther, for whatever a held lock kept waiting.
OVERLAP = timedelta(seconds=3)
WIDE_OVERLAP = timedelta(seconds=60)
ID_OVERLAP_MS = 10_000
ID_OVERLAP = 1_000
# How often the wide tail is read, and how often clocks and silence are looked at.
WIDE_MS = 10_000
JUDGE_MS = 5_000
# A morning's rooms all begin at once: so many are loaded in one reading.
LOADED_AT_ONCE = 50
BEAT_GROUP = "rooms.beat"
WATCH_GROUP = "rooms.watch"

logger = logging.getLogger(__name__)
Message = tuple[str, dict[str, Any]]


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return int(at.timestamp() * 1000)


def group(room_id: int) -> str:
    """The channel layer's group of one room's watchers."""
    return f"room.{room_id}"


class Follower:
    """What is known of the watched rooms; `read` brings it up to date, `messages` says what is to be told."""

    def __init__(self) -> None:
        self.fold = fold.Fold()
        self.pace = fold.Pace()
        self.clocks: dict[int, fold.RoomClock] = {}
        self.news: dict[int, int] = {}
        self.events = fold.Tail(0, ID_OVERLAP_MS)
        self.attempts = fold.Tail(0, ID_OVERLAP_MS)
        self.read_to: datetime | None = None
        self.read_ms = self.wide_ms = self.judged_ms = self.beat_ms = 0

    def read(self, now: datetime, wanted: Collection[int]) -> None:
        """Reads what is new in the rooms that are wanted. Raises django.db.Error; then a new follower must begin."""
        now_ms = milliseconds(now)
        if not wanted:
            self._rest(now_ms)
            return
        if self.read_to is None:
            self._begin(now)
        self._choose_rooms(set(wanted), now_ms)
        self._read_places(now_ms)
        self._read_entries(now)
        if now_ms - self.judged_ms >= JUDGE_MS:
            self._judge(now)
        self.read_ms = now_ms

    def _rest(self, now_ms: int) -> None:
        """Nobody watches: nothing is read, all is forgotten; the beat only wants to know that the database is there."""
        if now_ms - self.beat_ms >= BEAT_MS:
            journal.last_event()
        self.fold.keep(set())
        self.clocks, self.read_to = {}, None
        self.read_ms = now_ms

    def _begin(self, now: datetime) -> None:
        """Takes its bearings before the first rooms are loaded, so that nothing falls between."""
        self.events = fold.Tail(journal.last_event() - ID_OVERLAP, ID_OVERLAP_MS)
        self.attempts = fold.Tail(journal.last_attempt() - ID_OVERLAP, ID_OVERLAP_MS)
        self.read_to = now

    def _choose_rooms(self, wanted: set[int], now_ms: int) -> None:
        """Loads rooms that are watched newly, forgets those that are watched no longer."""
        new = sorted(wanted - set(self.clocks))[:LOADED_AT_ONCE]
        if new:
            self.clocks.update(journal.clocks(new))
            self._load(journal.places_in(new))
            self.news.update(journal.news(new))
            self.judged_ms = 0
        gone = set(self.clocks) - wanted
        if gone:
            self.clocks = {room_id: clock for room_id, clock in self.clocks.items() if room_id in wanted}
            self.fold.keep(wanted)
            self.pace.keep(wanted)

    def _load(self, places: Iterable[fold.Place]) -> None:
        places = list(places)
        self.fold.place(places)
        self.fold.answer(journal.entries_of([place.attempt_id for place in places]))

    def _read_places(self, now_ms: int) -> None:
        """Attempts that something happened to, and attempts that are new."""
        events = {event: (attempt, news) for event, attempt, news in journal.events_after(self.events.floor)}
        fresh = self.events.fresh(events, now_ms)
        touched = {events[event][0] for event in fresh}
        touched |= self.attempts.fresh(journal.attempts_after(self.attempts.floor), now_ms)
        places = [place for place in journal.places_of(sorted(touched)) if place.room_id in self.clocks]
        new = self.fold.unknown(place.attempt_id for place in places)
        self.fold.place(place for place in places if place.attempt_id not in new)
        self._load(place for place in places if place.attempt_id in new)
        told = [(event, events[event][0]) for event in sorted(fresh) if events[event][1]]
        acted_on = sorted({attempt for _, attempt in told if attempt in self.fold.seats} - new)
        self.fold.renew(acted_on, journal.entries_of(acted_on))
        self._remember_news(told)

    def _remember_news(self, events: Iterable[tuple[int, int]]) -> None:
        for event, attempt_id in events:
            seat = self.fold.seats.get(attempt_id)
            if seat is not None:
                self.news[seat.place.room_id] = max(event, self.news.get(seat.place.room_id, 0))
                self.fold.changed.add(seat.place.room_id)

    def _read_entries(self, now: datetime) -> None:
        """The journal's tail; where the last reading was long ago, from there on."""
        wide = milliseconds(now) - self.wide_ms >= WIDE_MS
        since = (self.read_to or now) - (WIDE_OVERLAP if wide else OVERLAP)
        self.fold.answer(journal.entries_since(since, self.fold.seats))
        self.read_to = now
        if wide:
            journal.summarize()
            self.wide_ms = milliseconds(now)

    def _judge(self, now: datetime) -> None:
        """Who is silent, who is stuck, and whether a clock was changed."""
        clocks = journal.clocks(self.clocks)
        self.fold.changed |= {room_id for room_id, clock in clocks.items() if clock != self.clocks[room_id]}
        self.clocks = clocks
        cutoff = now - timedelta(milliseconds=fold.SILENCE_MS)
        self.judged_ms = milliseconds(now)
        self.fold.judge(journal.suspects(list(clocks), cutoff), self.judged_ms)
        self.fold.weaken(journal.fragile(list(clocks)))

    def messages(self, now: datetime) -> list[Message]:
        """The pictures that are due, and every few seconds a beat: the word that the last pictures of the rooms named
        in it still hold."""
        now_ms = milliseconds(now)
        spacing_ms = max(SPACING_MS, 1_000 * len(self.clocks) // PICTURES_PER_SECOND)
        due = [one for one in self.pace.due(self.fold.changed, now_ms, spacing_ms) if one in self.clocks]
        found = [(group(room_id), self._message(room_id)) for room_id in due]
        if now_ms - self.beat_ms >= BEAT_MS:
            found.append((BEAT_GROUP, {"type": "rooms.beat", "at": self.read_ms, "rooms": sorted(self.clocks)}))
        return found

    def _message(self, room_id: int) -> dict[str, Any]:
        """One room as the browser gets it, put into words once for all who watch."""
        rows, news = self.fold.rows(room_id), self.news.get(room_id, 0)
        picture = fold.picture(rows, self.clocks[room_id], news, self.read_ms)
        return {"type": "room.picture", "room": room_id, "text": json.dumps(picture, separators=(",", ":"))}

    def told(self, message: dict[str, Any], now: datetime) -> None:
        """Remembers that a message has gone out."""
        if message["type"] == "rooms.beat":
            self.beat_ms = milliseconds(now)
            return
        self.fold.changed.discard(message["room"])
        self.pace.sent[message["room"]] = milliseconds(now)


def _begin_or_read(follower: Follower | None, now: datetime, wanted: Collection[int]) -> Follower | None:
    """One step with the database: None while another follower holds the lock."""
    if follower is None:
        if not journal.take_lock(LOCK):
            return None
        logger.info("following the journal")
        follower = Follower()
    follower.read(now, wanted)
    return follower


def _let_go() -> None:
    """Closes this thread's connection, and with it the lock."""
    connection.close()


async def _publish(follower: Follower, now: datetime) -> None:
    """Sends what is due; stops at the first failure, what was not sent stays due."""
    layer = get_channel_layer()
    for name, message in follower.messages(now):
        async with asyncio.timeout(TICK_S):
            await layer.group_send(name, message)
        follower.told(message, now)


async def _hear_watchers(watchers: fold.Watchers, read_clock: Callable[[], datetime]) -> None:
    """Learns from the sockets which rooms are watched; tries again as long as Valkey is gone."""
    layer = get_channel_layer()
    while True:
        try:
            name = await layer.new_channel()
            await layer.group_add(WATCH_GROUP, name)
            while True:
                watchers.heard((await layer.receive(name))["room"], milliseconds(read_clock()))
        except (RedisError, OSError):
            await asyncio.sleep(RETRY_S)


class Trouble:
    """Says once that something is gone and once that it is back, not every second."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.there = True

    def gone(self, why: BaseException) -> None:
        if self.there:
            logger.warning("%s is gone, trying again: %s", self.what, str(why).strip() or type(why).__name__)
        self.there = False

    def back(self) -> None:
        if not self.there:
            logger.info("%s is back", self.what)
        self.there = True


async def follow(stop: asyncio.Event, read_clock: Callable[[], datetime]) -> None:
    """Follows until `stop` is set. Loses PostgreSQL: begins anew when it is back. Loses Valkey: goes on reading."""
    database, valkey = Trouble("PostgreSQL"), Trouble("Valkey")
    watchers = fold.Watchers(TRUST_MS)
    hearing = asyncio.create_task(_hear_watchers(watchers, read_clock))
    follower: Follower | None = None
    while not stop.is_set():
        pause = TICK_S
        if hearing.done():
            hearing.result()
        try:
            wanted = watchers.wanted(milliseconds(read_clock()))
            follower = await sync_to_async(_begin_or_read)(follower, read_clock(), wanted)
            database.back()
            if follower is not None:
                await _publish(follower, read_clock())
                valkey.back()
        except Error as error:
            database.gone(error)
            follower, pause = None, RETRY_S
            await sync_to_async(_let_go)()
        except (RedisError, OSError, TimeoutError) as error:
            valkey.gone(error)
        await _wait(stop, pause)
    hearing.cancel()
    await asyncio.wait([hearing])
    await sync_to_async(_let_go)()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return

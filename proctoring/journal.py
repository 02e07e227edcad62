"""Reads the tables of exams for the board and the follower: rooms, attempts, ranks of the journal, silence.

Reads only, mostly in SQL, in few round trips; what the rows mean is decided in `fold`."""

import json
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection

from exams.lane.statements import LEFT_OUT
from exams.lifecycle import State
from proctoring.fold import Entry, Place, RoomClock

# What everybody does is no news for the list of events.
ROUTINE = ["enter", "start", "submit", "expire", "score", "report", "go"]
CHUNK = 2_000

_MS = "(extract(epoch from {}) * 1000)::bigint"
_RANK = "(epoch::bigint << 32) | (seq::bigint << 1) | (response <> '[]'::jsonb)::int"
_PLACE = f"""
    SELECT a.id, a.room_id, a.state, p.item_count, {_MS.format("a.started_at")}, {_MS.format("a.deadline_at")}
    FROM exams_attempt a JOIN exams_paper p ON p.id = a.paper_id WHERE a.
"""  # noqa: S608 - constants of this module only


@contextmanager
def _rows(sql: str, *values: Any) -> Iterator[Iterable[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield cursor


def _ids(sql: str, *values: Any) -> list[int]:
    with _rows(sql, *values) as rows:
        return [row[0] for row in rows]


_ROOM = f"""
    SELECT r.id, {_MS.format("s.opens_at")},
           coalesce({_MS.format("r.go_at")}, {_MS.format("s.starts_at")} + r.delay_ms),
           {_MS.format("s.closes_at")} + r.delay_ms, {_MS.format("r.ended_at")}
    FROM exams_room r JOIN exams_sitting s ON s.id = r.sitting_id
"""  # noqa: S608 - constants of this module only


def clocks(room_ids: Collection[int]) -> dict[int, RoomClock]:
    """The clocks of these rooms; those that do not exist are not in it."""
    with _rows(_ROOM + "WHERE r.id = ANY(%s)", list(room_ids)) as rows:
        return {row[0]: RoomClock(*row) for row in rows}


def _places(condition: str, ids: Sequence[int]) -> list[Place]:
    with _rows(_PLACE + condition, list(ids)) as rows:
        return [Place(row[0], row[1], State(row[2]), *row[3:]) for row in rows]


def places_in(room_ids: Sequence[int]) -> list[Place]:
    """The attempts of these rooms."""
    return _places("room_id = ANY(%s)", room_ids)


def places_of(attempt_ids: Sequence[int]) -> list[Place]:
    """These attempts."""
    return _places("id = ANY(%s)", attempt_ids)


def entries_of(attempt_ids: Sequence[int]) -> Iterator[Entry]:
    """Per slot of these attempts the entry that counts, whole journals folded by the database."""
    sql = f"""
        SELECT attempt_id, slot, max({_RANK}), max({_MS.format("received_at")})
        FROM exams_journalentry j WHERE attempt_id = ANY(%s) AND slot IS NOT NULL AND NOT {LEFT_OUT}
        GROUP BY attempt_id, slot
    """  # noqa: S608 - constants of this module only
    for start in range(0, len(attempt_ids), CHUNK):
        with _rows(sql, list(attempt_ids[start : start + CHUNK])) as rows:
            yield from (Entry(*row) for row in rows)


def entries_since(since: datetime, attempt_ids: Container[int]) -> list[Entry]:
    """Answers of these attempts received from `since` on. The BRIN index on received_at finds their pages; everybody's
    are read and the others passed over here, which is cheaper than naming the attempts in the query (3 ms for 5,600
    entries, against 33 ms with 2,250 attempts named)."""
    sql = f"""
        SELECT attempt_id, slot, {_RANK}, {_MS.format("received_at")}
        FROM exams_journalentry j WHERE received_at >= %s AND slot IS NOT NULL AND NOT {LEFT_OUT}
    """  # noqa: S608 - constants of this module only
    with _rows(sql, since) as rows:
        return [Entry(*row) for row in rows if row[0] in attempt_ids]


def responses_of(attempt_id: int) -> dict[int, list[Any]]:
    """slot -> the response that counts, of one attempt."""
    sql = f"""
        SELECT DISTINCT ON (slot) slot, response::text
        FROM exams_journalentry j WHERE attempt_id = %s AND slot IS NOT NULL AND NOT {LEFT_OUT}
        ORDER BY slot, epoch DESC, seq DESC
    """  # noqa: S608 - constants of these modules only
    with _rows(sql, attempt_id) as rows:
        return {slot: json.loads(response) for slot, response in rows}


def summarize() -> None:
    """Lets the BRIN index know the journal's newest pages, so that reading the tail stays short between vacuums.
    Gives up at once where a vacuum is at work, which does the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        with suppress(OperationalError):
            cursor.execute("SELECT brin_summarize_new_values('journal_entry_tail'::regclass)")
        cursor.execute("RESET lock_timeout")


def last_event() -> int:
    """The highest id of an event."""
    return _ids("SELECT coalesce(max(id), 0) FROM exams_attemptevent")[0]


def last_attempt() -> int:
    """The highest id of an attempt."""
    return _ids("SELECT coalesce(max(id), 0) FROM exams_attempt")[0]


def events_after(event_id: int) -> list[tuple[int, int, bool]]:
    """Events with a higher id: id, attempt, whether it is news."""
    sql = "SELECT id, attempt_id, event <> ALL(%s) FROM exams_attemptevent WHERE id > %s"
    with _rows(sql, ROUTINE, event_id) as rows:
        return [(row[0], row[1], row[2]) for row in rows]


def attempts_after(attempt_id: int) -> list[int]:
    """Attempts with a higher id."""
    return _ids("SELECT id FROM exams_attempt WHERE id > %s", attempt_id)


def news(room_ids: Sequence[int]) -> dict[int, int]:
    """Per room the id of the last event that is news."""
    sql = """
        SELECT a.room_id, max(e.id) FROM exams_attemptevent e JOIN exams_attempt a ON a.id = e.attempt_id
        WHERE a.room_id = ANY(%s) AND e.event <> ALL(%s) GROUP BY a.room_id
    """
    with _rows(sql, list(room_ids), ROUTINE) as rows:
        return dict(rows)


def suspects(room_ids: Sequence[int], heard_before: datetime) -> set[int]:
    """Attempts of these rooms that wait or answer and of which nothing was heard since `heard_before`."""
    sql = """
        SELECT a.id FROM exams_attempt a LEFT JOIN exams_presence p ON p.attempt_id = a.id
        WHERE a.room_id = ANY(%s) AND a.state IN ('entered', 'active')
          AND greatest(p.heard_at, a.entered_at, a.started_at) < %s
    """
    return set(_ids(sql, list(room_ids), heard_before))


def fragile(room_ids: Sequence[int]) -> set[int]:
    """Attempts of these rooms whose present device has said that it keeps no answers itself."""
    sql = """
        SELECT a.id FROM exams_attempt a JOIN exams_journalentry j ON j.attempt_id = a.id AND j.epoch = a.epoch
        WHERE a.room_id = ANY(%s) AND j.event = 'storage_lost'
    """
    return set(_ids(sql, list(room_ids)))


def take_lock(key: int) -> bool:
    """Whether this connection is now the one that holds the advisory lock `key`; it is held until it closes."""
    with _rows("SELECT pg_try_advisory_lock(%s)", key) as rows:
        return bool(next(iter(rows))[0])

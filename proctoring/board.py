"""One room's picture, read whole from the database: what the page begins with and what it polls for."""

from datetime import datetime, timedelta
from typing import Any

from proctoring import fold, journal


def rows(room_id: int, now: datetime) -> list[fold.Row]:
    """How every student of the room stands, by attempt; four queries."""
    room = fold.Fold()
    room.place(journal.places_in([room_id]))
    room.answer(journal.entries_of(list(room.seats)))
    silent = journal.suspects([room_id], now - timedelta(milliseconds=fold.SILENCE_MS))
    room.judge(silent, int(now.timestamp() * 1000))
    room.weaken(journal.fragile([room_id]))
    return room.rows(room_id)


def picture(room_id: int, now: datetime) -> dict[str, Any]:
    """The room as JSON, the very shape that the follower pushes; six queries."""
    news = journal.news([room_id]).get(room_id, 0)
    return fold.picture(rows(room_id, now), journal.clocks([room_id])[room_id], news, int(now.timestamp() * 1000))

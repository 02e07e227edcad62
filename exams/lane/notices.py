"""The notices that students are to be told: of their sitting, their room, or their own attempt. In memory, pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from exams.lane.times import milliseconds

# A notice is given again and again for so long; clients show each id once.
TOLD_FOR_MS = 20 * 60_000
# Read again so far back every second, because a row may become visible later than its instant says.
OVERLAP = timedelta(seconds=30)
AT_MOST = 20

Told = dict[str, Any]
Place = tuple[str, int]


class Board:
    """Which notices hang where; a place is a sitting, a room or an attempt."""

    def __init__(self) -> None:
        self._hanging: dict[Place, dict[int, Told]] = {}
        self._places: dict[int, set[Place]] = {}

    @staticmethod
    def horizon(now: datetime | None) -> datetime:
        """From which instant on notices have to be read; all of a sitting that was not read before (None)."""
        return datetime(1970, 1, 1, tzinfo=UTC) if now is None else now - OVERLAP

    def put(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Hangs up rows of (id, sitting, room, attempt, kind, text, data, at)."""
        for id_, sitting_id, room_id, attempt_id, kind, text, data, at in rows:
            place = ("sitting", sitting_id)
            if attempt_id is not None:
                place = ("attempt", attempt_id)
            elif room_id is not None:
                place = ("room", room_id)
            self._places.setdefault(sitting_id, set()).add(place)
            told = {"id": id_, "kind": kind, "text": text, "data": data, "at": milliseconds(at)}
            self._hanging.setdefault(place, {})[id_] = told

    def forget(self, sitting_id: int) -> None:
        """Takes down what hangs for a sitting and everybody in it."""
        for place in self._places.pop(sitting_id, ()):
            self._hanging.pop(place, None)

    def told(self, sitting_id: int, room_id: int, attempt_id: int, now: int) -> list[Told]:
        """What this attempt is to be told now, oldest first, at most the last twenty."""
        if sitting_id not in self._places:
            return []
        found: list[Told] = []
        for place in (("sitting", sitting_id), ("room", room_id), ("attempt", attempt_id)):
            hanging = self._hanging.get(place)
            if hanging:
                found += [told for told in hanging.values() if told["at"] > now - TOLD_FOR_MS]
        found.sort(key=lambda told: (told["at"], told["id"]))
        return found[-AT_MOST:]

"""The notices that students are to be told: of their sitting, their room, or their own attempt. In memory, pure."""

from collections.abc import Iterable, Iterator
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
        self._read: dict[int, datetime] = {}
        self._ranges = "{}"

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
            if id_ not in self._read:
                self._read[id_], self._ranges = at, ""

    def known(self, since: datetime) -> str:
        """The ids of notices after `since` that hang here already, as a multirange for the database: it need not tell
        them again. A city's compensation is fifty thousand of them, with ids in a row."""
        if any(at <= since for at in self._read.values()):
            self._read = {id_: at for id_, at in self._read.items() if at > since}
            self._ranges = ""
        if not self._ranges:
            self._ranges = "{" + ",".join(f"[{first},{last}]" for first, last in _runs(sorted(self._read))) + "}"
        return self._ranges

    def forget(self, sitting_id: int) -> None:
        """Takes down what hangs for a sitting and everybody in it."""
        for place in self._places.pop(sitting_id, ()):
            for id_ in self._hanging.pop(place, ()):
                self._read.pop(id_, None)
        self._ranges = ""

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


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as (first, last) of every run without a gap."""
    first = last = None
    for number in numbers:
        if last is not None and first is not None and number != last + 1:
            yield first, last
            first = number
        first = number if first is None else first
        last = number
    if first is not None and last is not None:
        yield first, last

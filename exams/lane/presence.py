"""When every student's device was last heard: gathered in memory, written at most every 15 s per attempt, over a
connection that does not wait for the disk. Losing the last seconds of it costs nobody an answer."""

from functools import partial
from typing import Any

from exams.lane import statements
from exams.lane.connection import Connection
from exams.lane.database import Link, document

WRITTEN_EVERY_S = 15
AT_ONCE = 2_000


class Presence:
    """Who was heard since the last writing. `due` sorts attempts by the second in which they may be written."""

    def __init__(self, link: Link, silence_ms: int) -> None:
        self._link = link
        self._silence_ms = silence_ms
        self._heard: dict[int, int] = {}
        self._written: dict[int, int] = {}
        self._due: dict[int, list[int]] = {}

    def hear(self, attempt_id: int, now: int) -> None:
        """The attempt's device was heard at `now` (ms)."""
        if attempt_id not in self._heard:
            second = max(now // 1000, self._written.get(attempt_id, 0) + WRITTEN_EVERY_S)
            self._due.setdefault(second, []).append(attempt_id)
        self._heard[attempt_id] = now

    async def write(self, now: int) -> None:
        """Writes what is due. Raises OutcomeUnknown; what was not written then waits for the next time."""
        second = now // 1000
        due = [id_ for when in [when for when in self._due if when <= second] for id_ in self._due.pop(when)]
        for start in range(0, len(due), AT_ONCE):
            some = due[start : start + AT_ONCE]
            heard = [{"attempt_id": id_, "at": self._heard[id_]} for id_ in some]
            try:
                await self._link.run(partial(_write, heard=heard, silence_ms=self._silence_ms))
            except BaseException:
                self._due.setdefault(second + 1, []).extend(due[start:])
                raise
            for id_ in some:
                self._written[id_] = second
                del self._heard[id_]

    def forget(self, now: int) -> None:
        """Drops attempts that were silent for so long that they may be written at once again."""
        oldest = now // 1000 - WRITTEN_EVERY_S
        self._written = {id_: second for id_, second in self._written.items() if second > oldest}


async def _write(connection: Connection, *, heard: list[dict[str, Any]], silence_ms: int) -> None:
    await connection.rows(statements.HEARD, document(heard), silence_ms)

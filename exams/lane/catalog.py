"""What is the same for many students, kept in memory: sittings, rooms, papers, notices. Read by id when first asked
for, read again every second; what nobody asked for during ten minutes is dropped."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from exams import sealing
from exams.lane import statements
from exams.lane.connection import Connection, Row
from exams.lane.database import Link, array
from exams.lane.groupcommit import OutcomeUnknown
from exams.lane.notices import Board
from exams.lane.rows import Paper, Room, Sealing, Sitting, checks
from schools import grades
from schools.grades import Stage

UNUSED_AFTER_S = 600.0
AT_WORK_FOR_S = 3.0


class Gone(Exception):
    """What a token names is no longer in the database."""


class Catalog:
    """The things by id. `sitting`, `room` and `paper` answer from memory, or read once for all who wait."""

    def __init__(self, link: Link, today: Callable[[], date], seconds: Callable[[], float], secret: str) -> None:
        self._link = link
        self._secret = secret
        self._today = today
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._sittings: dict[int, Sitting] = {}
        self._rooms: dict[int, Room] = {}
        self._papers: dict[int, Paper] = {}
        self._keys: dict[int, dict[str, Any]] = {}
        self._at_work: dict[int, tuple[float, bool]] = {}
        self._used: dict[int, float] = {}
        self.board = Board()

    async def sitting(self, id_: int) -> Sitting:
        """Raises Gone."""
        self._used[id_] = self._seconds()
        if id_ not in self._sittings:
            await self._wait_for(self._sittings, id_, self._read_sittings)
        return self._sittings[id_]

    async def room(self, id_: int) -> Room:
        """Raises Gone."""
        if id_ not in self._rooms:
            await self._wait_for(self._rooms, id_, self._read_rooms)
        return self._rooms[id_]

    async def paper(self, id_: int) -> Paper:
        """Raises Gone."""
        if id_ not in self._papers:
            await self._wait_for(self._papers, id_, self._read_papers)
        return self._papers[id_]

    async def keys(self, paper_id: int) -> dict[str, Any]:
        """The slots' keys of a paper; asked for only once they are released. Raises Gone."""
        if paper_id not in self._keys:
            await self._wait_for(self._keys, paper_id, self._read_keys)
        return self._keys[paper_id]

    async def at_work(self, exam_id: int, now: int) -> bool:
        """Whether somebody is still at work in the exam, as of at most three seconds ago."""
        known = self._at_work.get(exam_id)
        if known is None or known[0] < self._seconds():
            async with self._lock:
                found = await self._link.run(lambda connection: connection.rows(statements.AT_WORK, exam_id, now))
            known = self._at_work[exam_id] = (self._seconds() + AT_WORK_FOR_S, bool(found[0][0]))
        return known[1]

    async def _wait_for(
        self, things: dict[int, Any], id_: int, read: Callable[[Connection, list[int]], Awaitable[None]]
    ) -> None:
        async with self._lock:
            if id_ not in things:
                await self._link.run(lambda connection: read(connection, [id_]))
        if id_ not in things:
            raise Gone

    async def refresh(self, now: datetime) -> None:
        """Reads again what may have changed: the sittings and their exams, and the notices."""
        oldest = self._seconds() - UNUSED_AFTER_S
        for id_ in [id_ for id_ in self._sittings if self._used.get(id_, 0.0) < oldest]:
            del self._sittings[id_]
            self.board.forget(id_)
        ids = list(self._sittings)
        if not ids:
            return
        try:
            async with self._lock:
                await self._link.run(lambda connection: self._read_sittings(connection, ids))
                await self._link.run(lambda connection: self._read_notices(connection, ids, now))
        except OutcomeUnknown:
            return

    async def _read_sittings(self, connection: Connection, ids: list[int]) -> None:
        found = {row[0]: Sitting(*row) for row in await _read(connection, statements.SITTINGS, ids)}
        fresh = [id_ for id_ in found if id_ not in self._sittings]
        self._sittings.update(found)
        for id_ in set(ids).difference(found):
            self._sittings.pop(id_, None)
        if fresh:
            await self._read_notices(connection, fresh, None)

    async def _read_notices(self, connection: Connection, ids: list[int], now: datetime | None) -> None:
        since = self.board.horizon(now)
        known = "{}" if now is None else self.board.known(since)
        self.board.put(await connection.rows(statements.NOTICES, array(ids), since, known))

    async def _read_rooms(self, connection: Connection, ids: list[int]) -> None:
        for row in await _read(connection, statements.ROOMS, ids):
            self._rooms[row[0]] = _room(row, self._today())

    async def _read_papers(self, connection: Connection, ids: list[int]) -> None:
        for id_, sha256, item_count, content in await _read(connection, statements.PAPERS, ids):
            sealing_ = self._sealing(content)
            self._papers[id_] = Paper(id_, sha256, item_count, content, checks(content), sealing_, _is_heard(content))

    def _sealing(self, content: dict[str, Any]) -> Sealing:
        sealed = sealing.seal(sealing.file_bytes(content), self._secret)
        return Sealing(sealed.sha256, sealed.key, sealed.plain_name)

    async def _read_keys(self, connection: Connection, ids: list[int]) -> None:
        for id_ in ids:
            for (keys,) in await connection.rows(statements.KEYS, id_):
                self._keys[id_] = keys["slots"]


async def _read(connection: Connection, statement: str, ids: list[int]) -> list[Row]:
    return await connection.rows(statement, array(ids))


def _room(row: Row, today: date) -> Room:
    id_, name, stage, entry_year, class_number, school = row
    if entry_year is not None and class_number is not None:
        name = grades.class_name(Stage(stage), entry_year, class_number, today)
    return Room(id_, name, school)


def _is_heard(content: dict[str, Any]) -> bool:
    """Whether the paper has sounds."""
    return any(media["type"].startswith("audio/") for media in content["media"].values())

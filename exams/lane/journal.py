"""Reads whole journals of many attempts at once."""

from collections.abc import Iterable

from exams.lane import statements
from exams.lane.connection import Connection
from exams.lane.database import array
from exams.lane.fold import Entry

Journals = dict[int, list[tuple[Entry, bool]]]


async def read(connection: Connection, attempt_ids: Iterable[int]) -> Journals:
    """Every entry of these attempts with whether it is kept, by attempt."""
    journals: Journals = {id_: [] for id_ in attempt_ids}
    if journals:
        for id_, epoch, seq, slot, response, kept in await connection.rows(statements.JOURNAL, array(journals)):
            journals[id_].append((Entry(epoch, seq, slot, response), kept))
    return journals

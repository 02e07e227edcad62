"""The benchmark's own look into the database: SQL of its own, nothing of the product's code."""

import os
from typing import Any, NamedTuple

import psycopg

CHUNK = 2000

# attempt -> (epoch, [(seq, slot, the one choice taken)])
Acknowledged = dict[int, tuple[int, list[tuple[int, int, str]]]]


class Verdict(NamedTuple):
    """How many answers were acknowledged, how many of them the database has as they were sent."""

    acknowledged: int
    found: int

    @property
    def lacking(self) -> int:
        return self.acknowledged - self.found


def _connect() -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def paper_slots(attempts: list[int]) -> dict[int, list[tuple[int, list[str]]]]:
    """For every attempt the slots of its paper with what may be chosen there."""
    with _connect() as connection:
        papers = {}
        for paper, content in connection.execute(
            "select id, content from exams_paper where id in (select paper_id from exams_attempt where id = any(%s))",
            [attempts],
        ):
            papers[paper] = [
                (slot["slot"], [choice["id"] for choice in slot["choices"]] or ["true", "false"])
                for section in content["sections"]
                for slot in section["slots"]
            ]
        rows = connection.execute("select id, paper_id from exams_attempt where id = any(%s)", [attempts])
        return {attempt: papers[paper] for attempt, paper in rows}


def compare(acknowledged: Acknowledged) -> Verdict:
    """Looks for every acknowledged answer, entry by entry."""
    total = sum(len(entries) for _, entries in acknowledged.values())
    found = 0
    attempts = list(acknowledged)
    with _connect() as connection:
        for start in range(0, len(attempts), CHUNK):
            some = attempts[start : start + CHUNK]
            rows = connection.execute(
                "select attempt_id, epoch, seq, slot, response->>0 from exams_journalentry where attempt_id = any(%s)",
                [some],
            )
            stored = {row[:3]: row[3:] for row in rows}
            for attempt in some:
                epoch, entries = acknowledged[attempt]
                found += sum(stored.get((attempt, epoch, seq)) == (slot, choice) for seq, slot, choice in entries)
    return Verdict(total, found)

"""Invents believable answers for a demonstration: abilities by class and student, hardness by item."""

import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from exams.models import Attempt, Paper, Sitting
from questionbank.models import Difficulty, ItemKind

Row = tuple[Any, ...]

HAND_IN = """
update exams_attempt a set state = 'submitted', epoch = 1, entered_at = n.entered_at, started_at = n.started_at,
    deadline_at = n.deadline_at, submitted_at = n.submitted_at
from unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    as n(id, entered_at, started_at, deadline_at, submitted_at)
where a.id = n.id
"""
# How much harder an item is than the average student is able, in logits.
HARDNESS = {Difficulty.EASY: -1.6, Difficulty.MEDIUM: -0.7, Difficulty.HARD: 0.3}


def answer(sitting: Sitting, chance: random.Random) -> None:
    """Lets all but a few students answer and hand in."""
    attempts = list(sitting.attempts.select_related("room").order_by("pk"))
    papers = sitting.exam.papers.prefetch_related("slots__item_version__item")
    answerable = {paper.pk: _answerable(paper) for paper in papers}
    strength = {room.pk: chance.gauss(0, 0.35) for room in sitting.rooms.all()}
    present = [attempt for attempt in attempts if chance.random() > 0.025]
    entries: list[Row] = []
    for attempt in present:
        _sit(attempt, sitting, chance)
        ability = chance.gauss(strength[attempt.room_id], 0.9)
        entries.extend(_entries(attempt, answerable[attempt.paper_id], ability, chance))
    _copy("exams_journalentry (attempt_id, epoch, seq, slot, response, at, received_at)", entries)
    _hand_in(present)


def _copy(into: str, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _hand_in(present: Sequence[Attempt]) -> None:
    """Writes what the attempts came to: tens of thousands of rows, so by one statement and not by the ORM."""
    columns = [(one.pk, one.entered_at, one.started_at, one.deadline_at, one.submitted_at) for one in present]
    with connection.cursor() as cursor:
        cursor.execute(HAND_IN, [list(column) for column in zip(*columns, strict=True)])
    events = ((one.pk, "submit", one.submitted_at) for one in present)
    _copy("exams_attemptevent (attempt_id, event, at)", events)


def _sit(attempt: Attempt, sitting: Sitting, chance: random.Random) -> None:
    started = (sitting.starts_at or sitting.opens_at) + timedelta(seconds=chance.randrange(0, 60))
    attempt.entered_at = started - timedelta(minutes=chance.randrange(2, 12))
    attempt.started_at = started
    attempt.deadline_at = started + timedelta(milliseconds=sitting.time_limit_ms)
    attempt.submitted_at = started + timedelta(seconds=chance.randrange(420, 1680))


def _answerable(paper: Paper) -> list[tuple[int, float, dict[str, Any], list[str]]]:
    """Of each slot: its number, hardness, key and the ids of all choices."""
    slots = []
    for slot in paper.slots.all():
        key = paper.keys["slots"][str(slot.slot)]
        ids = list(slot.choice_ids.values()) or ["true", "false"]
        slots.append((slot.slot, HARDNESS[Difficulty(slot.item_version.item.difficulty)], key, ids))
    return slots


def _entries(
    attempt: Attempt, slots: list[tuple[int, float, dict[str, Any], list[str]]], ability: float, chance: random.Random
) -> Iterator[Row]:
    at = attempt.started_at or attempt.sitting.opens_at
    for seq, (slot, hardness, key, ids) in enumerate(slots, start=1):
        at = at + timedelta(seconds=chance.randrange(8, 21))
        if chance.random() < 0.015:
            response: list[str] = []
        else:
            knows = chance.random() < 1 / (1 + math.exp(hardness - ability))
            response = key["key"] if knows else _wrong(key, ids, chance)
        yield attempt.pk, 1, seq, slot, json.dumps(response), at, at


def _wrong(key: dict[str, Any], ids: list[str], chance: random.Random) -> list[str]:
    """A believable wrong answer: one distractor, or a multiple choice with one too few or one too many."""
    others = [one for one in ids if one not in key["key"]]
    if key["kind"] != ItemKind.MULTIPLE_CHOICE:
        return [chance.choice(others)]
    if chance.random() < 0.6:
        kept = sorted(key["key"])
        kept.remove(chance.choice(kept))
        return kept
    return sorted([*key["key"], chance.choice(others)])

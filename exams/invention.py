"""Invents believable answers for a demonstration: abilities by class and student, hardness by item."""

import math
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from exams.lifecycle import State
from exams.models import Attempt, AttemptEvent, JournalEntry, Paper, Sitting
from questionbank.models import Difficulty, ItemKind

BATCH = 5000
# How much harder an item is than the average student is able, in logits.
HARDNESS = {Difficulty.EASY: -1.6, Difficulty.MEDIUM: -0.7, Difficulty.HARD: 0.3}


def answer(sitting: Sitting, chance: random.Random) -> None:
    """Lets all but a few students answer and hand in."""
    attempts = list(sitting.attempts.select_related("room").order_by("pk"))
    papers = sitting.exam.papers.prefetch_related("slots__item_version__item")
    answerable = {paper.pk: _answerable(paper) for paper in papers}
    strength = {room.pk: chance.gauss(0, 0.35) for room in sitting.rooms.all()}
    present = [attempt for attempt in attempts if chance.random() > 0.025]
    entries: list[JournalEntry] = []
    for attempt in present:
        _sit(attempt, sitting, chance)
        ability = chance.gauss(strength[attempt.room_id], 0.9)
        entries.extend(_entries(attempt, answerable[attempt.paper_id], ability, chance))
    JournalEntry.objects.bulk_create(entries, batch_size=BATCH)
    fields = ["state", "epoch", "entered_at", "started_at", "deadline_at", "submitted_at"]
    Attempt.objects.bulk_update(present, fields, batch_size=500)
    AttemptEvent.objects.bulk_create(
        (AttemptEvent(attempt=attempt, event="submit", at=attempt.submitted_at) for attempt in present),
        batch_size=BATCH,
    )


def _sit(attempt: Attempt, sitting: Sitting, chance: random.Random) -> None:
    started = (sitting.starts_at or sitting.opens_at) + timedelta(seconds=chance.randrange(0, 60))
    attempt.state = State.SUBMITTED
    attempt.epoch = 1
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
) -> Iterator[JournalEntry]:
    at = attempt.started_at or attempt.sitting.opens_at
    for seq, (slot, hardness, key, ids) in enumerate(slots, start=1):
        at = at + timedelta(seconds=chance.randrange(8, 21))
        if chance.random() < 0.015:
            response: list[str] = []
        else:
            knows = chance.random() < 1 / (1 + math.exp(hardness - ability))
            response = key["key"] if knows else _wrong(key, ids, chance)
        yield JournalEntry(attempt_id=attempt.pk, epoch=1, seq=seq, slot=slot, response=response, at=at, received_at=at)


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

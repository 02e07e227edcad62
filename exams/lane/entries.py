"""Reads the body of a save: a batch of answers and events, each checked before anything is stored. Pure."""

import re
from typing import Any

from exams.lane.problems import Problem
from exams.lane.rows import Paper
from exams.lane.times import clamped
from exams.lane.tokens import Claims

MOST_IN_BATCH = 200
_EVENT = re.compile(r"[a-z][a-z0-9_]{0,39}")

# One entry as the statement SAVE reads it.
Stored = dict[str, Any]


def read(document: dict[str, Any], claims: Claims, paper: Paper, received_at: int) -> list[Stored]:
    """The batch's entries in the order of their seqs. Raises Problem: invalid (with the pointer), too_many_entries."""
    batch = document.get("entries")
    if type(batch) is not list or not batch:
        raise Problem("invalid", pointer="/entries")
    if len(batch) > MOST_IN_BATCH:
        raise Problem("too_many_entries")
    stored = [_entry(entry, place, claims, paper, received_at) for place, entry in enumerate(batch)]
    first = stored[0]["seq"]
    for place, entry in enumerate(stored):
        if entry["seq"] != first + place:
            raise Problem("invalid", pointer=f"/entries/{place}/seq")
    if stored[-1]["seq"] > claims.budget:
        raise Problem("too_many_entries")
    return stored


def _entry(entry: object, place: int, claims: Claims, paper: Paper, received_at: int) -> Stored:
    if type(entry) is not dict:
        raise Problem("invalid", pointer=f"/entries/{place}")
    seq, at, event = entry.get("seq"), entry.get("at"), entry.get("event")
    if type(seq) is not int or seq < 1:
        raise Problem("invalid", pointer=f"/entries/{place}/seq")
    if type(at) is not int:
        raise Problem("invalid", pointer=f"/entries/{place}/at")
    stored: Stored = {
        "attempt_id": claims.attempt_id,
        "epoch": claims.epoch,
        "seq": seq,
        "at": clamped(at),
        "received_at": received_at,
    }
    if event is None:
        return _answer(stored, entry, place, paper)
    if type(event) is not str or not _EVENT.fullmatch(event):
        raise Problem("invalid", pointer=f"/entries/{place}/event")
    if "slot" in entry or "response" in entry:
        raise Problem("invalid", pointer=f"/entries/{place}")
    stored["event"] = event
    return stored


def _answer(stored: Stored, entry: dict[str, Any], place: int, paper: Paper) -> Stored:
    slot, response = entry.get("slot"), entry.get("response")
    if type(slot) is not int or slot not in paper.checks:
        raise Problem("invalid", pointer=f"/entries/{place}/slot")
    if not paper.accepts(slot, response):
        raise Problem("invalid", pointer=f"/entries/{place}/response")
    stored["slot"] = slot
    stored["response"] = response
    return stored

"""The shapes that several calls answer with. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exams import layout
from exams.lane import admission, fold
from exams.lane.fold import Entry
from exams.lane.rows import Attempt, Paper, Room, Sitting
from exams.lane.times import milliseconds


def student(row: Attempt, room: Room) -> dict[str, Any]:
    return {"name": row.student_name, "class": room.class_name, "school": room.school_name}


def sitting(row: Attempt, of: Sitting, paper: Paper) -> dict[str, Any]:
    """The sitting as this student has it: own start, own time limit."""
    return {
        "title": of.title,
        "start_mode": of.start_mode,
        "opens_at": milliseconds(of.opens_at),
        "starts_at": milliseconds(admission.own_start(row, of)),
        "closes_at": milliseconds(of.closes_at),
        "time_limit_ms": of.time_limit_ms + row.extra_ms,
        "item_count": paper.item_count,
    }


def paper(of: Paper) -> dict[str, Any]:
    return {"url": f"/papers/{of.sha256}.json", "sha256": of.sha256, "encrypted": False}


def arrival(token: str, epoch: int, row: Attempt, room: Room, of: Sitting, asked: Paper) -> dict[str, Any]:
    """What enter answers."""
    return {
        "token": token,
        "epoch": epoch,
        "state": row.state,
        "student": student(row, room),
        "sitting": sitting(row, of, asked),
        "paper": paper(asked),
    }


def order(row: Attempt, of: Sitting, asked: Paper) -> dict[str, Any]:
    """The order in which this student sees the paper."""
    return {"layout": layout.layout(asked.content, row.seed, of.shuffle_slots, of.shuffle_choices)}


def progress(row: Attempt, epoch: int, entries: Sequence[tuple[Entry, bool]], now: datetime) -> dict[str, Any]:
    """Where an attempt stands; `entries` with whether each is kept. `epoch` is the asker's own."""
    counted = fold.responses(entry for entry, kept in entries if not kept)
    return {
        "epoch": row.epoch,
        "started_at": milliseconds(row.started_at),
        "deadline_at": milliseconds(admission.deadline(row.state, row.deadline_at, row.paused_at, now)),
        "responses": {str(slot): response for slot, response in counted.items()},
        "next_seq": fold.next_seq((entry for entry, _ in entries), epoch),
    }

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
        "closes_at": milliseconds(admission.own_close(row, of)),
        "closing_cuts": of.closing_cuts,
        "admission_until": milliseconds(admission.admission_until(row, of)),
        "late_start": of.late_start,
        "time_limit_ms": of.time_limit_ms + row.extra_ms,
        "item_count": paper.item_count,
    }


def paper(of: Paper, encrypted: bool) -> dict[str, Any]:
    """Where the paper lies before the start; sealed where the exam is encrypted."""
    sha256 = of.sealing.sha256 if encrypted else of.sha256
    address = f"/papers/{sha256}.sealed" if encrypted else f"/papers/{sha256}.json"
    return {"url": address, "sha256": sha256, "encrypted": encrypted, "audio": of.audio}


def opening(of: Paper, encrypted: bool) -> dict[str, Any]:
    """What opens a sealed paper, told from the start on: the key, and the plain file for browsers that cannot."""
    if not encrypted:
        return {"paper_key": None, "paper_url": None}
    return {"paper_key": of.sealing.key, "paper_url": f"/papers/{of.sealing.plain_name}.json"}


def arrival(token: str, epoch: int, row: Attempt, room: Room, of: Sitting, asked: Paper) -> dict[str, Any]:
    """What enter answers."""
    return {
        "token": token,
        "epoch": epoch,
        "state": row.state,
        "student": student(row, room),
        "sitting": sitting(row, of, asked),
        "paper": paper(asked, of.encrypt_paper),
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

"""The nouns of exams: what is asked, when, and what was answered."""

from exams.models.attempts import (
    Attempt,
    AttemptEvent,
    JournalEntry,
    LateDecision,
    Notice,
    Presence,
    Result,
    Silence,
)
from exams.models.compensations import Compensation, CompensationShare
from exams.models.papers import Blueprint, BlueprintCell, Exam, Paper, PaperSlot
from exams.models.rehearsals import Rehearsal
from exams.models.sittings import Room, Sitting

__all__ = [
    "Attempt",
    "AttemptEvent",
    "Blueprint",
    "BlueprintCell",
    "Compensation",
    "CompensationShare",
    "Exam",
    "JournalEntry",
    "LateDecision",
    "Notice",
    "Paper",
    "PaperSlot",
    "Presence",
    "Rehearsal",
    "Result",
    "Room",
    "Silence",
    "Sitting",
]

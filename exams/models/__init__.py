"""The nouns of exams: what is asked, when, and what was answered."""

from exams.models.attempts import Attempt, AttemptEvent, JournalEntry, Notice, Presence, Result
from exams.models.papers import Blueprint, BlueprintCell, Exam, Paper, PaperSlot
from exams.models.sittings import Room, Sitting

__all__ = [
    "Attempt",
    "AttemptEvent",
    "Blueprint",
    "BlueprintCell",
    "Exam",
    "JournalEntry",
    "Notice",
    "Paper",
    "PaperSlot",
    "Presence",
    "Result",
    "Room",
    "Sitting",
]

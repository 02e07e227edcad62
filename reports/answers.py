"""Reads one student's sheet for the staff: what was answered, what was right, and why. Leaves an audit entry."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from exams.models import Attempt, Exam, Result
from exams.models.attempts import AttemptQuerySet
from questionbank.models import ItemKind
from reports import classes, places, wording
from schools import audit, browsing


class Choice(NamedTuple):
    """One choice as the paper shows it."""

    html: str
    is_taken: bool
    is_key: bool


class Answer(NamedTuple):
    """One slot of the sheet."""

    slot: int
    kind: Any
    stem: str
    choices: list[Choice]
    is_answered: bool
    score: float
    max_score: float
    explanation: str
    citation: str

    @property
    def verdict(self) -> str:
        """right, part or wrong."""
        if self.score >= self.max_score:
            return "right"
        return "part" if self.score > 0 else "wrong"


def visible(user: Any) -> "QuerySet[Attempt]":
    """Attempts whose student's name `user` may see; rehearsals are left out."""
    found: AttemptQuerySet = Attempt.objects.visible_to(user, classes.NAMED)
    return found.real().select_related("student", "room__organization", "sitting__exam", "paper")


def page(attempt: Attempt, *, by: Any, now: datetime) -> dict[str, Any]:
    """What the page of a sheet shows. The items only once the exam's last sitting has closed."""
    exam: Exam = attempt.sitting.exam
    class_ = attempt.room.organization
    when = places.held(exam)
    line = next(one for one in classes.lines(class_, exam, now) if one.attempt.student_id == attempt.student_id)
    result = Result.objects.filter(attempt=attempt).first() if attempt.state == "scored" else None
    audit.record(classes.NAMED, by=by, now=now, organization=class_, kind="attempt", ids=[attempt.pk])
    return {
        "attempt": attempt,
        "exam": exam,
        "organization": class_,
        "held": when,
        "trail": browsing.trail(class_, by, places.SUMMARY),
        "line": line,
        "result": result,
        "keys_released": when.keys_released(now),
        "answers": answers(attempt, result) if result and when.keys_released(now) else [],
    }


def answers(attempt: Attempt, result: Result) -> list[Answer]:
    """Every slot of the sheet in the order of the paper."""
    slots = [slot for section in attempt.paper.content["sections"] for slot in section["slots"]]
    keys = attempt.paper.keys["slots"]
    return [_answer(slot, keys[str(slot["slot"])], result.slots[str(slot["slot"])]) for slot in slots]


def _answer(slot: dict[str, Any], key: dict[str, Any], earned: dict[str, Any]) -> Answer:
    offered = [(one["id"], one["content"]) for one in slot["choices"]] or list(wording.TRUTHS.items())
    return Answer(
        slot["slot"],
        ItemKind(slot["kind"]).label,
        slot["stem"],
        [Choice(html, name in earned["response"], name in key["key"]) for name, html in offered],
        bool(earned["response"]),
        earned["score"],
        earned["max"],
        key["explanation"],
        key["citation"],
    )

"""Shows a frozen paper with its keys to those who plan; that is an act of weight, so it is remembered."""

from datetime import datetime
from typing import Any, NamedTuple

from exams.models import Paper
from schools import audit

LETTERS = "ABCDEFGHIJ"


class Choice(NamedTuple):
    """One choice as it stands on the paper, unshuffled."""

    letter: str
    content: str
    right: bool


class Slot(NamedTuple):
    """One place on the paper with what only planners see; `stem`, contents and explanation are cleaned HTML."""

    number: int
    points: float
    stem: str
    choices: list[Choice]
    right: str
    explanation: str
    citation: str
    topic: str


class Section(NamedTuple):
    """One part of the paper."""

    title: str
    note: str
    slots: list[Slot]


def open_paper(paper: Paper, *, by: Any, now: datetime) -> list[Section]:
    """The whole paper with keys; leaves an audit entry."""
    place = paper.exam.organization
    audit.record("exam:plan", by=by, now=now, organization=place, kind="paper", ids=[paper.pk], reason="preview")
    keys = paper.keys["slots"]
    return [
        Section(one["title"], one["note"], [_slot(slot, keys[str(slot["slot"])]) for slot in one["slots"]])
        for one in paper.content["sections"]
    ]


def _slot(slot: dict[str, Any], key: dict[str, Any]) -> Slot:
    choices = [
        Choice(letter, choice["content"], choice["id"] in key["key"])
        for letter, choice in zip(LETTERS, slot.get("choices", []), strict=False)
    ]
    right = "".join(choice.letter for choice in choices if choice.right) or {"true": "✓", "false": "✗"}.get(
        "".join(map(str, key["key"])), ""
    )
    return Slot(
        slot["slot"],
        slot["points"],
        slot["stem"],
        choices,
        right,
        key["explanation"],
        key["citation"],
        key["topic_title"],
    )

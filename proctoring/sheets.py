"""The way without a network: a class's papers to print, and what was written on them brought back."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from exams.layout import layout
from exams.lifecycle import State
from exams.models import Attempt, Paper, Room
from proctoring import journal, letters
from schools import audit

OWN, PLAIN = "own", "plain"
UNFINISHED = [State.ASSIGNED, State.ENTERED, State.ACTIVE, State.PAUSED]


class Sheet(NamedTuple):
    """One printed paper: a student's own, or a plain one with a line for the name."""

    attempt: Attempt | None
    paper: Paper
    sections: list[letters.Section]

    @property
    def mark(self) -> str:
        """What stands in the corner, so that sheet and form are known to belong together."""
        return f"{self.paper.number}-{self.attempt.pk}" if self.attempt else str(self.paper.number)


def sections_for(attempt: Attempt, form: str) -> list[letters.Section]:
    """The paper as it was printed for this student: in their own order, or in the plain one."""
    exam = attempt.sitting.exam
    if form == PLAIN:
        return letters.printed(attempt.paper.content)
    own = layout(attempt.paper.content, attempt.seed, exam.shuffle_slots, exam.shuffle_choices)
    return letters.printed(attempt.paper.content, own)


def may_print(room: Room, now: datetime) -> bool:
    """Papers are printed once the sitting is open for entering, not before."""
    return now >= room.sitting.opens_at


def open_sheets(room: Room, form: str, *, by: Any, now: datetime) -> dict[str, Any]:
    """The class's papers: one for every student who has not handed in, or one of every paper number, and who has
    which. Before the sitting opens there is none."""
    rows = room.attempts.filter(state__in=UNFINISHED).select_related("student", "paper", "sitting__exam")
    attempts = list(rows.order_by("student__student_code")) if may_print(room, now) else []
    holders: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        holders[attempt.paper.number].append(attempt)
    if form == PLAIN:
        firsts = [holders[number][0].paper for number in sorted(holders)]
        sheets = [Sheet(None, paper, letters.printed(paper.content)) for paper in firsts]
    else:
        sheets = [Sheet(attempt, attempt.paper, sections_for(attempt, OWN)) for attempt in attempts]
    ids = [attempt.pk for attempt in attempts]
    audit.record("paper:print", by=by, now=now, organization=room.organization, kind="attempt", ids=ids)
    return {
        "room": room,
        "form": form,
        "sheets": sheets,
        "holders": sorted(holders.items()),
        "may_print": may_print(room, now),
    }


def present(attempt: Attempt) -> dict[int, list[Any]]:
    """What this attempt holds now: slot -> response; slots never answered are not in it."""
    return journal.responses_of(attempt.pk)


def to_enter(attempt: Attempt, read: dict[int, list[Any]]) -> dict[int, list[Any]]:
    """What must be journaled so that the attempt holds exactly `read`: answers, and clearings of what is no more."""
    before = present(attempt)
    return {slot: response for slot, response in read.items() if response or before.get(slot)}

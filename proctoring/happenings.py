"""What happened in a room or to one attempt, in the words of a list; acts upon a whole room are one line."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from exams.lifecycle import State
from exams.models import Attempt, AttemptEvent, Presence, Room
from proctoring import words
from proctoring.fold import SILENCE_MS
from schools.models import User

# What everybody does would bury what matters.
EVERYBODY_DOES = ["enter", "start", "submit", "expire", "score", "report"]
LINES = 12
READ = 400


class Happening(NamedTuple):
    """One line: when, what, to whom (names, or how many), by whom, why."""

    at: datetime
    what: str
    names: list[str]
    by: str
    why: str
    minutes: int | None

    @property
    def whom(self) -> str:
        """The names of up to three, else their number."""
        return "、".join(self.names) if len(self.names) <= 3 else words.people(len(self.names))


def in_room(room: Room) -> list[Happening]:
    """The last acts in a room, newest first; two queries."""
    events = AttemptEvent.objects.filter(attempt__room=room).exclude(event__in=EVERYBODY_DOES)
    return _lines(events.select_related("attempt__student").order_by("-at", "event", "by_id", "-pk")[:READ])[:LINES]


def of_attempt(attempt: Attempt) -> list[Happening]:
    """Everything that happened to one attempt, newest first; two queries."""
    return _lines(attempt.events.select_related("attempt__student").order_by("-at", "-pk"))


def silences(attempt: Attempt, now: datetime) -> list[tuple[datetime, datetime | None]]:
    """When this student's device was not heard, newest first; the end is None while it still is not. Two queries."""
    found: list[tuple[datetime, datetime | None]] = [
        (one.from_at, one.until_at) for one in attempt.silences.order_by("-from_at")[:LINES]
    ]
    presence = Presence.objects.filter(attempt=attempt).first()
    at_work = attempt.state in (State.ENTERED, State.ACTIVE)
    if at_work and presence is not None and now - presence.heard_at > timedelta(milliseconds=SILENCE_MS):
        found.insert(0, (presence.heard_at, None))
    return found


def _lines(events: Iterable[AttemptEvent]) -> list[Happening]:
    groups = [list(group) for _, group in groupby(events, key=lambda one: (one.at, one.event, one.by_id, one.why))]
    people = User.objects.in_bulk({group[0].by_id for group in groups if group[0].by_id is not None})
    return [_line(group, people) for group in groups]


def _line(group: list[AttemptEvent], people: dict[int, User]) -> Happening:
    first = group[0]
    by = people.get(first.by_id) if first.by_id is not None else None
    return Happening(
        at=first.at,
        what=words.event(first.event),
        names=[one.attempt.student.name for one in group],
        by=str(by) if by is not None else "",
        why=words.reason(first.why),
        minutes=_minutes(group),
    )


def _minutes(group: list[AttemptEvent]) -> int | None:
    """The minutes, where everybody got the same."""
    found = {one.data.get("minutes") for one in group}
    return found.pop() if len(found) == 1 else None

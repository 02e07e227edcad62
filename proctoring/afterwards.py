"""Reads what is left to do once answers are in: late answers to decide, and whether all that was saved is there.

Whoever opens a page with names leaves an entry in the audit trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from exams import lateanswers, reconciling
from exams.lateanswers import LateEntry, Tally
from exams.models import Attempt, Room, Sitting
from exams.reconciling import Reconciliation
from proctoring import letters, rooms, sheets, words
from schools import audit
from schools.models import Organization, User

ROOMS_PER_PAGE = 50


class Line(NamedTuple):
    """One late answer as the page shows it: the number on the student's own sheet, the letters, how late in words (""
    for after handing in), the reason in words, who decided."""

    number: int
    letters: str
    entry: LateEntry
    after: str
    cause: str
    by: str

    @property
    def value(self) -> str:
        """What the form sends for it."""
        return f"{self.entry.epoch}-{self.entry.seq}"


class LateRoom(NamedTuple):
    """One room that has late answers."""

    room: Room
    school: Organization | None
    tally: Tally


class ComparedRoom(NamedTuple):
    """One room and what its devices were told against what is stored."""

    room: Room
    school: Organization | None
    compared: Reconciliation


def sittings_within_reach(user: Any, permission: str) -> QuerySet[Sitting]:
    """Sittings with a room that `user` may act on with `permission`."""
    rows = Sitting.objects.visible_to(user, permission)
    return rows.filter(fixed_at__isnull=False).select_related("exam")


def attempts_in(user: Any, sitting: Sitting, *, whole_exam: bool) -> QuerySet[Attempt]:
    """The attempts of a sitting, or of all sittings of its exam, whose late answers `user` may decide."""
    rows = Attempt.objects.visible_to(user, "late:decide")
    found: QuerySet[Attempt] = (
        rows.filter(sitting__exam=sitting.exam_id) if whole_exam else rows.filter(sitting=sitting)
    )
    return found


def open_room(room: Room, *, by: Any, now: datetime) -> dict[str, Any]:
    """A room's late answers by student, and its reconciliation."""
    late = lateanswers.read(lateanswers.with_late_answers(room.attempts.all()).order_by("student__student_code", "pk"))
    compared = reconciling.of_rooms([room.pk])[room.pk]
    named = {one.pk: one for one in reconciling.attempts([*compared.differing, *compared.silent])}
    ids = sorted({*named, *(one.attempt.pk for one in late)})
    audit.record("room:view", by=by, now=now, organization=room.organization, kind="attempt", ids=ids, reason="late")
    return {
        "room": room,
        "students": [(one, [words.CAUSES[cause] for cause in one.causes]) for one in late],
        "tally": lateanswers.tallies([room.pk]).get(room.pk, lateanswers.NONE),
        "compared": compared,
        "differing": [named[pk] for pk in compared.differing],
        "silent": [named[pk] for pk in compared.silent],
        "policy": words.POLICIES[room.sitting.exam.late_answers],
        "powers": rooms.powers(by, room.organization),
    }


def open_seat(attempt: Attempt, *, by: Any, now: datetime) -> dict[str, Any]:
    """One student's late answers, in the order in which they were written."""
    room = attempt.room
    audit.record("student:view", by=by, now=now, organization=room.organization, kind="attempt", ids=[attempt.pk])
    entries = [entry for one in lateanswers.read([attempt]) for entry in one.entries]
    return {
        "attempt": attempt,
        "room": room,
        "lines": _lines(attempt, entries),
        "policy": words.POLICIES[attempt.sitting.exam.late_answers],
    }


def _lines(attempt: Attempt, entries: Sequence[LateEntry]) -> list[Line]:
    questions = {
        question.slot: question
        for section in sheets.sections_for(attempt, sheets.OWN)
        for question in section.questions
    }
    deciders = {entry.decision.by_id for entry in entries if entry.decision is not None} - {None}
    people = User.objects.in_bulk(deciders)
    return [_line(entry, questions[entry.slot], people) for entry in entries]


def _line(entry: LateEntry, question: letters.Question, people: dict[int, User]) -> Line:
    by = people.get(entry.decision.by_id) if entry.decision is not None and entry.decision.by_id is not None else None
    return Line(
        question.number,
        letters.written(entry.response, question),
        entry,
        words.duration(entry.after) if entry.after is not None else "",
        str(words.CAUSES[entry.reason.cause]),
        str(by) if by is not None else "",
    )


def open_sitting(sitting: Sitting, *, by: Any) -> dict[str, Any]:
    """The rooms of a sitting that have late answers, those with undecided ones first."""
    found = list(_rooms(sitting, by, "late:decide"))
    tallies = lateanswers.tallies([room.pk for room in found])
    late = [room for room in found if room.pk in tallies]
    rows = [LateRoom(room, school, tallies[room.pk]) for room, school in rooms.with_schools(late)]
    rows.sort(key=lambda row: row.tally.undecided_count == 0)
    return {
        "sitting": sitting,
        "rows": rows,
        "tally": lateanswers.total(row.tally for row in rows),
        "policy": words.POLICIES[sitting.exam.late_answers],
    }


def _rooms(sitting: Sitting, by: Any, permission: str) -> QuerySet[Room]:
    rows = rooms.within_reach(by, permission).filter(sitting=sitting)
    return rows.order_by("organization__path", "pk")


def compare(sitting: Sitting, which: Iterable[Room], *, by: Any, now: datetime) -> dict[str, Any]:
    """The reconciliation of these rooms of a sitting, and who is concerned where a difference shows."""
    found = list(which)
    compared = reconciling.of_rooms([room.pk for room in found])
    rows = [ComparedRoom(room, school, compared[room.pk]) for room, school in rooms.with_schools(found)]
    whole = reconciling.total(row.compared for row in rows)
    differing = reconciling.attempts(whole.differing) if whole.differing else []
    if differing:
        ids = [attempt.pk for attempt in differing]
        place = differing[0].room.organization
        audit.record("room:view", by=by, now=now, organization=place, kind="attempt", ids=ids, reason="reconciliation")
    return {"sitting": sitting, "compared": rows, "whole": whole, "differing": differing}


def rooms_to_compare(user: Any, sitting: Sitting) -> QuerySet[Room]:
    """The rooms of a sitting that `user` may look into, in the order of the tree."""
    return _rooms(sitting, user, "room:view")


def conspicuous(rows: Iterable[ComparedRoom]) -> list[ComparedRoom]:
    """Rooms where something is missing: an entry, or a device's report."""
    return [row for row in rows if row.compared.difference or row.compared.silent]

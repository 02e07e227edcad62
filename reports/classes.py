"""Reads what the page of a class shows: its students one by one, the items it found hardest, what to teach again.

Students are named here, so every reading leaves an entry in the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from exams.lifecycle import State
from exams.models import Attempt, Exam, Result, Room
from questionbank import showing
from reports import places, teaching, wording
from reports.models import ItemFinding, Summary
from reports.teaching import Advice
from schools import audit, browsing
from schools.models import Organization
from schools.models.organizations import Kind, OrganizationQuerySet

NAMED = "result:view_named"
HARDEST = 5


class Line(NamedTuple):
    """One student of the class: the attempt that counts, its result if there is one, and a word where there is none."""

    attempt: Attempt
    result: Result | None
    word: Any
    is_absent: bool
    is_elsewhere: bool

    @property
    def percent(self) -> float | None:
        """Share of the points, 0 to 1."""
        return float(self.result.score / self.result.max_score) if self.result else None


class Choice(NamedTuple):
    """One choice of an item, and how many of the class took it; `letter` is "" for blank."""

    letter: str
    label: Any
    html: str
    is_key: bool
    taken: int


class Hard(NamedTuple):
    """One item that the class found hard, beside the whole exam."""

    finding: ItemFinding
    whole_facility: float | None
    shown: showing.Shown
    citation: str
    choices: list[Choice]


def seated(user: Any, exam: int) -> OrganizationQuerySet:
    """Classes that sit the exam and of whose students `user` may see the names; rehearsals are none."""
    rooms = Room.objects.filter(sitting__exam=exam, sitting__exam__rehearsal=False)
    found: OrganizationQuerySet = Organization.objects.visible_to(user, NAMED).filter(
        kind=Kind.CLASS, pk__in=rooms.values("organization")
    )
    return found


def page(class_: Organization, exam_pk: int, *, by: Any, now: datetime) -> dict[str, Any]:
    """What the page of a class shows. Items and their keys only once the exam's last sitting has closed."""
    exam = Exam.objects.get(pk=exam_pk)
    rows = Summary.objects.of(exam)
    summary, whole = rows.filter(organization=class_).first(), rows.whole().first()
    when = places.held(exam)
    released = when.keys_released(now)
    _remember(class_, exam, by=by, now=now)
    return {
        "exam": exam,
        "organization": class_,
        "summary": summary,
        "held": when,
        "trail": browsing.trail(class_, by, places.SUMMARY),
        "lines": lines(class_, exam, now),
        "advice": advice(summary, whole),
        "keys_released": released,
        "hardest": hardest(class_, exam) if released else [],
    }


def lines(class_: Organization, exam: Exam, now: datetime) -> list[Line]:
    """Every student with a seat in the class, once, in the order of the student codes."""
    here = Attempt.objects.filter(sitting__exam=exam, room__organization=class_)
    attempts = Attempt.objects.filter(sitting__exam=exam, student__in=here.values("student"))
    rows = attempts.select_related("student", "room__sitting", "sitting", "result").defer(
        "result__slots", "result__topics"
    )
    counting: dict[int, Attempt] = {}
    for attempt in sorted(rows, key=_weight):
        counting[attempt.student_id] = attempt
    ordered = sorted(counting.values(), key=lambda one: (one.student.student_code, one.student_id))
    return [_line(attempt, class_, now) for attempt in ordered]


def _weight(attempt: Attempt) -> tuple[bool, bool, float, int]:
    """Of several attempts of a student the heaviest counts, as in `frames.STANDING`; a voided one only if it is all."""
    handed_in = attempt.submitted_at.timestamp() if attempt.submitted_at else 0.0
    return (attempt.state != State.VOIDED, attempt.state == State.SCORED, handed_in, attempt.pk)


def _line(attempt: Attempt, class_: Organization, now: datetime) -> Line:
    closed = attempt.room.own_closes_at <= now or attempt.room.ended_at is not None
    absent = closed and attempt.state in (State.ASSIGNED, State.ENTERED)
    result = attempt.result if attempt.state == State.SCORED and hasattr(attempt, "result") else None
    word = wording.ABSENT if absent else wording.STATES[State(attempt.state)]
    return Line(attempt, result, word, absent, attempt.room.organization_id != class_.pk)


def advice(summary: Summary | None, whole: Summary | None) -> list[Advice]:
    """What to teach the class again; nothing before anybody has a result."""
    if summary is None or not summary.participant_count:
        return []
    return teaching.advise(summary.topics, whole.topics if whole else [])


def hardest(class_: Organization, exam: Exam, most: int = HARDEST) -> list[Hard]:
    """The items on which the class earned least, the hardest first; none on which it earned all."""
    rows = ItemFinding.objects.filter(exam=exam, organization=class_, facility__lt=1).hardest()
    found = list(rows.select_related("item_version__item")[:most])
    versions = [one.item_version_id for one in found]
    whole = ItemFinding.objects.filter(exam=exam, item_version__in=versions).whole()
    facilities = dict(whole.values_list("item_version", "facility"))
    return [_hard(one, facilities.get(one.item_version_id)) for one in found]


def _hard(finding: ItemFinding, whole_facility: float | None) -> Hard:
    version = finding.item_version
    shown = showing.version(version.item.kind, version)
    return Hard(finding, whole_facility, shown, version.citation, _choices(shown, version.key, finding.choice_counts))


def _choices(shown: showing.Shown, key: Sequence[str], counts: dict[str, int]) -> list[Choice]:
    """The choices in the author's order with their counts, and how many left the item blank."""
    offered: list[tuple[str, Any, str]] = [(one.letter, one.letter, one.html) for one in shown.choices] or [
        (name, label, "") for name, label in wording.TRUTHS.items()
    ]
    rows = [Choice(name, label, html, name in key, counts.get(name, 0)) for name, label, html in offered]
    blank = counts.get("", 0)
    return [*rows, Choice("", wording.BLANK, "", False, blank)] if blank else rows


def _remember(class_: Organization, exam: Exam, *, by: Any, now: datetime) -> None:
    audit.record(NAMED, by=by, now=now, organization=class_, kind="exam", ids=[exam.pk])

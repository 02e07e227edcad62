"""Steps in: the acts of a proctor upon rooms and attempts. Each is a verb of exams and an entry of the audit trail,
both or neither. They raise what the verbs raise: IllegalTransition, AlreadySeated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from exams import delaying, delivery, scheduling
from exams.delaying import Delayed
from exams.models import Attempt, Room, Sitting
from schools import audit, enrollment
from schools.models import Organization, Student


class UnknownStudent(Exception):
    """Nobody of this code, or nobody this person may see."""


def _record(action: str, room: Room, *, by: Any, now: datetime, ids: Sequence[int] = (), why: str = "") -> None:
    kind = "attempt" if ids else "room"
    audit.record(
        action, by=by, now=now, organization=room.organization, kind=kind, ids=ids or [room.pk], reason=why[:200]
    )


@transaction.atomic
def go(room: Room, *, by: Any, now: datetime) -> None:
    """Says go: those who wait may start."""
    delivery.go(room, by=by, now=now)
    _record("room:proctor", room, by=by, now=now, why="go")


@transaction.atomic
def release_room(room: Room, *, by: Any, now: datetime) -> int:
    """Lets everybody of the room go on at another device; how many that are."""
    count = delivery.release_room(room, by=by, now=now)
    _record("room:proctor", room, by=by, now=now, why="release")
    return count


@transaction.atomic
def extend_room(room: Room, minutes: int, *, by: Any, why: str, now: datetime) -> int:
    """Gives everybody who has not handed in more time; to how many."""
    count = delivery.extend_room(room, minutes, by=by, why=why, now=now)
    _record("attempt:extend", room, by=by, now=now, why=why)
    return count


@transaction.atomic
def pause_room(room: Room, *, by: Any, now: datetime) -> int:
    """Stops the clock of everybody at work; of how many."""
    count = delivery.pause_room(room, by=by, why="", now=now)
    _record("room:proctor", room, by=by, now=now, why="pause")
    return count


@transaction.atomic
def resume_room(room: Room, *, by: Any, now: datetime) -> int:
    """Lets every clock in the room run again; how many that are."""
    count = delivery.resume_room(room, by=by, now=now)
    _record("room:proctor", room, by=by, now=now, why="resume")
    return count


def delay(sitting: Sitting, place: Organization, minutes: int, *, by: Any, why: str, now: datetime) -> Delayed:
    """Moves start and close of the sitting's rooms at and below a place. Not in one transaction: rooms are delayed part
    by part, so that nobody's start waits for a whole city."""
    reason = f"{minutes} min: {why}"[:200]
    audit.record("room:delay", by=by, now=now, organization=place, kind="sitting", ids=[sitting.pk], reason=reason)
    return delaying.delay(delaying.of_place(sitting, place), minutes, by=by, why=why, now=now)


@transaction.atomic
def end_room(room: Room, *, by: Any, why: str, now: datetime) -> int:
    """Collects everything; nobody may start any more. How many were handed in."""
    count = delivery.end_room(room, by=by, why=why, now=now)
    _record("room:proctor", room, by=by, now=now, why=why or "end")
    return count


@transaction.atomic
def admit(room: Room, code: str, *, by: Any, now: datetime) -> Attempt:
    """Seats a student by student code. Raises UnknownStudent, scheduling.AlreadySeated."""
    student = enrollment.within_reach(by, "student:view").filter(student_code=code.strip()).first()
    if student is None:
        raise UnknownStudent
    attempt = scheduling.admit_walk_in(room, student, by=by, now=now)
    _record("room:proctor", room, by=by, now=now, ids=[attempt.pk], why="walk_in")
    return attempt


def open_candidates(room: Room, *, by: Any, now: datetime) -> list[Student]:
    """Students of the room's class who have no seat in its sitting: who joined the class after the roster."""
    seated = Attempt.objects.filter(sitting_id=room.sitting_id).exclude(state="voided").values("student_id")
    rows = Student.objects.enrolled_in(room.organization).exclude(pk__in=seated)
    found = list(rows.order_by("student_code"))
    ids = [student.pk for student in found]
    audit.record("student:view", by=by, now=now, organization=room.organization, kind="student", ids=ids)
    return found


@transaction.atomic
def release(attempt: Attempt, *, by: Any, now: datetime) -> None:
    """Lets this student go on at another device at once."""
    delivery.release_device(attempt, by=by, now=now)
    _record("room:proctor", attempt.room, by=by, now=now, ids=[attempt.pk], why="release")


@transaction.atomic
def extend(attempt: Attempt, minutes: int, *, by: Any, why: str, now: datetime) -> None:
    """Gives this student more time."""
    delivery.extend(attempt, minutes, by=by, why=why, now=now)
    _record("attempt:extend", attempt.room, by=by, now=now, ids=[attempt.pk], why=why)


@transaction.atomic
def pause(attempt: Attempt, *, by: Any, now: datetime) -> None:
    """Stops this student's clock."""
    delivery.pause(attempt, by=by, why="", now=now)
    _record("room:proctor", attempt.room, by=by, now=now, ids=[attempt.pk], why="pause")


@transaction.atomic
def resume(attempt: Attempt, *, by: Any, now: datetime) -> None:
    """Lets this student's clock run again."""
    delivery.resume(attempt, by=by, now=now)
    _record("room:proctor", attempt.room, by=by, now=now, ids=[attempt.pk], why="resume")


@transaction.atomic
def end(attempt: Attempt, *, by: Any, why: str, now: datetime) -> None:
    """Hands in for this student."""
    delivery.end(attempt, by=by, why=why, now=now)
    _record("room:proctor", attempt.room, by=by, now=now, ids=[attempt.pk], why=why or "end")


@transaction.atomic
def void(attempt: Attempt, *, by: Any, why: str, now: datetime) -> None:
    """Takes this attempt out of every count."""
    delivery.void(attempt, by=by, why=why, now=now)
    _record("attempt:void", attempt.room, by=by, now=now, ids=[attempt.pk], why=why)


@transaction.atomic
def reopen(attempt: Attempt, minutes: int, *, by: Any, why: str, now: datetime) -> None:
    """Lets somebody who handed in go on for so many minutes."""
    delivery.reopen(attempt, minutes, by=by, why=why, now=now)
    _record("attempt:reopen", attempt.room, by=by, now=now, ids=[attempt.pk], why=why)


@transaction.atomic
def replace_card(attempt: Attempt, *, by: Any, why: str, now: datetime) -> None:
    """Gives this student a new card; the old one stops working."""
    scheduling.replace_card(attempt, by=by, why=why, now=now)
    _record("card:print", attempt.room, by=by, now=now, ids=[attempt.pk], why=why or "replace")


@transaction.atomic
def transcribe(attempt: Attempt, responses: dict[int, list[Any]], *, by: Any, why: str, now: datetime) -> None:
    """Enters what this student wrote on paper, and hands in."""
    delivery.transcribe(attempt, responses, by=by, why=why, now=now)
    _record("attempt:transcribe", attempt.room, by=by, now=now, ids=[attempt.pk], why=why)

"""How an invented student hands in: everything of the journal first, then submit; at the deadline by itself, spread
over the grace."""

import time
from typing import TYPE_CHECKING

from exams.load import habits
from exams.load.calls import SAVE, SUBMIT
from exams.load.stages import DONE, HANDING, WORKING

if TYPE_CHECKING:
    from exams.load.student import Student

BETWEEN_ROUNDS = 0.4


def look_at_clock(student: "Student") -> None:
    """Hands in when the time is over; a deadline that was moved is looked at again then."""
    if student.stage != WORKING:
        return
    if time.monotonic() < student.deadline:
        student.crowd.engine.at(student.deadline, look_at_clock, student)
        return
    student.enter_stage(HANDING)
    student.crowd.engine.at(time.monotonic() + habits.HAND_IN_SPREAD * student.crowd.chance.random(), hand_in, student)


def hand_in_early(student: "Student") -> None:
    if student.stage == WORKING:
        hand_in(student)


def hand_in(student: "Student") -> None:
    """Everything of the journal first, then submit."""
    if student.stage == DONE:
        return
    if student.stage != HANDING:
        student.enter_stage(HANDING)
    if student.outbox.unsent:
        student.crowd.engine.at(time.monotonic() + BETWEEN_ROUNDS, hand_in, student)
        student.want(SAVE)
    else:
        student.want(SUBMIT)

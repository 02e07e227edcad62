"""What goes wrong for some invented students, once each: a page reloaded, a device lost, a network gone."""

import time
from typing import TYPE_CHECKING

from exams.load.calls import ENTER, SAVE, STATE
from exams.load.outbox import Outbox
from exams.load.stages import ENTERING, WORKING

if TYPE_CHECKING:
    from exams.load.student import Student


def plan(student: "Student") -> None:
    """Sets the timers when the student has started."""
    life, began = student.life, time.monotonic()
    planned = ((life.reloads_at, _reload), (life.loses_device_at, _lose_device), (life.offline_at, _go_offline))
    for instant, act in planned:
        if instant is not None:
            student.crowd.engine.at(began + instant, act, student)


def _reload(student: "Student") -> None:
    if student.stage == WORKING:
        student.crowd.tally.acts["reloads"] += 1
        student.hang_up()
        student.want(STATE)


def _lose_device(student: "Student") -> None:
    """Another device: a new journal, and nothing of what the old one had not sent."""
    if student.stage == WORKING:
        student.crowd.tally.acts["devices lost"] += 1
        student.hang_up()
        student.wants, student.token = 0, ""
        student.outbox = Outbox()
        student.device += 1
        student.enter_stage(ENTERING)
        student.want(ENTER)


def _go_offline(student: "Student") -> None:
    if student.stage == WORKING:
        student.crowd.tally.acts["times offline"] += 1
        student.hang_up()
        student.offline = True
        student.note(0, b"", "offline")
        student.crowd.engine.at(time.monotonic() + student.crowd.plan.habits.outage, _come_back, student)


def _come_back(student: "Student") -> None:
    student.offline = False
    student.note(0, b"", "online")
    student.want(SAVE)

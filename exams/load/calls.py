"""The calls of the lane as an invented student makes them, and what it does when one is refused."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from exams.load import wire
from exams.load.wire import Answer

if TYPE_CHECKING:
    from exams.load.student import Student

# One bit each; what is more urgent has the lower one.
ENTER, STATE, PAPER, START, SAVE, SUBMIT, RESULT, PULSE = (1 << place for place in range(8))
NAMES = {
    ENTER: "enter",
    STATE: "state",
    PAPER: "paper",
    START: "start",
    SAVE: "save",
    SUBMIT: "submit",
    RESULT: "result",
    PULSE: "pulse",
}
ROOT = "/lane/v1/"
RETRIED = (0, 408, 425, 429, 500, 502, 503, 504)
TRIES_AT_THE_DOOR = 8
FIRST, LEAST, CAP, CAP_AT_THE_END, CAP_AT_THE_DOOR = 1.0, 0.25, 30.0, 10.0, 8.0


def _enter(student: "Student") -> bytes:
    mark = b"load-%d-%d" % (student.attempt, student.device)
    body = b'{"card":"%b","device":"%b","journal":"%b"}' % (student.card.encode(), mark, mark)
    return wire.post(ROOT + "enter", body)


def _state(student: "Student") -> bytes:
    return wire.get(ROOT + "state", student.token) if student.token else b""


def _paper(student: "Student") -> bytes:
    return wire.get(student.paper)


def _start(student: "Student") -> bytes:
    return wire.post(ROOT + "start", b"{}", student.token) if student.stage == "waiting" else b""


def _save(student: "Student") -> bytes:
    body = student.outbox.batch() if student.token else b""
    if not body:
        return b""
    student.batch_since = student.batch_since or time.monotonic()
    return wire.post(ROOT + "save", body, student.token)


def _submit(student: "Student") -> bytes:
    box = student.outbox
    return wire.post(ROOT + "submit", b'{"last_seq":%d,"acknowledged":%d}' % (box.seq, box.acknowledged), student.token)


def _result(student: "Student") -> bytes:
    return wire.get(ROOT + "result", student.token)


def _pulse(student: "Student") -> bytes:
    return wire.post(ROOT + "pulse", b"{}", student.token) if student.token else b""


REQUESTS: dict[int, Callable[["Student"], bytes]] = {
    ENTER: _enter,
    STATE: _state,
    PAPER: _paper,
    START: _start,
    SAVE: _save,
    SUBMIT: _submit,
    RESULT: _result,
    PULSE: _pulse,
}


def refused(student: "Student", call: int, answer: Answer, seconds: float) -> None:
    """Goes on as the real client does; counts what the student was shown."""
    told: dict[str, Any] = orjson.loads(answer.body) if answer.body[:1] == b"{" else {}
    kind = str(told.get("type", "")) or ("network" if not answer.status else "")
    tally, chance = student.crowd.tally, student.crowd.chance
    if call == RESULT and kind == "not_released":
        tally.time("result", seconds)
        student.conclude("results not yet released")
    elif call == ENTER and kind == "occupied" and student.device > 1:
        tally.acts["asked to wait for the silence of the lost device"] += 1
        student.later(ENTER, 3 + 3 * chance.random())
    elif call == START and kind == "too_early":
        tally.refusal("start", 425, kind, student.attempt, shown=False)
        student.later(PULSE, 0.5)
        student.crowd.engine.at(time.monotonic() + 1, student.start_if_due)
    elif answer.status in RETRIED:
        student.failures += 1
        shown = call == ENTER and student.failures == TRIES_AT_THE_DOOR
        tally.refusal(NAMES[call], answer.status, kind, student.attempt, shown=shown)
        student.backing_off = True
        student.crowd.engine.at(time.monotonic() + _delay(student, answer), student.try_again, call)
    else:
        tally.refusal(NAMES[call], answer.status, kind, student.attempt, shown=True)
        student.conclude("gave up")


def _delay(student: "Student", answer: Answer) -> float:
    """Capped exponential with full jitter, never before Retry-After (client/backoff.js)."""
    chance = student.crowd.chance.random()
    near_the_end = student.deadline and student.deadline - time.monotonic() < 120
    cap = CAP_AT_THE_END if near_the_end else CAP_AT_THE_DOOR if not student.deadline else CAP
    ceiling = min(cap, FIRST * 2 ** min(student.failures - 1, 20))
    if answer.retry_after:
        return float(max(answer.retry_after, min(cap, answer.retry_after + chance * ceiling)))
    return float(LEAST + chance * (ceiling - LEAST))

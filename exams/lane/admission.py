"""Who may enter, start and hand in: decisions over one locked row of an attempt. Pure; `now` is an argument.

Every change of state is looked up in `exams.lifecycle`; what is refused becomes a problem."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from exams import lifecycle, window
from exams.lane.problems import Problem
from exams.lane.rows import Attempt, Sitting
from exams.lane.times import milliseconds
from exams.lane.tokens import LOOKING
from exams.lifecycle import ANSWERING, FINISHED, State

MOST_ENTRIES = 3_000


class Entrance(NamedTuple):
    """What entering comes to: the row as it shall be, the token's epoch, and the events it leaves."""

    row: Attempt
    epoch: int
    events: list[tuple[str, str, dict[str, Any]]]


def is_closed(row: Attempt, sitting: Sitting, now: datetime) -> bool:
    """Whether nobody may start any more: the close has come for this room, or the room was ended. While the class is
    held the close does not come: it moves as long as the hold lasts."""
    return row.ended_at is not None or (row.held_at is None and now >= own_close(row, sitting))


def own_close(row: Attempt, sitting: Sitting) -> datetime:
    """The close of the sitting in this attempt's room."""
    return window.own_close(sitting.closes_at, row.delay_ms)


def own_start(row: Attempt, sitting: Sitting) -> datetime | None:
    """The instant from which this attempt may start; None until the proctor's go, and while the class is held."""
    return None if row.held_at is not None else starts_at(row.seed, row.go_at, row.delay_ms, sitting)


def starts_at(seed: int, go_at: datetime | None, delay_ms: int, sitting: Sitting) -> datetime | None:
    """The own start of a seed: the sitting's instant with the room's delay, or the go's as it was given; spread."""
    if sitting.start_mode == "clock":
        instant = sitting.starts_at
    else:
        instant, delay_ms = go_at, 0
    return None if instant is None else window.own_start(instant, seed, sitting.start_spread_ms, delay_ms)


def admission_until(row: Attempt, sitting: Sitting) -> datetime | None:
    """Until when one who has not come yet may still start; None where only the close ends it, or before the go."""
    instant = own_start(row, sitting)
    return None if instant is None else window.admission_until(instant, sitting.admission_ms)


def came_too_late(row: Attempt, sitting: Sitting, now: datetime) -> bool:
    """Whether this student entered after the admission time; who was here in time may start whenever it works."""
    until = admission_until(row, sitting)
    return until is not None and (row.entered_at or now) > until


def deadline(state: str, deadline_at: datetime | None, paused_at: datetime | None, now: datetime) -> datetime | None:
    """The deadline as a student must see it: while the attempt is paused it moves with the clock."""
    if state == State.PAUSED and deadline_at is not None and paused_at is not None:
        return deadline_at + (now - paused_at)
    return deadline_at


def enter(row: Attempt, sitting: Sitting, device: str, journal: str, now: datetime, silence: timedelta) -> Entrance:
    """Raises Problem: voided, not_open, occupied."""
    if row.state == State.VOIDED:
        raise Problem("voided", status=410)
    if not window.may_enter(now, sitting.opens_at):
        raise Problem("not_open", opens_at=milliseconds(sitting.opens_at))
    waiting = row.state in (State.ASSIGNED, State.ENTERED)
    if row.state in FINISHED or (waiting and is_closed(row, sitting, now)):
        own = row.epoch > LOOKING and journal == row.journal
        return Entrance(row, row.epoch if own else LOOKING, [])
    other = row.device not in ("", device)
    if other and row.released_at is None and _is_heard(row, now, silence):
        raise Problem("occupied", retry_after_ms=_silent_in_ms(row, now, silence))
    return _take(row, device, journal, other)


def _take(row: Attempt, device: str, journal: str, other: bool) -> Entrance:
    """The device takes the attempt: a new journal opens the next epoch, a retry keeps it."""
    events: list[tuple[str, str, dict[str, Any]]] = []
    state: str = row.state
    if lifecycle.allowed("enter", State(row.state)):
        state = lifecycle.target("enter", State(row.state))
        events.append(("enter", "", {}))
    epoch = row.epoch if journal == row.journal else row.epoch + 1
    if other:
        why = "released" if row.released_at is not None else "silence"
        events.append(("move", why, {"epoch": epoch}))
    released_at = None if other else row.released_at
    taken = row._replace(state=state, epoch=epoch, device=device, journal=journal, released_at=released_at)
    return Entrance(taken, epoch, events)


def leave(row: Attempt, epoch: int) -> Attempt:
    """The row without its device: the next that enters is no second one. The same row where this epoch is not the
    present one or nobody works there."""
    is_here = epoch == row.epoch and row.device != "" and row.state not in (State.VOIDED, *FINISHED)
    return row._replace(device="") if is_here else row


def _is_heard(row: Attempt, now: datetime, silence: timedelta) -> bool:
    return row.heard_at is not None and now - row.heard_at <= silence


def _silent_in_ms(row: Attempt, now: datetime, silence: timedelta) -> int:
    """In how long the other device will have been silent for long enough, if it is not heard again."""
    return 0 if row.heard_at is None else (row.heard_at + silence - now) // timedelta(milliseconds=1) + 1


def start(row: Attempt, epoch: int, sitting: Sitting, now: datetime) -> Attempt:
    """The row as it shall be; the same row when it was started before. Raises Problem: voided, closed, moved,
    too_early."""
    if row.state == State.VOIDED:
        raise Problem("voided")
    running = row.state in ANSWERING
    if row.state in FINISHED or (not running and is_closed(row, sitting, now)):
        raise Problem("closed", state=row.state)
    if epoch < row.epoch or row.state == State.ASSIGNED:
        raise Problem("moved", epoch=row.epoch)
    if running:
        return row
    instant = own_start(row, sitting)
    if instant is None:
        raise Problem("too_early", detail="held" if row.held_at else "waiting_for_go", starts_at=None)
    if now < instant:
        raise Problem("too_early", starts_at=milliseconds(instant))
    if came_too_late(row, sitting, now):
        raise Problem("closed", detail="came_too_late", state=row.state)
    end = _first_deadline(row, sitting, instant, now)
    return row._replace(state=lifecycle.target("start", State(row.state)), started_at=now, deadline_at=end)


def _first_deadline(row: Attempt, sitting: Sitting, instant: datetime, now: datetime) -> datetime:
    return window.deadline(
        window.counted_from(now, instant, common_end=sitting.late_start == "common"),
        sitting.time_limit_ms,
        closes_at=own_close(row, sitting),
        closing_cuts=sitting.closing_cuts,
        extra_ms=row.extra_ms,
        paused_ms=row.paused_ms,
    )


def submit(row: Attempt, epoch: int, now: datetime) -> Attempt:
    """The row as it shall be; the same state when it was handed in before. Raises Problem: voided, moved,
    not_started, paused."""
    if row.state == State.VOIDED:
        raise Problem("voided")
    if epoch < row.epoch:
        raise Problem("moved", epoch=row.epoch)
    if row.state in FINISHED:
        return row
    if row.state == State.PAUSED:
        raise Problem("paused")
    if not lifecycle.allowed("submit", State(row.state)):
        raise Problem("not_started")
    return row._replace(state=lifecycle.target("submit", State(row.state)), submitted_at=now)

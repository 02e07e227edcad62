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
    """Whether nobody may start any more: the sitting's close has come or the room was ended."""
    return now >= sitting.closes_at or row.ended_at is not None


def own_start(row: Attempt, sitting: Sitting) -> datetime | None:
    """The instant from which this attempt may start; None until the proctor's go."""
    return starts_at(row.seed, row.go_at, sitting)


def starts_at(seed: int, go_at: datetime | None, sitting: Sitting) -> datetime | None:
    """The own start of a seed: the sitting's or the go's instant, spread."""
    instant = sitting.starts_at if sitting.start_mode == "clock" else go_at
    return None if instant is None else window.own_start(instant, seed, sitting.start_spread_ms)


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
        raise Problem("occupied")
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


def _is_heard(row: Attempt, now: datetime, silence: timedelta) -> bool:
    return row.heard_at is not None and now - row.heard_at <= silence


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
        raise Problem("too_early", detail="waiting_for_go", starts_at=None)
    if now < instant:
        raise Problem("too_early", starts_at=milliseconds(instant))
    end = window.deadline(
        now,
        sitting.time_limit_ms,
        closes_at=sitting.closes_at,
        closing_cuts=sitting.closing_cuts,
        extra_ms=row.extra_ms,
        paused_ms=row.paused_ms,
    )
    return row._replace(state=lifecycle.target("start", State(row.state)), started_at=now, deadline_at=end)


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

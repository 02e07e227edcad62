"""The exam clock: when one may enter and start, and when an attempt must end. Pure; all times are aware datetimes or
integer milliseconds, as the name says; no time zone is ever assumed."""

from datetime import datetime, timedelta

SPREAD_STEPS = 1 << 16


def start_offset_ms(seed: int, spread_ms: int) -> int:
    """How much later than the sitting's instant this attempt starts: 0 <= offset < spread, even over the seeds."""
    return (seed & (SPREAD_STEPS - 1)) * spread_ms // SPREAD_STEPS


def own_start(instant: datetime, seed: int, spread_ms: int, delay_ms: int = 0) -> datetime:
    """The instant from which this attempt may start, given the sitting's (or the go's) instant and the room's delay."""
    return instant + timedelta(milliseconds=delay_ms + start_offset_ms(seed, spread_ms))


def own_close(closes_at: datetime, delay_ms: int) -> datetime:
    """The close of the window in a room that began so much later."""
    return closes_at + timedelta(milliseconds=delay_ms)


def admission_until(own_start_at: datetime, admission_ms: int | None) -> datetime | None:
    """Until when one may come and still start; None where only the close ends it. The boundary itself is in time."""
    return None if admission_ms is None else own_start_at + timedelta(milliseconds=admission_ms)


def counted_from(started_at: datetime, own_start_at: datetime, *, common_end: bool) -> datetime:
    """From when the time limit runs: the real start, or the own start instant where all are to end together."""
    return min(started_at, own_start_at) if common_end else started_at


def spread_ms(starter_count: int, starts_per_second: int) -> int:
    """How long a start of so many is spread, in ms, for a machine rehearsed at so many starts a second."""
    return starter_count * 1000 // max(starts_per_second, 1)


def deadline(
    started_at: datetime,
    time_limit_ms: int,
    *,
    closes_at: datetime,
    closing_cuts: bool,
    extra_ms: int = 0,
    paused_ms: int = 0,
) -> datetime:
    """When an attempt must end: its own start plus limit, extra time and pauses; the closing cuts the limit when the
    policy says so, never what a proctor granted afterwards (extra time and pauses are added behind the cut)."""
    end = started_at + timedelta(milliseconds=time_limit_ms)
    if closing_cuts:
        end = min(end, closes_at)
    return end + timedelta(milliseconds=extra_ms + paused_ms)


def in_time(received_at: datetime, deadline_at: datetime, grace: timedelta) -> bool:
    """Whether an entry received then counts; the boundary itself counts."""
    return received_at <= deadline_at + grace


def may_enter(now: datetime, opens_at: datetime) -> bool:
    """Whether the sitting is open for entering; after the close a card still opens the result."""
    return now >= opens_at


def remaining_ms(now: datetime, deadline_at: datetime) -> int:
    """Milliseconds until the deadline, never below zero."""
    return max(0, int((deadline_at - now).total_seconds() * 1000))

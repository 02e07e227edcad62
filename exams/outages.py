"""How much time an outage took from one attempt. Pure; instants are aware datetimes, amounts integer milliseconds.

Lost is the time in which the device was silent, the outage lasted and the attempt's own clock ran, all three at once.
What was given back before is taken off; what is left is rounded up to whole ten seconds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

STEP_MS = 10_000
# A device that was heard so short a time ago is not silent yet: it speaks every 15 to 30 s.
SILENT_AFTER = timedelta(seconds=60)
_MILLISECOND = timedelta(milliseconds=1)


class Interval(NamedTuple):
    """From an instant up to another."""

    from_at: datetime
    until_at: datetime


class Span(NamedTuple):
    """The part of an attempt's life in which time can be lost: from its own start instant up to the real start (not
    yet come: `now`), and from there to its end. `cut_ms`: by how much the real start shortened the attempt, because
    the close or the common end did not move with it."""

    own_start_at: datetime
    started_at: datetime
    ended_at: datetime
    cut_ms: int


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as intervals that neither overlap nor touch, in order; empty and backward ones fall out."""
    found: list[Interval] = []
    for one in sorted(one for one in intervals if one.until_at > one.from_at):
        if found and one.from_at <= found[-1].until_at:
            found[-1] = Interval(found[-1].from_at, max(found[-1].until_at, one.until_at))
        else:
            found.append(one)
    return found


def within(intervals: Iterable[Interval], bounds: Interval) -> list[Interval]:
    """What of `intervals` lies within `bounds`, merged."""
    return merged(Interval(max(one.from_at, bounds.from_at), min(one.until_at, bounds.until_at)) for one in intervals)


def without(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What of `intervals` lies in none of `taken`, merged."""
    rest = merged(intervals)
    for cut in merged(taken):
        pieces = (
            (
                Interval(one.from_at, min(one.until_at, cut.from_at)),
                Interval(max(one.from_at, cut.until_at), one.until_at),
            )
            for one in rest
        )
        rest = merged(piece for pair in pieces for piece in pair)
    return rest


def length_ms(intervals: Iterable[Interval]) -> int:
    """How long these intervals, which do not overlap, are together."""
    return sum((one.until_at - one.from_at) // _MILLISECOND for one in intervals)


def ongoing(heard_at: datetime | None, until_at: datetime) -> list[Interval]:
    """The silence that has lasted since a device was last heard up to `until_at`; none when it was heard just then."""
    if heard_at is None or until_at - heard_at <= SILENT_AFTER:
        return []
    return [Interval(heard_at, until_at)]


def lost_ms(silences: Iterable[Interval], outage: Interval, span: Span, *, spared: Iterable[Interval] = ()) -> int:
    """What an outage took from an attempt, rounded up. `spared`: when its clock stood (pauses, handed in for a while),
    and what earlier compensations covered.

    Silence after the start counts as it is. Silence between the own start instant and the real start counts only as
    far as it shortened the attempt: who starts late and still has the full time has lost nothing."""
    missed = without(within(silences, outage), spared)
    waiting = length_ms(within(missed, Interval(span.own_start_at, span.started_at)))
    running = length_ms(within(missed, Interval(span.started_at, span.ended_at)))
    return rounded(min(waiting, max(0, span.cut_ms)) + running)


def rounded(ms: int) -> int:
    """Up to whole ten seconds; nothing stays nothing."""
    return -(-ms // STEP_MS) * STEP_MS

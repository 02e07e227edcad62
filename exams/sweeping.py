"""One round of what must happen by the clock: overdue attempts are closed, due sittings are queued for scoring."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from exams import delivery, scoring


def sweep_round(
    now: datetime,
    grace: timedelta,
    ask_for_scoring: Callable[[int], bool],
    ask_for_scoring_again: Callable[[int, Sequence[int]], bool],
) -> tuple[int, int]:
    """Closes what is overdue and asks for the scoring of what is due, also of what late answers have overtaken;
    returns (closed attempts, sittings queued)."""
    closed = delivery.sweep(now, grace)
    queued = sum(ask_for_scoring(sitting.pk) for sitting in scoring.due_sittings(now))
    queued += sum(ask_for_scoring_again(*overtaken) for overtaken in scoring.overtaken(now).items())
    return closed, queued

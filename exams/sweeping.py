"""One round of what must happen by the clock: overdue attempts are closed, due sittings are queued for scoring."""

from collections.abc import Callable
from datetime import datetime, timedelta

from exams import delivery, scoring


def sweep_round(now: datetime, grace: timedelta, ask_for_scoring: Callable[[int], bool]) -> tuple[int, int]:
    """Closes what is overdue and asks for the scoring of what is due; returns (closed attempts, sittings queued)."""
    closed = delivery.sweep(now, grace)
    queued = sum(ask_for_scoring(sitting.pk) for sitting in scoring.due_sittings(now))
    return closed, queued

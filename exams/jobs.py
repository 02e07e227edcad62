"""Work that the queue does: scoring. A job may run twice or be cut off; what is left to do is a state in the tables."""

from collections.abc import Sequence

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from common import clock
from exams import clearing, performing, scoring


@app.task(queue="scoring")
def score_sitting(sitting_id: int) -> int:
    """Scores what is handed in of one sitting; returns how many attempts."""
    return scoring.score_by_id(sitting_id, clock.now())


def ask_for_scoring(sitting_id: int) -> bool:
    """Queues the scoring of a sitting unless it waits in the queue already; tells whether it was queued."""
    lock = f"score_sitting:{sitting_id}"
    try:
        with transaction.atomic():
            score_sitting.configure(queueing_lock=lock, lock=lock).defer(sitting_id=sitting_id)
    except AlreadyEnqueued:
        return False
    return True


@app.task(queue="scoring")
def score_again(attempt_ids: list[int]) -> int:
    """Scores these scored attempts anew; returns how many."""
    return scoring.score_again(attempt_ids, clock.now())


def ask_for_scoring_again(sitting_id: int, attempt_ids: Sequence[int]) -> None:
    """Queues that these attempts of a sitting are scored anew, together with whatever the transaction at hand changes
    for them. The lock is that of scoring the sitting: who is being scored just now is scored again afterwards."""
    for start in range(0, len(attempt_ids), scoring.CHUNK):
        chunk = list(attempt_ids[start : start + scoring.CHUNK])
        score_again.configure(lock=f"score_sitting:{sitting_id}").defer(attempt_ids=chunk)


def ask_for_overtaken(sitting_id: int, attempt_ids: Sequence[int]) -> bool:
    """`ask_for_scoring_again` for the sweep, which asks every second: once while it waits; tells whether it was
    queued."""
    lock = f"score_sitting:{sitting_id}"
    try:
        with transaction.atomic():
            again = score_again.configure(queueing_lock=f"overtaken:{sitting_id}", lock=lock)
            again.defer(attempt_ids=list(attempt_ids))
    except AlreadyEnqueued:
        return False
    return True


@app.task(queue="rehearsals", lock="rehearsals")
def rehearse(rehearsal_id: int) -> None:
    """Performs a rehearsal, once; asked again after a worker died, it says so instead."""
    performing.run_apart(rehearsal_id, clock.now)


def ask_for_rehearsal(rehearsal_id: int) -> None:
    """Queues a rehearsal; one after the other."""
    rehearse.defer(rehearsal_id=rehearsal_id)


@app.task(queue="rehearsals", lock="rehearsals")
def clear_rehearsals() -> int:
    """Takes away what ended rehearsals left; returns how many."""
    return clearing.clear_ended(clock.now())


def ask_for_clearing() -> None:
    """Queues that it is cleared."""
    clear_rehearsals.defer()

"""Work that the queue does: scoring. A job may run twice or be cut off; what is left to do is a state in the tables."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from common import clock
from exams import scoring


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

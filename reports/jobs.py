"""Work that the queue does: findings. It asks what is out of date, so a job lost or run twice changes nothing."""

from procrastinate.contrib.django import app

from common import clock


@app.periodic(cron="* * * * * */3")
@app.task(queue="reports", queueing_lock="refresh_findings", lock="refresh_findings")
def refresh_findings(timestamp: int) -> int:
    """Every three seconds: computes the findings of exams whose results have changed; returns of how many."""
    # Here, not above: every process of the product reads this module, and only the one that works needs pandas.
    from reports import findings

    return findings.refresh_due(clock.now())

"""The queue's part: a periodic job that finds by itself what is to be computed."""

import pytest
from procrastinate.contrib.django import app

from reports import jobs
from reports.models import Summary
from tests.reports.sheets import after_closing, sat_exam
from tests.world import World

__all__ = ["after_closing"]


def test_the_queue_asks_every_three_seconds_and_never_twice_at_once() -> None:
    assert "reports.jobs.refresh_findings" in app.tasks
    (periodic,) = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name.startswith("reports.")]
    assert periodic.cron == "* * * * * */3"
    assert jobs.refresh_findings.queueing_lock == jobs.refresh_findings.lock == "refresh_findings"


@pytest.mark.django_db
@pytest.mark.usefixtures("after_closing")
def test_the_job_computes_what_has_changed_and_then_has_nothing_to_do(world: World) -> None:
    sat_exam(world)
    assert jobs.refresh_findings(timestamp=0) == 1
    assert Summary.objects.exists()
    assert jobs.refresh_findings(timestamp=3) == 0

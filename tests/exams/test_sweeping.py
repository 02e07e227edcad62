"""The rounds of the sweep: closing, queueing, scoring by the real queue."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from exams import jobs, sweeping
from exams.models import Result
from tests import world as cast
from tests.processes import own_environment
from tests.world import NOW, World

GRACE = timedelta(seconds=30)


def test_a_round_closes_what_is_overdue_and_queues_what_is_due(world: World) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, release_rule="on_submission"))
    cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    queued: list[int] = []

    def ask(sitting_id: int) -> bool:
        queued.append(sitting_id)
        return True

    assert sweeping.sweep_round(NOW + timedelta(minutes=40, seconds=31), GRACE, ask) == (1, 1)
    assert queued == [sitting.pk]


def test_a_sitting_waits_in_the_queue_once(world: World) -> None:
    sitting = cast.make_sitting(world)
    assert jobs.ask_for_scoring(sitting.pk)
    assert not jobs.ask_for_scoring(sitting.pk)
    assert ProcrastinateJob.objects.filter(task_name="exams.jobs.score_sitting").count() == 1


def test_scoring_a_sitting_that_is_gone_is_no_trouble(db: None) -> None:
    assert jobs.score_sitting(987654) == 0


@pytest.mark.django_db(transaction=True)
def test_the_command_and_the_worker_bring_an_overdue_attempt_to_its_result() -> None:
    world = cast.build()
    sitting = cast.make_sitting(world, cast.make_exam(world, release_rule="on_submission"))
    attempt = cast.attempt_of(sitting, world.ben)
    cast.answer(attempt, cast.right_answers(attempt.paper))
    cast.set_state(attempt, "active")
    call_command("sweep", "--once")
    worker = "procrastinate worker --one-shot --no-listen-notify --queues scoring"
    subprocess.run([sys.executable, "manage.py", *worker.split()], check=True, env=own_environment(), timeout=60)
    attempt.refresh_from_db()
    assert attempt.state == "scored"
    assert Result.objects.get().level == "excellent"

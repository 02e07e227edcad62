"""The rounds of the sweep: closing, queueing, scoring by the real queue."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from exams import jobs, scoring, sweeping
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

    late = NOW + timedelta(minutes=40, seconds=31)
    assert sweeping.sweep_round(late, GRACE, ask, jobs.ask_for_overtaken) == (1, 1)
    assert queued == [sitting.pk]


@pytest.mark.parametrize(("policy", "again"), [("accept", True), ("review", False), ("reject", False)])
def test_late_answers_after_the_scoring_are_scored_where_they_count(world: World, policy: str, again: bool) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, late_answers=policy, release_rule="on_submission"))
    ben = cast.set_state(cast.attempt_of(sitting, world.ben), "submitted")
    scoring.score_sitting(sitting, NOW)
    before = Result.objects.get(attempt=ben).score
    cast.answer(ben, cast.right_answers(ben.paper), at=NOW + timedelta(minutes=2), kept=True)
    now = NOW + timedelta(minutes=3)
    asked: list[tuple[int, list[int]]] = []

    def ask_again(sitting_id: int, attempt_ids: Sequence[int]) -> bool:
        asked.append((sitting_id, list(attempt_ids)))
        return True

    sweeping.sweep_round(now, GRACE, jobs.ask_for_scoring, ask_again)
    assert asked == ([(sitting.pk, [ben.pk])] if again else [])
    scoring.score_again([ben.pk], now)
    assert (Result.objects.get(attempt=ben).score > before) is again
    assert scoring.overtaken(now) == {}


def test_what_was_overtaken_waits_in_the_queue_once(world: World) -> None:
    assert jobs.ask_for_overtaken(1, [2])
    assert not jobs.ask_for_overtaken(1, [2])


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

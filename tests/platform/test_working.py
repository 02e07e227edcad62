"""The queue's worker outlives its database, and no job is lost with a worker that was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from exams import jobs

pytestmark = pytest.mark.django_db(transaction=True)

NOBODYS_SITTING = 987_654  # scoring a sitting that is gone does nothing, and succeeds


class Worker:
    """`manage.py work` on the test's database, in a process of its own."""

    def __init__(self, log: Path) -> None:
        own = connection.settings_dict
        address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}"
        if own["PORT"]:
            address += f"&port={own['PORT']}"
        self.log = log
        with log.open("w") as words:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "work"],
                env={**os.environ, "DATABASE_URL": address, "PGAPPNAME": "the worker"},
                stdout=words,
                stderr=subprocess.STDOUT,
            )

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def worker(tmp_path):
    ask("delete from procrastinate_jobs")  # these tables are no models of ours: a test that failed leaves rows
    running = Worker(tmp_path / "work.log")
    yield running
    running.end()


def ask(statement: str, *arguments: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


def until(holds, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def scoring_jobs() -> list[str]:
    return [status for (status,) in ask("select status::text from procrastinate_jobs where queue_name = 'scoring'")]


def leave_in_the_middle() -> None:
    """As a worker leaves it that was killed: being done, by nobody."""
    with transaction.atomic():  # no worker sees it before
        jobs.ask_for_scoring(NOBODYS_SITTING)
        ask("update procrastinate_jobs set status = 'doing', worker_id = null where queue_name = 'scoring'")


def test_a_job_is_done_and_leaves_nothing(worker):
    jobs.ask_for_scoring(NOBODYS_SITTING)

    until(lambda: scoring_jobs() == [])
    assert worker.end() == 0


def test_a_job_that_was_cut_off_is_taken_up_again(worker):
    leave_in_the_middle()

    until(lambda: scoring_jobs() == [])


def test_the_same_work_waiting_behind_it_is_done_in_its_stead(worker):
    with transaction.atomic():
        leave_in_the_middle()
        jobs.ask_for_scoring(NOBODYS_SITTING)
        assert sorted(scoring_jobs()) == ["doing", "todo"]

    until(lambda: scoring_jobs() == [])


def test_it_goes_on_after_its_connections_were_cut(worker):
    jobs.ask_for_scoring(NOBODYS_SITTING)
    until(lambda: scoring_jobs() == [])

    ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the worker'")
    jobs.ask_for_scoring(NOBODYS_SITTING)

    until(lambda: scoring_jobs() == [])
    assert worker.process.poll() is None

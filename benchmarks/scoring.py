"""How long the scoring of a city's exam takes, and the findings after it, on a database with the real tables.

    python benchmarks/scoring.py [--students 50000] [--items 50]

Budgets (DESIGN 9), on two cores that also run the database: scoring 50,000 x 50 under 15 s; full analysis under 30 s
and 1.5 GB. Checks afterwards with its own SQL that every attempt has its result and every room its summary."""

import argparse
import os
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import answered  # first: it sets Django up
from django.db import connection

from exams import scoring
from reports import findings
from reports.models import ItemFinding, Summary


def timed(what: str, budget: str, act: Callable[[], object]) -> None:
    """Runs and prints one line: seconds by the clock, processor seconds of this process and of its database session
    (which tell more than the clock when the machine is busy with other things), peak memory so far, the budget."""
    session, processor, began = database_seconds(), time.process_time(), time.perf_counter()
    act()
    took, own = time.perf_counter() - began, time.process_time() - processor
    session = database_seconds() - session
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = f"{took:7.2f} s; processor {own:6.2f} s here, {session:6.2f} s in the database; peak {memory:5.0f} MB"
    print(f"{what:34} {line}; budget {budget}", flush=True)


def database_seconds() -> float:
    """Processor seconds that the session's own server process has used; 0 when it runs on another machine."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Fills, scores, computes, checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=50_000)
    parser.add_argument("--items", type=int, default=50)
    options = parser.parse_args()
    with answered.private_database():
        began = time.perf_counter()
        sitting = answered.fill(options.students, options.items)
        print(f"{options.students} students x {options.items} items made in {time.perf_counter() - began:.1f} s")
        now = answered.NOW + timedelta(hours=2)
        timed("scoring the sitting", "15 s", lambda: scoring.score_sitting(sitting, now))
        timed("findings of every class, place", "", lambda: findings.refresh_classes(sitting.exam, now))
        timed("findings of the whole exam", "together 30 s, 1500 MB", lambda: findings.refresh_whole(sitting.exam, now))
        timed("asking when nothing has changed", "", lambda: findings.refresh_due(now + timedelta(hours=1)))
        one = sitting.attempts.first()
        with connection.cursor() as cursor:
            cursor.execute("update exams_room set results_version = results_version + 1 where id = %s", [one.room_id])
        timed("one class that has changed", "a few seconds", lambda: findings.refresh_classes(sitting.exam, now))
        check(options.students)


def check(students: int) -> None:
    """Counts with SQL of its own; fails when anything is missing."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from exams_result where jsonb_typeof(slots) = 'object'")
        assert cursor.fetchone() == (students,)
        cursor.execute("select count(*) from exams_attempt where state <> 'scored'")
        assert cursor.fetchone() == (0,)
    city = Summary.objects.get(organization__kind="city")
    assert city.participant_count == students
    print(
        f"checked: {students} results, {Summary.objects.count()} summaries, {ItemFinding.objects.count()} item findings"
    )


if __name__ == "__main__":
    main()

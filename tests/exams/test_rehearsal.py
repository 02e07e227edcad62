"""A rehearsal has real papers, seats and cards, and nobody who exists."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common import clock
from exams import cards, rehearsal
from exams.lane.times import milliseconds
from exams.models import Attempt, Exam, Sitting
from schools.models import Organization, Student
from tests.world import NOW, World, make_item

PLAN = rehearsal.Plan(student_count=100, item_count=6, starts_at=NOW + timedelta(minutes=5), minutes=40)


def fill_bank(cast: World, *, single: int = 6, multiple: int = 2, true_false: int = 2) -> None:
    counts = {"single_choice": single, "multiple_choice": multiple, "true_false": true_false}
    for kind, count in counts.items():
        for _ in range(count):
            make_item(cast.city, kind)


@pytest.mark.django_db
def test_it_seats_everybody_with_a_card_in_a_class(world: World) -> None:
    fill_bank(world)
    sitting = rehearsal.prepare(PLAN, NOW)
    attempts = list(sitting.attempts.all())
    assert len(attempts) == 100
    assert {cards.parse(attempt.card) for attempt in attempts} == {attempt.card for attempt in attempts}
    assert [room.attempts.count() for room in sitting.rooms.order_by("organization__path")] == [45, 45, 10]
    assert {attempt.paper.item_count for attempt in attempts} == {6}
    assert len({attempt.paper_id for attempt in attempts}) == rehearsal.PAPERS


@pytest.mark.django_db
def test_its_clock_gives_everybody_the_full_time(world: World) -> None:
    fill_bank(world)
    sitting = rehearsal.prepare(PLAN, NOW)
    assert (sitting.opens_at, sitting.starts_at) == (NOW, PLAN.starts_at)
    last_start = PLAN.starts_at + timedelta(milliseconds=sitting.start_spread_ms)
    assert sitting.closes_at == last_start + timedelta(minutes=40)


@pytest.mark.django_db
def test_nobody_in_it_exists_and_it_is_kept_out_of_what_is_real(world: World) -> None:
    fill_bank(world)
    students, organizations = Student.objects.count(), Organization.objects.real().count()
    sitting = rehearsal.prepare(PLAN, NOW)
    assert sitting.exam.rehearsal
    assert Student.objects.filter(synthetic=False).count() == students
    assert Organization.objects.real().count() == organizations
    assert not Sitting.objects.real().exists()
    assert not Attempt.objects.real().exists()
    assert not Attempt.objects.visible_to(world.city_admin, "student:view").exists()


@pytest.mark.django_db
def test_a_second_rehearsal_has_students_of_its_own(world: World) -> None:
    fill_bank(world)
    first = rehearsal.prepare(PLAN, NOW)
    leaver = first.attempts.earliest("pk")
    leaver.delete()
    leaver.student.delete()
    rehearsal.prepare(PLAN, NOW)
    assert Student.objects.filter(synthetic=True).count() == 199


@pytest.mark.django_db
def test_a_bank_that_is_too_small_is_said_to_be_and_nothing_stays(world: World, tmp_path: Path) -> None:
    fill_bank(world)
    with pytest.raises(CommandError, match=r"要 50 题.*10"):
        call_command("prepare_rehearsal", students=5, start_in=5, minutes=5, out=tmp_path / "cards.csv")
    assert not Exam.objects.filter(rehearsal=True).exists()
    assert not Student.objects.filter(synthetic=True).exists()


@pytest.mark.django_db
def test_the_command_writes_the_cards_and_prints_the_sitting(world: World, tmp_path: Path) -> None:
    fill_bank(world)
    out, file = StringIO(), tmp_path / "cards.csv"
    before = milliseconds(clock.now())
    call_command("prepare_rehearsal", students=50, items=10, start_in=60, minutes=5, out=file, stdout=out)
    report = json.loads(out.getvalue())
    assert set(report) == {"sitting", "students", "starts_at"}
    assert report["students"] == 50
    assert before + 60_000 <= report["starts_at"] <= milliseconds(clock.now()) + 60_000
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 50
    assert set(rows[0]) == {"card", "attempt", "class"}
    seats = dict(Attempt.objects.filter(sitting=report["sitting"]).values_list("pk", "card"))
    assert {int(row["attempt"]): row["card"] for row in rows} == seats
    assert len({row["class"] for row in rows}) == 2


@pytest.mark.django_db
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    for students, start_in, minutes in ((0, 5, 5), (5, -1, 5), (5, 5, 0)):
        with pytest.raises(CommandError):
            call_command(
                "prepare_rehearsal", students=students, start_in=start_in, minutes=minutes, out=tmp_path / "cards.csv"
            )

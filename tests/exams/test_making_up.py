"""Make-up sittings: who sits them, with which paper, and that everybody counts once."""

from datetime import timedelta
from typing import Any

import pytest

from exams import delivery, making_up, planning, scheduling, scoring
from exams.making_up import Missing
from exams.models import Attempt, Blueprint, BlueprintCell, Room, Sitting
from reports import frames
from schools.models import AuditEntry, Organization
from tests import world as cast
from tests.world import NOW, World

CLOSED = NOW + timedelta(hours=2)
DAY = timedelta(days=1)


def plan(**changes: Any) -> Sitting:
    values = {
        "title": "补考",
        "opens_at": CLOSED + DAY,
        "starts_at": CLOSED + DAY,
        "closes_at": CLOSED + DAY + timedelta(hours=1),
        "time_limit_ms": 40 * 60_000,
    } | changes
    return Sitting(**values)


@pytest.fixture
def first(world: World) -> Sitting:
    """Ben handed in, Cleo never came."""
    sitting = cast.make_sitting(world, cast.make_exam(world, papers=3))
    cast.set_state(cast.attempt_of(sitting, world.ben), "submitted")
    return sitting


def make_up(world: World, first: Sitting, **options: Any) -> Sitting:
    return making_up.make_up(first, plan(), by=world.school_admin, now=options.pop("now", CLOSED), **options)


def test_the_absent_sit_it_in_their_class_with_another_paper(world: World, first: Sitting) -> None:
    before = cast.attempt_of(first, world.cleo)
    second = make_up(world, first)
    attempt = second.attempts.get()
    before.refresh_from_db()
    assert (attempt.student, attempt.room.organization, attempt.state) == (world.cleo, world.class_71, "assigned")
    assert attempt.paper != before.paper
    assert attempt.card != before.card
    assert (second.make_up_of, second.exam, second.fixed_at) == (first, first.exam, CLOSED)
    assert list(second.organizations.all()) == [world.class_71]
    assert before.state == "voided"
    assert [(event.event, event.why) for event in before.events.all()] == [("void", "改为参加“补考”")]


def test_entered_and_never_started_is_absent_too(world: World, first: Sitting) -> None:
    cast.set_state(cast.attempt_of(first, world.cleo), "entered")
    assert make_up(world, first).attempts.get().student == world.cleo


def test_before_the_close_everybody_may_still_come_unless_the_room_was_ended(world: World, first: Sitting) -> None:
    with pytest.raises(making_up.NobodyToSit):
        make_up(world, first, now=NOW)
    delivery.end_room(cast.room_of(first, world.class_71), by=world.ada, now=NOW)
    assert make_up(world, first, now=NOW).attempts.count() == 1


def test_a_delayed_room_is_not_over_with_the_sitting(world: World, first: Sitting) -> None:
    Room.objects.filter(sitting=first).update(delay_ms=3 * 3_600_000)
    assert making_up.missing(first, CLOSED) == []
    assert len(making_up.missing(first, CLOSED + timedelta(hours=2))) == 1


def test_the_voided_sit_it_and_their_old_attempt_stays_voided(world: World, first: Sitting) -> None:
    delivery.void(cast.attempt_of(first, world.ben), by=world.school_admin, why="设备故障", now=NOW)
    assert making_up.missing(first, CLOSED) == [Missing(world.class_71, 1, 1)]
    second = make_up(world, first)
    assert {attempt.student for attempt in second.attempts.all()} == {world.ben, world.cleo}
    assert first.attempts.get(student=world.ben).events.count() == 1


def test_whoever_has_another_seat_in_the_exam_does_not_sit_twice(world: World, first: Sitting) -> None:
    make_up(world, first)
    with pytest.raises(making_up.NobodyToSit):
        make_up(world, first)
    other = cast.make_sitting(world, first.exam, organizations=[world.class_72], fix=False)
    Room.objects.create(sitting=other, organization=world.class_72)
    ben = cast.attempt_of(first, world.ben)
    delivery.void(ben, by=None, why="", now=NOW)
    scheduling.admit_walk_in(cast.room_of(other, world.class_72), world.ben, by=None, now=NOW)
    assert making_up.missing(first, CLOSED) == []


def test_a_make_up_that_was_withdrawn_can_be_planned_again(world: World, first: Sitting) -> None:
    planning.withdraw(make_up(world, first), by=world.school_admin, now=CLOSED)
    again = make_up(world, first)
    assert again.attempts.get().student == world.cleo


def test_absent_from_the_make_up_too_they_get_a_third_paper_and_then_none_is_left(world: World, first: Sitting) -> None:
    second = make_up(world, first)
    later = second.closes_at + timedelta(minutes=1)
    third = making_up.make_up(second, plan(title="再补考"), by=world.school_admin, now=later)
    papers = {one.paper_id for one in Attempt.objects.filter(student=world.cleo)}
    assert len(papers) == 3
    with pytest.raises(making_up.NoOtherPaper) as refusal:
        making_up.make_up(third, plan(), by=world.school_admin, now=later + DAY)
    assert refusal.value.student_count == 1
    third.attempts.get(student=world.cleo, state="assigned")


def test_with_one_paper_only_it_is_refused_until_another_is_assembled(world: World) -> None:
    items = [cast.make_item(world.city) for _ in range(4)]
    exam = cast.make_exam(world, items[:2])
    exam.blueprint = Blueprint.objects.create(organization=world.city, title="方案", stage="junior")
    BlueprintCell.objects.create(blueprint=exam.blueprint, kind="single_choice", count=2, points=2)
    exam.save()
    first = cast.make_sitting(world, exam)
    with pytest.raises(making_up.NoOtherPaper):
        make_up(world, first)
    assert Sitting.objects.count() == 1
    paper = planning.add_paper(exam, by=world.city_admin, now=CLOSED)
    assert paper.number == 2
    assert {slot.item_version.item for slot in paper.slots.all()} == set(items[2:])
    assert {one.paper for one in make_up(world, first).attempts.all()} == {paper}


def test_only_the_places_named_are_sat(world: World) -> None:
    first = cast.make_sitting(world, cast.make_exam(world, papers=2), organizations=[world.city])
    north = Organization.objects.below(world.north)
    assert making_up.missing(first, CLOSED, north) == [Missing(world.class_71, 2, 0)]
    second = make_up(world, first, within=north)
    assert set(second.organizations.all()) == {world.class_71}
    assert cast.attempt_of(first, world.otto).state == "assigned"


def test_absence_and_make_up_are_one_student_in_the_report(world: World, first: Sitting) -> None:
    second = make_up(world, first)
    people = frames.read(first.exam, CLOSED).people
    assert len(people) == 2
    assert not people["absent"].any()
    cast.set_state(second.attempts.get(), "submitted", now=second.opens_at)
    for sitting in (first, second):
        scoring.score_sitting(sitting, second.closes_at)
    people = frames.read(first.exam, second.closes_at).people
    assert (len(people), people["absent"].any()) == (2, False)


def test_names_are_looked_at_with_a_trace(world: World, first: Sitting) -> None:
    (attempt,) = making_up.open_names(first, world.class_71, by=world.school_admin, now=CLOSED)
    assert attempt.student == world.cleo
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.organization, entry.object_ids) == ("student:view", world.class_71, [attempt.pk])


def test_a_make_up_is_an_act_of_weight(world: World, first: Sitting) -> None:
    second = make_up(world, first)
    entry = AuditEntry.objects.get(action="sitting:schedule")
    assert (entry.object_ids, entry.reason) == ([second.pk], "make-up 1")

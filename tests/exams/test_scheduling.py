"""Rosters, rooms, attempts, seat cards and walk-ins."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from exams import cards, delivery, scheduling
from exams.lifecycle import IllegalTransition
from exams.models import Attempt, Exam, Room
from tests import world as cast
from tests.world import NOW, World


def test_fixing_the_roster_makes_a_room_per_class_and_an_assigned_attempt_per_student(world: World) -> None:
    sitting = cast.make_sitting(world, organizations=[world.city])
    assert {room.organization for room in sitting.rooms.all()} == {world.class_71, world.south_71}
    assert {attempt.student for attempt in sitting.attempts.all()} == {world.ben, world.cleo, world.otto}
    assert set(sitting.attempts.values_list("state", flat=True)) == {"assigned"}


def test_every_attempt_has_a_card_that_parses_and_a_seed_of_its_own(world: World) -> None:
    attempts = list(cast.make_sitting(world).attempts.all())
    assert all(cards.parse(attempt.card) == attempt.card for attempt in attempts)
    assert len({attempt.card for attempt in attempts}) == len({attempt.seed for attempt in attempts}) == len(attempts)


def test_neighbours_get_different_parallel_papers(world: World) -> None:
    exam = cast.make_exam(world, papers=2)
    sitting = cast.make_sitting(world, exam)
    ben, cleo = cast.attempt_of(sitting, world.ben), cast.attempt_of(sitting, world.cleo)
    assert ben.paper_id != cleo.paper_id


def test_only_the_grade_of_the_sitting_sits(world: World) -> None:
    older = cast.make_class(world.north, 1, entry_year=2025)
    cast.make_student(older, "大同学")
    assert cast.make_sitting(world, grade=7).attempts.count() == 2
    assert cast.make_sitting(world, grade=8).attempts.count() == 1


def test_students_who_moved_away_are_not_on_the_roster(world: World) -> None:
    world.ben.enrollments.update(until=NOW.date())
    assert [a.student for a in cast.make_sitting(world).attempts.all()] == [world.cleo]


def test_a_roster_with_no_students_is_refused_and_nothing_is_fixed(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False, grade=9)
    with pytest.raises(scheduling.EmptyRoster):
        scheduling.fix_roster(sitting, by=world.city_admin, now=NOW)
    sitting.refresh_from_db()
    assert sitting.fixed_at is None
    assert not Room.objects.exists()


def test_a_roster_is_fixed_once(world: World) -> None:
    sitting = cast.make_sitting(world)
    with pytest.raises(scheduling.AlreadyFixed):
        scheduling.fix_roster(sitting, by=None, now=NOW)
    assert sitting.attempts.count() == 2


def test_an_exam_without_papers_cannot_be_sat(world: World) -> None:
    exam = Exam.objects.create(organization=world.city, title="空", stage="junior", basis="依据", created_at=NOW)
    with pytest.raises(scheduling.NoPapers):
        cast.make_sitting(world, exam)


def test_a_walk_in_gets_a_seat_and_a_second_seat_is_refused(world: World) -> None:
    sitting = cast.make_sitting(world)
    room = cast.room_of(sitting, world.class_71)
    newcomer = cast.make_student(world.class_72, "新来的")
    attempt = scheduling.admit_walk_in(room, newcomer, by=world.ada, now=NOW)
    assert (attempt.walk_in, attempt.state, attempt.room) == (True, "assigned", room)
    assert attempt.events.get().event == "walk_in"
    with pytest.raises(scheduling.AlreadySeated):
        scheduling.admit_walk_in(room, newcomer, by=world.ada, now=NOW)


def test_somebody_whose_attempt_was_voided_may_be_seated_again(world: World) -> None:
    sitting = cast.make_sitting(world)
    delivery.void(cast.attempt_of(sitting, world.ben), by=world.city_admin, why="误操作", now=NOW)
    again = scheduling.admit_walk_in(cast.room_of(sitting, world.class_71), world.ben, by=world.ada, now=NOW)
    assert again.state == "assigned"


def test_the_database_itself_refuses_a_second_attempt(world: World) -> None:
    attempt = cast.attempt_of(cast.make_sitting(world), world.ben)
    attempt.pk, attempt.card = None, "000000000000"
    with pytest.raises(IntegrityError, match="attempt_one_per_student_and_sitting"), transaction.atomic():
        attempt.save()


def test_a_replaced_card_is_another_card_and_the_old_one_is_gone(world: World) -> None:
    attempt = cast.attempt_of(cast.make_sitting(world), world.ben)
    old = attempt.card
    replaced = scheduling.replace_card(attempt, by=world.ada, why="丢了", now=NOW)
    assert replaced.card != old
    assert not Attempt.objects.filter(card=old).exists()
    assert replaced.events.get().event == "replace_card"


def test_a_card_of_a_voided_attempt_is_not_replaced(world: World) -> None:
    attempt = cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "voided")
    with pytest.raises(IllegalTransition):
        scheduling.replace_card(attempt, by=world.ada, why="丢了", now=NOW)


def test_a_colliding_card_takes_the_next_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    derive = cards.derive
    monkeypatch.setattr(cards, "derive", lambda pk, version, key: derive(1 if version == 1 else pk, version, key))
    attempts = list(cast.make_sitting(world).attempts.all())
    assert len({attempt.card for attempt in attempts}) == 2
    assert {attempt.card_version for attempt in attempts} == {1, 2}


def test_the_start_of_many_is_spread_by_what_the_machine_was_rehearsed_for(world: World, settings: object) -> None:
    settings.LANE_REHEARSED_STARTS_PER_SECOND = 1  # type: ignore[attr-defined]
    assert cast.make_sitting(world).start_spread_ms == 2000


def test_all_who_start_at_one_instant_are_spread_together(world: World, settings: Settings) -> None:
    settings.LANE_REHEARSED_STARTS_PER_SECOND = 1
    north = cast.make_sitting(world)
    south = cast.make_sitting(world, north.exam, organizations=[world.south])
    north.refresh_from_db()
    assert north.start_spread_ms == south.start_spread_ms == 3000


def test_after_a_go_only_one_room_starts_at_once(world: World, settings: Settings) -> None:
    settings.LANE_REHEARSED_STARTS_PER_SECOND = 1
    assert cast.make_sitting(world, organizations=[world.city], start_mode="go").start_spread_ms == 2000


def test_a_whole_class_is_seated_with_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world, fix=False, closes_at=NOW + timedelta(hours=2))
    with django_assert_max_num_queries(25):
        assert scheduling.fix_roster(sitting, by=None, now=NOW) == 62

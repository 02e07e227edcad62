"""Reconciliation: what devices say was saved against what is stored."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from exams import reconciling
from exams.models import Attempt, AttemptEvent, JournalEntry
from exams.reconciling import Reconciliation
from tests import world as cast
from tests.world import NOW, World


@pytest.fixture
def ben(world: World) -> Attempt:
    attempt = cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "submitted")
    cast.answer(attempt, {1: ["c1"], 2: ["c2"], 3: []})
    return attempt


def report(attempt: Attempt, acknowledged: int, *, epoch: int = 1, event: str = "submit", **data: Any) -> None:
    told = {"epoch": epoch, "last_seq": acknowledged, "acknowledged": acknowledged} | data
    AttemptEvent.objects.create(attempt=attempt, event=event, at=NOW, data=told)


def of(attempt: Attempt) -> Reconciliation:
    return reconciling.of_rooms([attempt.room_id])[attempt.room_id]


def test_all_that_was_acknowledged_is_stored(ben: Attempt) -> None:
    report(ben, 3)
    assert of(ben) == Reconciliation(1, 1, 0, 3, 3, (), ())
    assert of(ben).difference == 0


def test_an_entry_that_is_gone_is_named(ben: Attempt) -> None:
    report(ben, 3)
    JournalEntry.objects.filter(attempt=ben, seq=2).delete()
    assert (of(ben).difference, of(ben).differing) == (1, (ben.pk,))


def test_what_came_beyond_does_not_cover_what_is_gone(ben: Attempt) -> None:
    report(ben, 3)
    JournalEntry.objects.filter(attempt=ben, seq=2).delete()
    JournalEntry.objects.create(attempt=ben, epoch=1, seq=4, event="shown", at=NOW, kept=True)
    assert of(ben).difference == 1


def test_late_entries_are_stored_too(ben: Attempt) -> None:
    cast.answer(ben, {4: []}, kept=True)
    report(ben, 4, event="report")
    assert of(ben).difference == 0


def test_every_epoch_is_compared_by_itself(ben: Attempt) -> None:
    cast.answer(ben, {1: ["c1"]}, epoch=2)
    report(ben, 3)
    report(ben, 2, epoch=2)
    assert (of(ben).acknowledged, of(ben).stored, of(ben).reported_count) == (5, 4, 1)


def test_the_newest_report_of_an_epoch_holds(ben: Attempt) -> None:
    report(ben, 2)
    cast.answer(ben, {1: ["c2"]})
    report(ben, 4)
    assert (of(ben).acknowledged, of(ben).stored) == (4, 4)


def test_who_has_not_reported_is_named(ben: Attempt) -> None:
    report_without = AttemptEvent(attempt=ben, event="submit", at=NOW, data={"epoch": 1, "last_seq": 3})
    report_without.save()
    assert of(ben) == Reconciliation(1, 0, 0, 0, 0, (), (ben.pk,))


def test_who_never_began_or_was_voided_is_not_asked(world: World, ben: Attempt) -> None:
    cast.set_state(ben, "voided")
    assert of(ben) == reconciling.NOTHING


def test_an_answer_sheet_on_paper_has_no_device_to_report(ben: Attempt) -> None:
    AttemptEvent.objects.create(attempt=ben, event="transcribe", at=NOW)
    assert (of(ben).paper_count, of(ben).silent) == (1, ())


def test_rooms_are_added_up(world: World, ben: Attempt) -> None:
    cleo = cast.set_state(cast.attempt_of(ben.sitting, world.cleo), "submitted")
    report(ben, 3)
    report(cleo, 1)
    whole = reconciling.total([of(ben), Reconciliation(1, 1, 0, 5, 4, (77,), ())])
    assert (whole.started_count, whole.acknowledged, whole.difference) == (3, 9, 2)
    assert whole.differing == (cleo.pk, 77)


def test_many_rooms_take_one_query(
    world: World, ben: Attempt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rooms = list(ben.sitting.rooms.values_list("pk", flat=True))
    assert len(rooms) > 0
    with django_assert_num_queries(1):
        assert set(reconciling.of_rooms(rooms)) == set(rooms)


def test_those_concerned_are_named(ben: Attempt) -> None:
    assert [attempt.student.name for attempt in reconciling.attempts([ben.pk])] == ["本小江"]

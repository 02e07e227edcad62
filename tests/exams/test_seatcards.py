"""Seat cards as they are printed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import cards, delivery, scheduling, seatcards
from exams.models import Attempt, Room, Sitting
from schools.models import AuditEntry
from tests import world as cast
from tests.world import NOW, World


def print_all(world: World, sitting: Sitting, who: str = "city_admin") -> list[seatcards.Sheet]:
    rooms = seatcards.printable(world.staff[who], sitting)
    return seatcards.sheets(rooms, by=world.staff[who], now=NOW)


def test_every_student_has_a_card_with_number_digits_and_code(world: World) -> None:
    sitting = cast.make_sitting(world)
    (sheet,) = print_all(world, sitting)
    assert [(card.attempt.student, card.seat) for card in sheet.cards] == [(world.ben, 1), (world.cleo, 2)]
    assert sheet.school == world.north
    assert all(card.digits == cards.spaced(card.attempt.card) for card in sheet.cards)
    assert all(card.qr.startswith("data:image/svg+xml") and "style" not in card.qr for card in sheet.cards)


def test_cards_of_different_students_have_different_codes(world: World) -> None:
    (sheet,) = print_all(world, cast.make_sitting(world))
    assert len({card.qr for card in sheet.cards}) == 2


def test_a_class_fills_sheets_of_ten_and_begins_on_a_new_one(world: World) -> None:
    for number in range(9):
        cast.make_student(world.class_71, f"生{number}", f"Z{number:03d}")
    cast.make_student(world.class_72, "二班生")
    pages = print_all(world, cast.make_sitting(world))
    assert [(page.number, page.sheet_count, len(page.cards)) for page in pages] == [(1, 2, 10), (2, 2, 1), (1, 1, 1)]
    assert pages[1].cards[0].seat == 11


def test_only_the_own_classes_are_printed_and_voided_seats_are_not(world: World) -> None:
    sitting = cast.make_sitting(world, organizations=[world.city])
    delivery.void(cast.attempt_of(sitting, world.ben), by=world.ada, why="误", now=NOW)
    (sheet,) = print_all(world, sitting, "ada")
    assert [card.attempt.student for card in sheet.cards] == [world.cleo]


def test_walk_ins_come_last_so_that_numbers_printed_before_stay_true(world: World) -> None:
    sitting = cast.make_sitting(world)
    early = cast.make_student(world.class_72, "插班生", "A0001")
    scheduling.admit_walk_in(cast.room_of(sitting, world.class_71), early, by=world.ada, now=NOW)
    (sheet,) = print_all(world, sitting)
    assert [card.attempt.student for card in sheet.cards] == [world.ben, world.cleo, early]


def test_a_single_card_carries_the_number_it_has_on_the_sheet(world: World) -> None:
    attempt = cast.attempt_of(cast.make_sitting(world), world.cleo)
    sheet = seatcards.single(attempt, by=world.ada, now=NOW)
    assert [(card.attempt, card.seat) for card in sheet.cards] == [(attempt, 2)]


def test_printing_is_remembered_school_by_school_with_rooms_only(world: World) -> None:
    sitting = cast.make_sitting(world, organizations=[world.city])
    print_all(world, sitting)
    entries = {entry.organization: entry.object_ids for entry in AuditEntry.objects.filter(action="card:print")}
    rooms = {room.organization: room.pk for room in sitting.rooms.all()}
    assert entries == {world.north: [rooms[world.class_71]], world.south: [rooms[world.south_71]]}


def test_a_reprint_is_remembered_with_its_attempt(world: World) -> None:
    attempt = cast.attempt_of(cast.make_sitting(world), world.ben)
    seatcards.single(attempt, by=world.ada, now=NOW)
    entry = AuditEntry.objects.get(action="card:print")
    assert (entry.object_kind, entry.object_ids) == ("attempt", [attempt.pk])


def test_the_queries_do_not_grow_with_the_class(world: World) -> None:
    for number in range(30):
        cast.make_student(world.class_71, f"生{number}")
    sitting = cast.make_sitting(world)
    with CaptureQueriesContext(connection) as queries:
        print_all(world, sitting)
    assert len(queries) <= 6


def test_a_large_print_falls_into_schools_and_a_school_into_classes(world: World) -> None:
    cast.make_student(world.class_72, "二班生")
    sitting = cast.make_sitting(world, organizations=[world.city])
    rooms = seatcards.printable(world.city_admin, sitting)
    assert [(one.organization, one.student_count) for one in seatcards.choices(rooms)] == [
        (world.north, 3),
        (world.south, 1),
    ]
    parts = seatcards.choices(seatcards.of_place(rooms, world.north))
    assert [(one.organization, one.student_count) for one in parts] == [(world.class_71, 2), (world.class_72, 1)]
    assert all(isinstance(one.room, Room) for one in parts)


def test_a_voided_seat_has_no_card_to_print(world: World) -> None:
    attempt = cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "voided")
    with pytest.raises(Attempt.DoesNotExist):
        seatcards.attempts(world.ada).get(pk=attempt.pk)

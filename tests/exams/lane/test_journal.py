"""Journals read as a whole: every entry, and whether it is left out of the fold."""

from datetime import timedelta

from exams.lane import database, journal
from exams.lane.config import LaneConfig
from exams.lane.fold import Entry
from exams.models import Attempt, LateDecision
from tests import world
from tests.exams.lane.builders import Hall, database_url, secret
from tests.world import NOW


def read(hall: Hall, *attempts: Attempt) -> journal.Journals:
    async def once() -> journal.Journals:
        connection = await database.connect(LaneConfig(database_url=database_url(), secret_key=secret()), "a test")
        try:
            return await journal.read(connection, [attempt.pk for attempt in attempts])
        finally:
            await connection.close()

    return hall.lane.run(once())


def test_several_journals_are_read_at_once_and_an_empty_one_is_empty(hall: Hall) -> None:
    sitting = hall.sitting()
    ben, cleo = (world.attempt_of(sitting, student) for student in (hall.cast.ben, hall.cast.cleo))
    world.answer(ben, {1: ["c1"], 2: []})
    assert read(hall, ben, cleo) == {
        ben.pk: [(Entry(1, 1, 1, ["c1"]), False), (Entry(1, 2, 2, []), False)],
        cleo.pk: [],
    }
    assert read(hall) == {}


def test_a_late_entry_is_left_out_unless_the_policy_or_the_newest_decision_lets_it_count(hall: Hall) -> None:
    strict, kind = (hall.sitting(exam=world.make_exam(hall.cast, late_answers=one)) for one in ("review", "accept"))
    late = [world.attempt_of(sitting, hall.cast.ben) for sitting in (strict, kind)]
    for attempt in late:
        world.answer(attempt, {1: ["c1"]}, kept=True)

    def left_out() -> list[bool]:
        found = read(hall, *late)
        return [found[attempt.pk][0][1] for attempt in late]

    assert left_out() == [True, False]
    for counts in (True, False):
        for attempt in late:
            LateDecision.objects.create(attempt=attempt, epoch=1, seq=1, counts=counts, at=NOW + timedelta(hours=1))
        assert left_out() == [not counts, not counts]

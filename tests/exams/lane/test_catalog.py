"""What the lane keeps in memory: read once for all who wait, read again when it changed, forgotten when nobody asks."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from exams.lane.catalog import UNUSED_AFTER_S, Catalog, Gone
from exams.lane.config import LaneConfig
from exams.lane.database import Link
from exams.models import Room, Sitting
from tests import world
from tests.exams.lane.builders import Hall, database_url, datetime_of, secret


class Memory:
    """A catalog of one's own, with seconds that pass when told."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.seconds = 0.0
        self.link = Link(LaneConfig(database_url=database_url(), secret_key=secret()), "catalog under test")
        self.catalog = Catalog(self.link, lambda: date(2026, 10, 20), lambda: self.seconds, secret())

    def sitting(self, pk: int):
        return self.hall.lane.run(self.catalog.sitting(pk))

    def paper(self, pk: int):
        return self.hall.lane.run(self.catalog.paper(pk))

    def refresh(self) -> None:
        self.hall.lane.run(self.catalog.refresh(datetime_of(self.hall.lane.clock.now)))


@pytest.fixture
def memory(hall: Hall) -> Iterator[Memory]:
    memory = Memory(hall)
    yield memory
    hall.lane.run(memory.link.close())


def test_a_sitting_is_read_again_every_round_and_not_in_between(hall: Hall, memory: Memory) -> None:
    sitting = hall.sitting()
    assert memory.sitting(sitting.pk).title == "第一场"
    Sitting.objects.filter(pk=sitting.pk).update(title="改了名")
    assert memory.sitting(sitting.pk).title == "第一场"
    memory.refresh()
    assert memory.sitting(sitting.pk).title == "改了名"


def test_many_who_ask_at_once_get_the_same_one(hall: Hall, memory: Memory) -> None:
    sitting = hall.sitting()

    async def everybody():
        return await asyncio.gather(*(memory.catalog.sitting(sitting.pk) for _ in range(50)))

    assert len({id(one) for one in hall.lane.run(everybody())}) == 1


def test_what_is_not_there_or_no_longer_is_gone(hall: Hall, memory: Memory) -> None:
    with pytest.raises(Gone):
        memory.sitting(987_654)
    sitting = hall.sitting(fix=False)
    memory.sitting(sitting.pk)
    Sitting.objects.filter(pk=sitting.pk).delete()
    memory.refresh()
    with pytest.raises(Gone):
        memory.sitting(sitting.pk)


def test_what_nobody_asked_for_is_forgotten_and_read_anew_when_somebody_does(hall: Hall, memory: Memory) -> None:
    sitting = hall.sitting()
    memory.sitting(sitting.pk)
    memory.seconds = UNUSED_AFTER_S + 1
    memory.refresh()
    Sitting.objects.filter(pk=sitting.pk).update(title="改了名")
    assert memory.sitting(sitting.pk).title == "改了名"


def test_the_end_of_an_exam_is_that_of_its_last_room_make_ups_and_delays_included(hall: Hall, memory: Memory) -> None:
    first = hall.sitting()
    assert memory.sitting(first.pk).last_closes_at == first.closes_at
    later = first.closes_at + timedelta(days=2)
    make_up = hall.sitting(exam=first.exam, make_up_of=first, starts_at=later - timedelta(hours=1), closes_at=later)
    memory.refresh()
    assert memory.sitting(first.pk).last_closes_at == later
    Room.objects.filter(sitting=make_up).update(delay_ms=600_000)
    memory.refresh()
    assert memory.sitting(first.pk).last_closes_at == later + timedelta(minutes=10)


def test_a_paper_knows_how_it_is_checked_sealed_and_whether_it_is_heard(hall: Hall, memory: Memory) -> None:
    frozen = hall.sitting().exam.papers.get()
    paper = memory.paper(frozen.pk)
    assert (paper.sha256, paper.item_count, paper.audio) == (frozen.sha256, 4, False)
    assert (paper.accepts(1, ["c1"]), paper.accepts(1, ["c1", "c2"]), paper.accepts(5, ["c1"])) == (True, False, False)
    assert len({paper.sha256, paper.sealing.sha256, paper.sealing.plain_name}) == 3


def test_somebody_is_at_work_until_the_last_has_handed_in(hall: Hall, memory: Memory) -> None:
    sitting = hall.sitting()

    def at_work() -> bool:
        return hall.lane.run(memory.catalog.at_work(sitting.exam_id, hall.lane.clock.now))

    assert at_work() is False
    ben = world.set_state(world.attempt_of(sitting, hall.cast.ben), "active")
    assert at_work() is False, "asked again only after some seconds"
    memory.seconds += 4
    assert at_work() is True
    world.set_state(ben, "submitted")
    memory.seconds += 4
    assert at_work() is False

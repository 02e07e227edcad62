"""Every fault of a system that `make run` started, while 315 students work in it: what was acknowledged is stored.

One product for all; each test is one fault. Afterwards everybody must work as before, and the journal is compared with
what was acknowledged, entry by entry."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import pytest

from exams.lane import fold
from exams.lane.config import LaneConfig
from tests.faults.product import SILENCE, Disk, Product
from tests.faults.students import ROOT, Load, Seat, Student
from tests.faults.wire import Wire
from tests.platform.test_run import until

pytestmark = pytest.mark.faults

STUDENTS, SPARE = 315, 20
LANES = ("lane-0", "lane-1")
SAVING = "select pid from pg_stat_activity where application_name = 'lane save'"


@dataclass
class Hall:
    """The product and who sits in it; `spare` seats are nobody's."""

    product: Product
    load: Load
    spare: list[Seat]

    @property
    def students(self) -> list[Student]:
        return self.load.students

    def recovered(self, seconds: float = 60) -> None:
        """Waits until everybody works as before, through every worker, then compares."""
        self.go_on(self.students, seconds)
        until(lambda: len(self.product.ask(SAVING)) == len(LANES), seconds)
        self.compare()

    def go_on(self, students: Iterable[Student], seconds: float) -> None:
        """Until each of them has got something saved that was written only now, and with it all before."""
        marks = [(student, len(student.journal)) for student in students]
        until(lambda: all(student.saved_seq > seq or student.refusals for student, seq in marks), seconds)

    def compare(self) -> None:
        """Acknowledged against stored; nothing is stored that nobody wrote, and nobody was told to give up."""
        acknowledged = {k: v for student in self.students for k, v in student.acknowledged.copy().items()}
        stored = self.stored(self.students)
        written = {k: v for student in self.students for k, v in student.written.copy().items()}
        assert {k: v for k, v in acknowledged.items() if stored.get(k) != (v, False)} == {}
        assert {k: v for k, v in stored.items() if written.get(k) != v[0]} == {}
        assert [refusal for student in self.students for refusal in student.refusals] == []
        assert self.trouble("without Retry-After") == 0

    def stored(self, students: Iterable[Student]) -> dict[Any, Any]:
        return self.product.stored([student.seat.attempt for student in students])

    def trouble(self, words: str = "") -> int:
        """How many answers so far told students to wait, or did not come."""
        return sum(count for what, count in self.load.retried().items() if words in what)


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    product = Product(Disk())
    try:
        product.launcher.ready()
        seats = product.rehearse(STUDENTS + SPARE)
        load = Load(seats[:STUDENTS], product.port)
        try:
            yield Hall(product, load, seats[STUDENTS:])
        finally:
            load.stop()
    finally:
        product.remove()


@pytest.fixture(autouse=True)
def at_work(hall: Hall) -> Iterator[None]:
    """Everybody is at work when a fault comes, and all parts are there again when it has gone."""
    until(lambda: all(student.saved_seq or student.refusals for student in hall.students), 60)
    yield
    assert all(hall.product.launcher.parts().values())
    assert hall.product.launcher.process.poll() is None


@pytest.mark.parametrize("name", LANES)
def test_a_lane_worker_is_killed(hall: Hall, name: str) -> None:
    hall.product.kill(name)

    hall.recovered()


def test_all_lane_workers_are_killed_at_once(hall: Hall) -> None:
    before = hall.trouble()

    hall.product.kill(*LANES)

    hall.recovered()
    assert hall.trouble() > before


def test_the_database_server_is_killed(hall: Hall) -> None:
    hall.product.kill("postgres")

    until(hall.product.tries, 30)
    hall.recovered()


def test_valkey_is_killed_and_nobody_at_work_notices(hall: Hall) -> None:
    before = hall.trouble("save 0"), hall.trouble("save 500")

    hall.product.kill("valkey")

    hall.recovered()
    assert (hall.trouble("save 0"), hall.trouble("save 500")) == before


def test_the_lanes_connections_are_cut_again_and_again(hall: Hall) -> None:
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lane save'"
    count, end = 0, time.monotonic() + 3

    while time.monotonic() < end:
        count += len(hall.product.ask(cut))
        time.sleep(0.1)

    assert count > 4
    hall.recovered()


def test_the_disk_is_full(hall: Hall) -> None:
    need_a_disk(hall)
    before = hall.trouble("save 503")

    with hall.product.disk.full():
        until(lambda: hall.trouble("save 503") > before + STUDENTS, 40)
        hall.compare()

    hall.recovered()


def test_the_disk_is_full_and_the_database_server_falls_over_it(hall: Hall) -> None:
    need_a_disk(hall)
    before = hall.trouble("save 503")

    with hall.product.disk.full():
        until(lambda: not hall.product.tries("select pg_switch_wal()"), 30)
        until(lambda: hall.trouble("save 503") > before + STUDENTS, 40)
        assert not hall.product.tries()

    until(hall.product.tries, 30)
    hall.recovered()


def need_a_disk(hall: Hall) -> None:
    if not hall.product.disk.is_own:
        pytest.skip(f"no file system can be mounted here: {hall.product.disk.why_not}")


def test_an_entry_the_database_refuses_is_refused_alone(hall: Hall) -> None:
    poisoned, others = hall.students[:5], hall.students[5:]
    table = "alter table exams_journalentry"
    hall.product.ask(f"{table} add constraint poison check (event <> 'poison') not valid")
    try:
        for student in poisoned:
            for event in ("", "poison", ""):
                hall.load.soon(partial(student.write, event))
        until(lambda: all(student.not_storable for student in poisoned), 20)
        hall.recovered()
    finally:
        hall.product.ask(f"{table} drop constraint poison")

    assert [len(student.not_storable) for student in poisoned] == [1] * 5
    assert not any(student.not_storable for student in others)


def test_a_full_queue_says_so_at_once(hall: Hall) -> None:
    before = hall.trouble("save 503")

    with hall.product.holding("lock table exams_journalentry in access exclusive mode"):
        # Who stands in the queue is told after ten seconds; who finds it full is told now.
        until(lambda: hall.trouble("save 503") > before + 20, 8)

    hall.recovered()


def test_an_attempt_locked_for_five_seconds_holds_up_nobody_else(hall: Hall) -> None:
    held, neighbours = hall.students[0], hall.students[1:]

    with hall.product.holding("select from exams_attempt where id = %s for update", held.seat.attempt):
        time.sleep(0.5)  # what was committed before is acknowledged
        saved, end = held.saved_seq, time.monotonic() + 5
        while time.monotonic() < end:
            hall.go_on(neighbours, 8)
        assert held.saved_seq == saved

    hall.recovered()


def test_the_same_retries_through_two_workers(hall: Hall) -> None:
    written = asyncio.run(twice_at_once(hall.product, hall.spare))

    assert len(written) == SPARE * 30
    assert hall.product.stored([seat.attempt for seat in hall.spare]) == {k: (v, False) for k, v in written.items()}


async def twice_at_once(product: Product, seats: list[Seat]) -> dict[Any, Any]:
    """Everybody sends every batch to both workers at the same moment, and once more; what they wrote."""
    students = [(Student(seat, partial(product.lane, 0)), Wire(partial(product.lane, 1))) for seat in seats]

    async def sit(student: Student, other: Wire) -> None:
        await student.enter()
        for _ in range(10):
            first = len(student.journal)
            for _ in range(3):
                student.write()
            batch = orjson.dumps({"entries": student.journal[first:]})
            wires = (student.wire, other)
            for _ in range(2):
                asked = [wire.ask("POST", ROOT + "save", batch, student.token) for wire in wires]
                told = [(answer.status, answer.document["saved_seq"]) for answer in await asyncio.gather(*asked)]
                assert told == [(200, first + 3)] * 2
        student.wire.close()
        other.close()

    await asyncio.gather(*(sit(*pair) for pair in students))
    return {k: v for student, _ in students for k, v in student.written.items()}


def test_a_whole_room_of_wiped_machines_reboots_and_is_back_without_the_teacher(hall: Hall) -> None:
    class_ = hall.students[0].seat.class_
    room = [student for student in hall.students if student.seat.class_ == class_]
    assert len(room) == 45

    async def reboot() -> None:
        await asyncio.gather(*(student.reboot() for student in room))

    hall.load.do(reboot())
    until(lambda: all(student.choices or student.refusals for student in room), 120)

    answers = folded(hall.stored(room), epoch=1)
    assert {student.seat.attempt: student.told for student in room} == answers
    assert {student.epoch for student in room} == {2}
    assert any(student.waits for student in room)
    # Two minutes hold wherever the silence is what it is by default: nobody is told to wait longer than that.
    assert max(wait for student in room for wait in student.waits) <= SILENCE
    assert LaneConfig().device_silence_ms <= 60_000
    moves = "select count(*) from exams_attemptevent where event = 'move' and why = 'silence' and attempt_id = any(%s)"
    assert hall.product.ask(moves, [student.seat.attempt for student in room]) == [(45,)]
    hall.recovered()


def folded(stored: dict[Any, Any], epoch: int) -> dict[int, dict[str, list[str]]]:
    """The answers that journals come to, up to an epoch."""
    journals: dict[int, list[fold.Entry]] = {}
    for (attempt, of, seq), ((slot, response, _), _) in stored.items():
        if of <= epoch:
            journals.setdefault(attempt, []).append(fold.Entry(of, seq, slot, response))
    return {
        attempt: {str(slot): response for slot, response in fold.responses(entries).items()}
        for attempt, entries in journals.items()
    }

"""A device that lost its network, from end to end: the lane's token, the client's own file, the journal, the report."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from exams import client_modules, late, rescue, rescuekeys, scoring
from exams import reconciling as reconciliation
from exams.lane.times import instant
from exams.lateanswers import Which
from exams.models import Attempt, Result
from tests import world
from tests.exams import rescuing
from tests.exams.lane.builders import MINUTE, Hall, Seat

MAKE = """
import {{ memoryStore }} from "{client}/storage.js";
import {{ collect, sealed }} from "{client}/rescue.js";
const store = memoryStore();
await store.putJournal({record});
for (const entry of {entries}) await store.putEntry("own", entry);
process.stdout.write(sealed(await collect(store), "{key}", 5));
"""


def made_by_the_client(seat: Seat, entries: list[dict[str, Any]], folder: Path) -> bytes:
    """The rescue file that the exam client makes of these entries, under node."""
    script = MAKE.format(
        client=client_modules.CLIENT.as_uri(),
        record=json.dumps({"key": "own", "token": seat.token, "epoch": seat.epoch, "savedSeq": 2}),
        entries=json.dumps(entries),
        key=rescuekeys.public_key(settings.SECRET_KEY),
    )
    (folder / "make.mjs").write_text(script)
    (folder / "package.json").write_text('{"type": "module"}')
    return subprocess.run(["node", "make.mjs"], cwd=folder, capture_output=True, check=True, timeout=60).stdout


def made_here(seat: Seat, entries: list[dict[str, Any]]) -> bytes:
    journal = {"token": seat.token, "epoch": seat.epoch, "saved_seq": 2, "entries": entries}
    return rescuing.file_of(journal)


def identities(seat: Seat) -> list[tuple[Any, ...]]:
    return [entry[:4] for entry in seat.entries()]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here; the next tests make the file in Python")
def test_the_clients_file_and_the_network_bring_the_same_entries_once(hall: Hall, tmp_path: Path) -> None:
    ben = hall.seat().begin()
    written = [ben.answer(1), ben.answer(2, 2), ben.event(3, "offline"), ben.answer(4, 3), ben.answer(5, 4, "true")]
    ben.save(*written[:2])
    (outcome,) = rescue.take_in(
        [("rescue.json", made_by_the_client(ben, written, tmp_path))],
        by=hall.cast.ada,
        now=instant(hall.lane.clock.now),
    )
    (joined,) = outcome.joined
    assert (joined.added, joined.known, joined.late, joined.conflicts, joined.refused) == (3, 2, 0, (), 0)
    assert [(row[1], row[2]) for row in identities(ben)] == [(1, 1), (2, 2), (3, None), (4, 3), (5, 4)]
    hall.lane.clock.forward(MINUTE)
    reply = ben.save(*written[2:])
    assert (reply.status, reply["saved_seq"]) == (200, 5)
    assert ben.submit(5).status == 200
    compared = reconciliation.of_rooms([ben.attempt.room_id])[ben.attempt.room_id]
    assert (compared.acknowledged, compared.stored, compared.difference) == (5, 5, 0)


def test_what_came_too_late_counts_once_it_is_decided(hall: Hall) -> None:
    ben = hall.seat().begin()
    right = world.right_answers(ben.attempt.paper)
    written = [ben.event(1, "offline"), {**ben.answer(2), "response": right[1]}]
    Attempt.objects.filter(pk=ben.attempt.pk).update(state="submitted", submitted_at=instant(hall.lane.clock.now))
    after = instant(hall.lane.clock.now) + timedelta(hours=1)
    rescue.take_in([("rescue.json", made_here(ben, written))], by=hall.cast.ada, now=after)
    scoring.score_sitting(ben.attempt.sitting, after)
    assert Result.objects.get().score == 0
    attempts = Attempt.objects.filter(pk=ben.attempt.pk)
    decided = late.decide_all(attempts, Which.EXPLAINED, counts=True, by=hall.cast.ada, why="断网", now=after)
    assert decided == (1, 1)
    scoring.score_again([ben.attempt.pk], after)
    assert Result.objects.get().score == 2


def test_a_database_that_lost_what_it_had_acknowledged_gets_it_back(hall: Hall) -> None:
    ben = hall.seat().begin()
    written = [ben.answer(1), ben.answer(2, 2), ben.answer(3, 3)]
    ben.save(*written)
    ben.submit(3)
    ben.attempt.journal_entries.filter(seq__gt=1).delete()
    room_id = ben.attempt.room_id
    assert reconciliation.of_rooms([room_id])[room_id].difference == 2
    rescue.take_in([("r.json", made_here(ben, written))], by=hall.cast.ada, now=instant(hall.lane.clock.now))
    assert reconciliation.of_rooms([room_id])[room_id].difference == 0


def test_after_a_move_the_old_devices_file_is_ordered_below(hall: Hall) -> None:
    ben = hall.seat().begin()
    old = [ben.answer(1, 1, "c2")]
    hall.lane.clock.forward(2 * MINUTE)
    tablet = ben.at("another")
    assert tablet.enter().status == 200
    tablet.save(tablet.answer(1, 1, "c3"))
    rescue.take_in([("r.json", made_here(ben, old))], by=hall.cast.ada, now=instant(hall.lane.clock.now))
    assert tablet.state()["responses"] == {"1": ["c3"]}
    assert [(row[0], row[6]) for row in ben.entries()] == [(1, True), (2, False)]

"""The verdict is the database's: it finds whatever is not as it was acknowledged."""

import gzip
from pathlib import Path

import pytest

from exams import performing, rehearsal
from exams.load import verdict
from exams.models import Attempt, JournalEntry, Sitting
from tests.exams.test_rehearsal import PLAN, fill_bank
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sitting() -> Sitting:
    cast: World = build()
    fill_bank(cast)
    return rehearsal.prepare(PLAN, NOW)


def stored(attempt: Attempt, seq: int, response: list[str], **more: object) -> None:
    JournalEntry.objects.create(
        attempt=attempt, epoch=1, seq=seq, slot=seq, response=response, at=NOW, received_at=NOW, **more
    )


def judged(folder: Path, sitting: Sitting, said: str, handed: str = "") -> dict[str, object]:
    with gzip.open(folder / "acknowledged-0.tsv.gz", "wt") as file:
        file.write(said)
    with gzip.open(folder / "receipts-0.tsv.gz", "wt") as file:
        file.write(handed)
    return verdict.of(folder, sitting.pk, performing.database_url())


def line(attempt: Attempt, seq: int, response: str, status: int = 200) -> str:
    return f"{attempt.pk}\t1\t{seq}\t{seq}\t{response}\t\t{status}\t0\n"


def test_what_is_stored_as_it_was_acknowledged_is_in_order(sitting: Sitting, tmp_path: Path) -> None:
    one = sitting.attempts.earliest("pk")
    stored(one, 1, ["c1"])
    stored(one, 2, ["c2", "c3"], kept=True)
    found = judged(tmp_path, sitting, line(one, 1, '["c1"]') + line(one, 2, '["c2", "c3"]', 202))
    assert [found[name] for name in ("acknowledged", "missing", "different", "not_counted")] == [2, 0, 0, 0]
    assert (found["stored"], found["kept"], found["states"]) == (2, 1, {"assigned": 100})


def test_it_finds_what_is_missing_what_is_different_and_what_does_not_count(sitting: Sitting, tmp_path: Path) -> None:
    one = sitting.attempts.earliest("pk")
    stored(one, 1, ["c1"])
    stored(one, 2, ["c2"], kept=True)
    found = judged(tmp_path, sitting, line(one, 1, '["c4"]') + line(one, 2, '["c2"]') + line(one, 3, '["c1"]'))
    assert [found[name] for name in ("missing", "different", "not_counted")] == [1, 1, 1]


def test_it_finds_receipts_that_do_not_agree(sitting: Sitting, tmp_path: Path) -> None:
    one = sitting.attempts.earliest("pk")
    stored(one, 1, ["c1"])
    Attempt.objects.filter(pk=one.pk).update(receipt="AAAA-BBBB-CCCC")
    true = f"{one.pk}\t1\tAAAA-BBBB-CCCC\t1\t1\n"
    said = line(one, 1, '["c1"]')
    wrong = ("false_receipts", "incomplete", "misreported")
    assert [judged(tmp_path, sitting, said, true)[name] for name in wrong] == [0, 0, 0]
    false = f"{one.pk}\t1\tXXXX-BBBB-CCCC\t2\t3\n"
    assert [judged(tmp_path, sitting, said, false)[name] for name in wrong] == [1, 1, 1]


def test_an_acknowledgement_of_somebody_elses_attempt_is_strange(sitting: Sitting, tmp_path: Path) -> None:
    other = rehearsal.prepare(PLAN, NOW).attempts.earliest("pk")
    stored(other, 1, ["c1"])
    assert judged(tmp_path, sitting, line(other, 1, '["c1"]'))["strange"] == 1

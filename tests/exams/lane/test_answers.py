"""What several calls answer alike: the own times, the paper's address, where an attempt stands."""

from datetime import UTC, datetime, timedelta

import pytest

from exams.lane import answers
from exams.lane.fold import Entry
from exams.lane.rows import Paper, Sealing
from exams.lane.times import milliseconds
from tests.exams.lane.test_admission import NOW, SITTING, attempt

PAPER = Paper(5, "a" * 64, 50, {}, {}, Sealing("b" * 64, "a key", "c" * 64), True)
MINUTE = timedelta(minutes=1)


def test_the_sitting_is_told_with_the_students_own_times() -> None:
    row = attempt("entered", delay_ms=600_000, extra_ms=300_000)
    told = answers.sitting(row, SITTING._replace(starts_at=NOW, admission_ms=900_000, late_start="common"), PAPER)
    assert told["starts_at"] == milliseconds(NOW + 10 * MINUTE)
    assert told["closes_at"] == milliseconds(SITTING.closes_at + 10 * MINUTE)
    assert told["admission_until"] == milliseconds(NOW + 25 * MINUTE)
    assert told["time_limit_ms"] == SITTING.time_limit_ms + 300_000
    assert (told["late_start"], told["closing_cuts"], told["item_count"]) == ("common", True, 50)


@pytest.mark.parametrize("encrypted", [True, False])
def test_the_key_is_in_the_opening_and_never_in_the_address(encrypted: bool) -> None:
    told, opening = answers.paper(PAPER, encrypted), answers.opening(PAPER, encrypted)
    assert "a key" not in str(told)
    assert PAPER.sealing.plain_name not in str(told)
    if encrypted:
        assert told["url"] == f"/papers/{'b' * 64}.sealed"
        assert PAPER.sha256 not in str(told), "the plain file's own hash would give its address away"
        assert opening == {"paper_key": "a key", "paper_url": f"/papers/{'c' * 64}.json"}
    else:
        assert told == {"url": f"/papers/{'a' * 64}.json", "sha256": "a" * 64, "encrypted": False, "audio": True}
        assert opening == {"paper_key": None, "paper_url": None}


def test_what_is_left_out_gives_no_answer_but_its_seq_is_used() -> None:
    entries = [(Entry(1, 1, 1, ["c1"]), False), (Entry(1, 2, 1, ["c2"]), True), (Entry(1, 3, None, None), False)]
    told = answers.progress(attempt("active"), 1, entries, NOW)
    assert (told["responses"], told["next_seq"]) == ({"1": ["c1"]}, 4)


def test_in_a_pause_the_deadline_moves_with_the_clock() -> None:
    row = attempt("paused")
    later = datetime(2026, 10, 20, 1, 5, tzinfo=UTC)
    told = answers.progress(row, 1, [], later)
    assert told["deadline_at"] == milliseconds(row.deadline_at + (later - row.paused_at))

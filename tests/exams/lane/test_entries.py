"""Whatever comes in a batch is read or refused; nothing else happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.lane import entries
from exams.lane.problems import Problem
from exams.lane.rows import Paper, Sealing
from exams.lane.tokens import Claims
from questionbank import interactions

SLOT = {"slot": 1, "kind": "multiple_choice", "choices": [{"id": "c1"}, {"id": "c2"}, {"id": "c3"}]}
PAPER = Paper(5, "", 1, {}, {1: (interactions.of("multiple_choice").well_formed, SLOT)}, Sealing("", "", ""), False)
CLAIMS = Claims(1, 2, 3, 4, 5, 2**45, 3000)

anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
member = st.sampled_from(["seq", "slot", "response", "event", "at"])
odd_entry = st.dictionaries(member, anything | st.integers(0, 3) | st.just(["c1"]) | st.just("hidden"), max_size=5)


@given(st.dictionaries(st.just("entries"), anything | st.lists(odd_entry | anything, max_size=4)))
def test_anything_is_read_or_refused(document: dict[str, Any]) -> None:
    stored = outcome(document)
    if isinstance(stored, str):
        assert stored in ("invalid", "too_many_entries")
        return
    assert all(entry["attempt_id"] == 1 and entry["epoch"] == 2 for entry in stored)
    assert all(("event" in entry) != ("slot" in entry) for entry in stored)


def outcome(document: dict[str, Any]) -> list[dict[str, Any]] | str:
    try:
        return entries.read(document, CLAIMS, PAPER, 7)
    except Problem as problem:
        return problem.type


@given(st.integers(1, 2900), st.integers(1, 100))
def test_good_batches_are_read_as_they_are(first: int, count: int) -> None:
    batch = [{"seq": first + place, "slot": 1, "response": ["c2"], "at": 9} for place in range(count)]
    stored = entries.read({"entries": batch, "unknown": 1}, CLAIMS, PAPER, 7)
    assert [entry["seq"] for entry in stored] == list(range(first, first + count))
    assert stored[0] == {
        "attempt_id": 1,
        "epoch": 2,
        "seq": first,
        "at": 9,
        "received_at": 7,
        "slot": 1,
        "response": ["c2"],
    }


def test_nobody_names_somebody_elses_attempt() -> None:
    forged = {"seq": 1, "event": "hidden", "at": 1, "attempt_id": 99, "epoch": 99, "kept": False, "received_at": 0}
    (entry,) = entries.read({"entries": [forged]}, CLAIMS, PAPER, 7)
    assert entry == {"attempt_id": 1, "epoch": 2, "seq": 1, "at": 1, "received_at": 7, "event": "hidden"}


def test_a_seq_beyond_the_budget_is_too_many() -> None:
    with pytest.raises(Problem, match="too_many_entries"):
        entries.read({"entries": [{"seq": 10**30, "event": "hidden", "at": 1}]}, CLAIMS, PAPER, 7)

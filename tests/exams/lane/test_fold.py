"""The answer to a slot is its entry highest by (epoch, seq), in whatever order the journal is read."""

import random

from hypothesis import given
from hypothesis import strategies as st

from exams.lane import fold
from exams.lane.fold import Entry

entries = st.builds(
    Entry,
    epoch=st.integers(1, 4),
    seq=st.integers(1, 30),
    slot=st.one_of(st.none(), st.integers(1, 6)),
    response=st.lists(st.sampled_from(["c1", "c2", "c3"]), max_size=2),
)
journals = st.lists(entries, max_size=40, unique_by=lambda entry: (entry.epoch, entry.seq))


def test_the_highest_epoch_and_seq_wins_whatever_arrived_last() -> None:
    journal = [Entry(2, 1, 1, ["c2"]), Entry(1, 9, 1, ["c1"]), Entry(1, 3, 2, ["c3"]), Entry(2, 2, 3, [])]
    assert fold.responses(journal) == {1: ["c2"], 2: ["c3"], 3: []}


def test_events_answer_nothing() -> None:
    assert fold.responses([Entry(1, 1, None, None)]) == {}


@given(journals, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(journal: list[Entry], chance: random.Random) -> None:
    shuffled = [*journal, *journal[::2]]
    chance.shuffle(shuffled)
    assert fold.responses(shuffled) == fold.responses(journal)


@given(journals)
def test_it_is_the_answer_of_replaying_in_order(journal: list[Entry]) -> None:
    replayed = {}
    for entry in sorted(journal, key=lambda entry: (entry.epoch, entry.seq)):
        if entry.slot is not None:
            replayed[entry.slot] = entry.response
    assert fold.responses(journal) == replayed


@given(journals, st.integers(1, 4))
def test_the_next_seq_was_never_used_in_its_epoch(journal: list[Entry], epoch: int) -> None:
    used = {entry.seq for entry in journal if entry.epoch == epoch}
    following = fold.next_seq(journal, epoch)
    assert following not in used
    assert following == 1 or following - 1 in used


@given(st.sets(st.integers(1, 60)), st.integers(0, 60))
def test_what_is_missing_is_what_fills_the_row(stored: set[int], last: int) -> None:
    missing = fold.missing(stored, last)
    assert missing == sorted(missing)
    assert not set(missing) & stored
    assert set(missing) | {seq for seq in stored if seq <= last} == set(range(1, last + 1))

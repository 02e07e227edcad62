"""The pure core of the room's picture: order and repeats do not matter, silence and pace do."""

from hypothesis import given
from hypothesis import strategies as st

from exams.lifecycle import State
from proctoring import fold
from proctoring.fold import Entry, Fold, Pace, Place, Row, Shown, Tail, Watchers

START = 1_000_000


def place(attempt_id: int = 1, state: State = State.ACTIVE, room_id: int = 7, items: int = 5) -> Place:
    return Place(attempt_id, room_id, state, items, START, START + 60_000)


def entry(slot: int, epoch: int, seq: int, answered: bool = True, attempt_id: int = 1, received: int = START) -> Entry:
    return Entry(attempt_id, slot, fold.rank(epoch, seq, answered), received)


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """Entries of three attempts; an identity has one content, as in the database."""
    identities = draw(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 40)), unique=True, max_size=60)
    )
    return [
        entry(draw(st.integers(1, 6)), epoch, seq, draw(st.booleans()), attempt, START + draw(st.integers(0, 90_000)))
        for attempt, epoch, seq in identities
    ]


def naive(entries: list[Entry], attempt_id: int) -> int:
    """The answer to a slot is its entry highest by (epoch, seq): counted the slow way."""
    newest: dict[int, int] = {}
    for one in sorted((e for e in entries if e.attempt_id == attempt_id), key=lambda e: e.rank):
        newest[one.slot] = one.rank
    return sum(rank & 1 for rank in newest.values())


def folded(entries: list[Entry]) -> list[Row]:
    room = Fold()
    room.place([place(1), place(2), place(3)])
    room.answer(entries)
    room.judge({1, 2, 3}, START + 400_000)
    return room.rows(7)


@given(journals(), st.data())
def test_the_fold_does_not_care_for_order_or_repeats(entries: list[Entry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries))
    again = data.draw(st.lists(st.sampled_from(entries), max_size=30)) if entries else []
    assert folded(list(shuffled) + again) == folded(entries)


@given(journals())
def test_the_fold_counts_what_the_definition_counts(entries: list[Entry]) -> None:
    assert [row.answered for row in folded(entries)] == [naive(entries, pk) for pk in (1, 2, 3)]


@given(journals(), st.integers(1, 10))
def test_a_fold_in_pieces_names_every_room_that_moved(entries: list[Entry], size: int) -> None:
    room = Fold()
    room.place([place(1), place(2), place(3)])
    for start in range(0, len(entries), size):
        before = room.rows(7)
        room.changed.clear()
        room.answer(entries[start : start + size])
        assert 7 in room.changed or before == room.rows(7)


def test_a_cleared_answer_counts_no_more() -> None:
    room = Fold()
    room.place([place()])
    room.answer([entry(1, 1, 1), entry(2, 1, 2), entry(1, 1, 3, answered=False)])
    assert room.rows(7)[0].answered == 1


def test_entries_of_attempts_that_are_not_followed_are_passed_over() -> None:
    room = Fold()
    room.answer([entry(1, 1, 1, attempt_id=99)])
    assert not room.changed
    assert room.unknown([99]) == {99}


def test_a_row_read_again_unchanged_moves_nothing() -> None:
    room = Fold()
    room.place([place()])
    room.changed.clear()
    room.place([place()])
    assert not room.changed


def test_states_are_shown_in_the_proctors_words() -> None:
    room = Fold()
    room.place(place(number, state) for number, state in enumerate(State))
    assert [row.shown for row in room.rows(7)] == [
        Shown.ABSENT, Shown.WAITING, Shown.ANSWERING, Shown.PAUSED, Shown.SUBMITTED, Shown.SUBMITTED, Shown.VOIDED,
    ]  # fmt: skip


def test_whoever_waits_or_answers_and_is_not_heard_is_offline() -> None:
    room = Fold()
    room.place(place(number, state) for number, state in enumerate(State))
    room.judge(set(range(len(State))), START + fold.SILENCE_MS + 1)
    offline = [row.attempt_id for row in room.rows(7) if row.shown == Shown.OFFLINE]
    assert [list(State)[number] for number in offline] == [State.ENTERED, State.ACTIVE]


def test_a_saved_answer_is_a_sign_of_life() -> None:
    room = Fold()
    room.place([place()])
    room.judge({1}, START + 100_000)
    assert room.rows(7)[0].shown == Shown.OFFLINE
    room.answer([entry(1, 1, 1, received=START + 100_500)])
    assert room.rows(7)[0].shown == Shown.ANSWERING
    room.judge({1}, START + 101_000)
    assert room.rows(7)[0].shown == Shown.ANSWERING


def test_whoever_enters_again_is_not_offline() -> None:
    room = Fold()
    room.place([place()])
    room.judge({1}, START + 100_000)
    room.place([place(state=State.PAUSED)])
    assert room.rows(7)[0].shown == Shown.PAUSED


def test_five_minutes_without_an_answer_are_shown_as_quiet_unless_all_is_answered() -> None:
    room = Fold()
    room.place([place(1), place(2, items=1)])
    room.answer([entry(1, 1, 1), entry(1, 1, 1, attempt_id=2)])
    room.judge(set(), START + fold.QUIET_MS)
    assert [row.quiet for row in room.rows(7)] == [False, False]
    room.judge(set(), START + fold.QUIET_MS + 1)
    assert [row.quiet for row in room.rows(7)] == [True, False]


def test_rooms_that_closed_are_forgotten() -> None:
    room = Fold()
    room.place([place(1), place(2, room_id=8)])
    room.keep({8})
    assert room.rows(7) == []
    assert list(room.seats) == [2]
    assert room.changed == {8}


def test_counts_name_every_state_and_leave_voided_attempts_out_of_all() -> None:
    room = Fold()
    room.place(place(number, state) for number, state in enumerate(State))
    counted = fold.counts(room.rows(7))
    assert counted["all"] == 6
    assert counted["submitted"] == 2
    assert counted["offline"] == 0


def test_a_room_is_wanted_as_long_as_somebody_says_so() -> None:
    watchers = Watchers(100_000)
    watchers.heard(1, 0)
    watchers.heard(2, 50_000)
    assert watchers.wanted(100_000) == {1, 2}
    assert watchers.wanted(100_001) == {2}
    watchers.heard(1, 120_000)
    assert watchers.wanted(150_000) == {1, 2}


def test_a_room_is_told_at_most_once_in_two_seconds_and_the_longest_untold_first() -> None:
    pace = Pace()
    assert pace.due({1, 2}, 10_000, 2_000) == [1, 2]
    pace.sent = {1: 10_000, 2: 9_000}
    assert pace.due({1, 2}, 11_999, 2_000) == [2]
    assert pace.due({1, 2}, 12_000, 2_000) == [2, 1]


@given(st.permutations(list(range(1, 40))), st.integers(1, 5))
def test_ids_committed_out_of_order_are_read_once_each(order: list[int], size: int) -> None:
    tail, committed, read = Tail(0, 10_000), [], []
    for step, start in enumerate(range(0, len(order), size)):
        committed += order[start : start + size]
        fresh = tail.fresh([one for one in committed if one > tail.floor], step * 100)
        read += sorted(fresh)
    assert sorted(read) == list(range(1, 40))


def test_the_tails_floor_stays_behind_by_the_overlap() -> None:
    tail = Tail(0, 10_000)
    tail.fresh([5], 0)
    assert tail.floor == 0
    tail.fresh([5, 6], 10_001)
    assert tail.floor == 5


def test_who_works_at_a_device_that_keeps_nothing_is_shown_so_until_handing_in() -> None:
    room = Fold()
    room.place([place(1), place(2)])
    room.changed.clear()
    room.weaken({1})
    assert [row.fragile for row in room.rows(7)] == [True, False]
    assert room.changed == {7}
    room.changed.clear()
    room.weaken({1})
    assert room.changed == set()
    room.place([place(1, State.SUBMITTED)])
    room.weaken({1})
    assert [row.fragile for row in room.rows(7)] == [False, False]


def test_a_journal_of_which_less_counts_is_begun_anew() -> None:
    room = Fold()
    room.place([place(1), place(2)])
    room.answer([entry(1, 1, 1), entry(2, 1, 2), entry(1, 1, 1, attempt_id=2)])
    room.changed.clear()
    room.renew([1], [entry(1, 1, 1)])
    assert [row.answered for row in room.rows(7)] == [1, 1]
    assert room.changed == {7}

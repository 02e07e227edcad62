"""Who may enter, start and hand in: every state against every act, and the table of states behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import lifecycle
from exams.lane import admission
from exams.lane.problems import Problem
from exams.lane.rows import Attempt, Sitting
from exams.lifecycle import ANSWERING, FINISHED, State

NOW = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
SILENCE = timedelta(seconds=60)
SITTING = Sitting(
    id=1,
    exam_id=1,
    title="",
    start_mode="clock",
    opens_at=NOW - timedelta(minutes=10),
    starts_at=NOW - timedelta(minutes=1),
    closes_at=NOW + timedelta(hours=1),
    time_limit_ms=2_400_000,
    closing_cuts=True,
    start_spread_ms=0,
    release_rule="after_closing",
    show_marks=False,
    shuffle_slots=True,
    shuffle_choices=True,
    released_at=None,
    last_closes_at=NOW + timedelta(hours=1),
    admission_ms=None,
    late_start="full",
    encrypt_paper=False,
)


def attempt(state: str, **changes: Any) -> Attempt:
    begun = state not in (State.ASSIGNED, State.ENTERED)
    row = Attempt(
        id=1,
        sitting_id=1,
        room_id=1,
        paper_id=1,
        seed=5,
        state=state,
        card="123456789012",
        epoch=0 if state == State.ASSIGNED else 1,
        device="" if state == State.ASSIGNED else "tablet",
        journal="" if state == State.ASSIGNED else "journal",
        released_at=None,
        started_at=NOW if begun else None,
        deadline_at=NOW + timedelta(minutes=40) if begun else None,
        extra_ms=0,
        paused_at=NOW if state == State.PAUSED else None,
        paused_ms=0,
        submitted_at=NOW if state in FINISHED else None,
        receipt="",
        entered_at=None if state == State.ASSIGNED else NOW - timedelta(minutes=5),
        go_at=None,
        ended_at=None,
        delay_ms=0,
        held_at=None,
        heard_at=NOW,
        student_name="",
    )
    return row._replace(**changes)


def outcome(act: Any, *arguments: Any) -> Any:
    try:
        return act(*arguments)
    except Problem as problem:
        return problem.type


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("closed", [False, True])
def test_every_change_of_state_is_in_the_table(state: State, closed: bool) -> None:
    now = SITTING.closes_at if closed else NOW
    row = attempt(state)
    for act, after in {
        "enter": outcome(admission.enter, row, SITTING, "tablet", "journal", now, SILENCE),
        "start": outcome(admission.start, row, 1, SITTING, now),
        "submit": outcome(admission.submit, row, 1, now),
    }.items():
        changed = getattr(after, "row", after)
        if isinstance(changed, Attempt) and changed.state != state:
            assert lifecycle.target(act, state) == changed.state


@pytest.mark.parametrize("state", [State.ENTERED, *ANSWERING])
@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("silent_for", [0, 60_000, 60_001])
@pytest.mark.parametrize("device", ["tablet", "another"])
@pytest.mark.parametrize("journal", ["journal", "another"])
def test_a_device_enters_if_it_is_the_same_or_released_or_the_last_is_silent(
    state: State, released: bool, silent_for: int, device: str, journal: str
) -> None:
    row = attempt(
        state,
        released_at=NOW if released else None,
        heard_at=NOW - timedelta(milliseconds=silent_for),
    )
    entered = outcome(admission.enter, row, SITTING, device, journal, NOW, SILENCE)
    if device == "another" and not released and silent_for <= 60_000:
        assert entered == "occupied"
        return
    assert entered.row.state == state
    assert entered.epoch == (1 if journal == "journal" else 2)
    assert [event for event, *_ in entered.events] == (["move"] if device == "another" else [])
    assert (entered.row.released_at is None) is (device == "another" or not released)


@given(
    state=st.sampled_from(State),
    epoch=st.integers(0, 3),
    token=st.integers(0, 3),
    ahead=st.integers(-7200, 7200),
    ended=st.booleans(),
    mode=st.sampled_from(["clock", "go"]),
    gone=st.booleans(),
)
def test_a_start_never_gains_time_nor_leaves_the_window(
    state: State, epoch: int, token: int, ahead: int, ended: bool, mode: str, gone: bool
) -> None:
    now = NOW + timedelta(seconds=ahead)
    starts_at = NOW if mode == "clock" else None
    sitting = SITTING._replace(start_mode=mode, starts_at=starts_at, start_spread_ms=60_000)
    row = attempt(state, epoch=epoch, go_at=NOW if gone else None, ended_at=NOW if ended else None)
    after = outcome(admission.start, row, token, sitting, now)
    if isinstance(after, str):
        return
    assert token >= epoch
    if after is row:
        assert state in ANSWERING
        return
    assert (state, after.state, ended) == (State.ENTERED, State.ACTIVE, False)
    own = admission.own_start(row, sitting)
    assert own is not None
    assert own <= now < sitting.closes_at
    assert after.started_at == now
    assert after.deadline_at == min(now + timedelta(minutes=40), sitting.closes_at)


def test_looking_never_becomes_writing() -> None:
    for state in (State.ASSIGNED, State.ENTERED, State.SUBMITTED, State.SCORED):
        seen = admission.enter(attempt(state), SITTING, "home", "home", SITTING.closes_at, SILENCE)
        assert seen.epoch == 0
        assert seen.events == []


def test_the_deadline_stands_still_only_while_paused() -> None:
    later = NOW + timedelta(minutes=3)
    assert admission.deadline(State.PAUSED, NOW, NOW, later) == later
    assert admission.deadline(State.ACTIVE, NOW, None, later) == NOW
    assert admission.deadline(State.ENTERED, None, None, later) is None


SECOND = timedelta(seconds=1)
TEN = timedelta(minutes=10)
LIMITED = SITTING._replace(starts_at=NOW, admission_ms=600_000)


@pytest.mark.parametrize(("entered", "may"), [(-SECOND, True), (TEN, True), (TEN + SECOND, False)])
def test_who_came_in_time_may_start_and_who_came_later_may_not(entered: timedelta, may: bool) -> None:
    row = attempt(State.ENTERED, entered_at=NOW + entered)
    if may:
        assert admission.start(row, 1, LIMITED, NOW + 2 * TEN).state == State.ACTIVE
    else:
        with pytest.raises(Problem, match="closed") as refused:
            admission.start(row, 1, LIMITED, NOW + 2 * TEN)
        assert refused.value.detail == "came_too_late"


@pytest.mark.parametrize(
    ("policy", "cuts", "end"),
    [
        ("full", False, timedelta(minutes=60)),
        ("full", True, timedelta(minutes=60)),
        ("common", False, timedelta(minutes=40)),
    ],
)
def test_a_late_student_has_the_full_time_or_ends_with_the_others(policy: str, cuts: bool, end: timedelta) -> None:
    sitting = SITTING._replace(starts_at=NOW, late_start=policy, closing_cuts=cuts)
    started = admission.start(attempt(State.ENTERED), 1, sitting, NOW + timedelta(minutes=20))
    assert started.deadline_at == NOW + end


def test_a_delay_moves_start_close_and_admission_of_its_room_only() -> None:
    late = attempt(State.ENTERED, delay_ms=600_000, entered_at=NOW + timedelta(minutes=19))
    with pytest.raises(Problem, match="too_early"):
        admission.start(late, 1, LIMITED, NOW + TEN - SECOND)
    assert admission.start(late, 1, LIMITED, NOW + TEN).started_at == NOW + TEN
    close = SITTING.closes_at
    assert admission.is_closed(attempt(State.ENTERED), SITTING, close)
    assert not admission.is_closed(late, SITTING, close + TEN - SECOND)
    assert admission.is_closed(late, SITTING, close + TEN)


def test_nobody_starts_in_a_class_that_is_paused_and_its_close_does_not_come() -> None:
    held = attempt(State.ENTERED, held_at=NOW)
    with pytest.raises(Problem, match="too_early") as refused:
        admission.start(held, 1, SITTING, NOW + TEN)
    assert refused.value.members["starts_at"] is None
    assert "暂停" in refused.value.document("zh-Hans", 0)["detail"]
    assert not admission.is_closed(held, SITTING, SITTING.closes_at + TEN)
    assert admission.is_closed(held._replace(ended_at=NOW), SITTING, NOW)
    running = attempt(State.ACTIVE, held_at=NOW)
    assert admission.start(running, 1, SITTING, NOW + TEN) is running


def test_a_go_is_not_put_off_but_its_close_is() -> None:
    waiting = SITTING._replace(start_mode="go", starts_at=None)
    late = attempt(State.ENTERED, delay_ms=600_000, go_at=NOW)
    assert admission.own_start(late, waiting) == NOW
    assert admission.own_close(late, waiting) == waiting.closes_at + TEN


def test_a_second_device_is_told_in_how_long_the_first_will_have_been_silent() -> None:
    row = attempt(State.ACTIVE, heard_at=NOW - timedelta(seconds=20))
    with pytest.raises(Problem, match="occupied") as refused:
        admission.enter(row, SITTING, "another", "another", NOW, SILENCE)
    wait = timedelta(milliseconds=refused.value.members["retry_after_ms"])
    assert wait < timedelta(seconds=41)
    assert admission.enter(row, SITTING, "another", "another", NOW + wait, SILENCE).epoch == 2

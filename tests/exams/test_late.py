"""Late answers: shown with their reasons, decided singly and in bulk, counted by the newest decision."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from exams import late, lateanswers, scoring
from exams.lateanswers import Tally, Which
from exams.lateness import Cause, Span
from exams.models import Attempt, AttemptEvent, JournalEntry, LateDecision, Presence, Result, Silence
from schools.models import AuditEntry
from tests import world as cast
from tests.world import NOW, World

DEADLINE = NOW + timedelta(minutes=40)
LATER = NOW + timedelta(minutes=50)


@pytest.fixture
def ben(world: World) -> Attempt:
    """Ben, whose time ran out after 40 minutes."""
    attempt = cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "submitted")
    Attempt.objects.filter(pk=attempt.pk).update(submitted_at=DEADLINE + timedelta(seconds=30))
    attempt.refresh_from_db()
    return attempt


def late_answer(attempt: Attempt, seq: int, slot: int = 1, *, minute: float = 39, response: Any = ("c1",)) -> None:
    """One answer written in that minute of the test that arrived ten minutes after the deadline."""
    JournalEntry.objects.create(
        attempt=attempt,
        epoch=1,
        seq=seq,
        slot=slot,
        response=list(response),
        at=NOW + timedelta(minutes=minute),
        received_at=LATER,
        kept=True,
    )


def note(attempt: Attempt, seq: int, event: str, minute: float) -> None:
    moment = NOW + timedelta(minutes=minute)
    JournalEntry.objects.create(attempt=attempt, epoch=1, seq=seq, event=event, at=moment, received_at=LATER, kept=True)


def entries(attempt: Attempt) -> list[lateanswers.LateEntry]:
    return [entry for one in lateanswers.read([attempt]) for entry in one.entries]


def decide_all(attempt: Attempt, world: World, which: Which = Which.ALL, counts: bool = True) -> tuple[int, int]:
    rows = Attempt.objects.filter(sitting=attempt.sitting)
    return late.decide_all(rows, which, counts=counts, by=world.ada, why="全班断网", now=LATER)


def test_an_attempt_whose_answers_all_came_in_time_is_not_shown(ben: Attempt) -> None:
    cast.answer(ben, {1: ["c1"]})
    note(ben, 2, "offline", 5)
    assert lateanswers.read([ben]) == []
    assert list(lateanswers.with_late_answers(Attempt.objects.all())) == []


def test_a_late_answer_is_shown_with_both_clocks(ben: Attempt) -> None:
    late_answer(ben, 1, slot=3)
    (entry,) = entries(ben)
    assert (entry.slot, entry.response, entry.written_at) == (3, ["c1"], NOW + timedelta(minutes=39))
    assert (entry.received_at, entry.after, entry.in_time) == (LATER, timedelta(minutes=10), True)
    assert entry.decision is None


def test_an_answer_after_handing_in_is_after_no_deadline(ben: Attempt) -> None:
    Attempt.objects.filter(pk=ben.pk).update(submitted_at=NOW, deadline_at=NOW + timedelta(hours=2))
    ben.refresh_from_db()
    late_answer(ben, 1)
    (entry,) = entries(ben)
    assert (entry.after, entry.in_time) == (None, False)


def test_the_reason_is_what_the_device_noted(ben: Attempt) -> None:
    note(ben, 1, "offline", 38)
    late_answer(ben, 2)
    note(ben, 3, "online", 49)
    (entry,) = entries(ben)
    span = Span(NOW + timedelta(minutes=38), NOW + timedelta(minutes=49))
    assert entry.reason == (Cause.OFFLINE, span)


def test_the_reason_is_what_the_server_did_not_hear(ben: Attempt) -> None:
    late_answer(ben, 1)
    Silence.objects.create(attempt=ben, from_at=NOW + timedelta(minutes=37), until_at=LATER)
    assert entries(ben)[0].reason.cause == Cause.SILENT


@pytest.mark.parametrize(("seconds", "cause"), [(60, Cause.UNKNOWN), (61, Cause.SILENT)])
def test_a_device_that_never_came_back_is_silent_since_it_was_heard(ben: Attempt, seconds: int, cause: Cause) -> None:
    late_answer(ben, 1)
    heard_at = LATER - timedelta(seconds=seconds)
    Presence.objects.create(attempt=ben, heard_at=heard_at)
    (entry,) = entries(ben)
    assert entry.reason.cause == cause
    assert cause == Cause.UNKNOWN or entry.reason.span == Span(heard_at, None)


def test_nothing_seen_is_said_too(ben: Attempt) -> None:
    note(ben, 1, "offline", 3)
    note(ben, 2, "online", 4)
    late_answer(ben, 3)
    assert entries(ben)[0].reason == (Cause.UNKNOWN, None)


def test_what_a_rescue_file_brought_is_marked(ben: Attempt) -> None:
    late_answer(ben, 1)
    assert entries(ben)[0].rescued is False
    AttemptEvent.objects.create(attempt=ben, event="rescue", at=LATER)
    assert entries(ben)[0].rescued is True


def test_a_room_is_decided_at_once(world: World, ben: Attempt) -> None:
    cleo = cast.set_state(cast.attempt_of(ben.sitting, world.cleo), "submitted")
    for attempt in (ben, cleo):
        late_answer(attempt, 1)
        late_answer(attempt, 2, slot=2)
    assert decide_all(ben, world) == (4, 2)
    assert list(LateDecision.objects.values_list("attempt", "epoch", "seq", "counts").order_by("attempt", "seq")) == [
        (ben.pk, 1, 1, True),
        (ben.pk, 1, 2, True),
        (cleo.pk, 1, 1, True),
        (cleo.pk, 1, 2, True),
    ]
    assert lateanswers.tallies([ben.room_id]) == {ben.room_id: Tally(2, 4, 4, 0)}


def test_deciding_again_finds_nothing_undecided(world: World, ben: Attempt) -> None:
    late_answer(ben, 1)
    decide_all(ben, world)
    assert decide_all(ben, world, counts=False) == (0, 0)
    assert LateDecision.objects.count() == 1


@pytest.mark.parametrize(("which", "slots"), [(Which.ALL, {1, 2, 3}), (Which.IN_TIME, {1, 2}), (Which.EXPLAINED, {1})])
def test_a_bulk_decision_may_be_about_those_written_in_time_or_explained(
    world: World, ben: Attempt, which: Which, slots: set[int]
) -> None:
    note(ben, 1, "offline", 38)
    note(ben, 2, "online", 38.5)
    late_answer(ben, 3, slot=1, minute=38.2)
    late_answer(ben, 4, slot=2, minute=39)
    late_answer(ben, 5, slot=3, minute=45)
    decide_all(ben, world, which)
    assert {entry.slot for entry in entries(ben) if entry.decision} == slots


def test_a_voided_attempt_is_left_alone(world: World, ben: Attempt) -> None:
    late_answer(ben, 1)
    cast.set_state(ben, "voided")
    assert decide_all(ben, world) == (0, 0)
    assert lateanswers.tallies([ben.room_id]) == {}


def test_single_answers_are_decided_and_decided_otherwise(world: World, ben: Attempt) -> None:
    late_answer(ben, 1)
    late_answer(ben, 2, slot=2)
    acts = {"by": world.ada, "why": "看过了", "now": LATER}
    assert late.decide(ben, {(1, 1)}, counts=True, **acts) == 1
    assert late.decide(ben, {(1, 1), (1, 2), (9, 9)}, counts=True, **acts) == 1
    assert late.decide(ben, {(1, 1)}, counts=False, **acts) == 1
    first, second = entries(ben)
    assert first.decision is not None
    assert (first.decision.counts, first.decision.by_id, first.decision.why) == (False, world.ada.pk, "看过了")
    assert second.decision is not None
    assert second.decision.counts is True
    assert lateanswers.tallies([ben.room_id]) == {ben.room_id: Tally(1, 2, 1, 1)}


def test_only_late_answers_can_be_decided(world: World, ben: Attempt) -> None:
    cast.answer(ben, {1: ["c1"]})
    note(ben, 2, "offline", 38)
    assert late.decide(ben, {(1, 1), (1, 2)}, counts=False, by=world.ada, why="x", now=LATER) == 0
    assert not LateDecision.objects.exists()


def test_a_decision_leaves_an_event_and_an_audit_entry(world: World, ben: Attempt) -> None:
    late_answer(ben, 1)
    decide_all(ben, world)
    (event,) = ben.events.all()
    assert (event.event, event.by_id, event.why, event.at) == ("decide_late", world.ada.pk, "全班断网", LATER)
    assert event.data == {"counts": True, "entries": [[1, 1]]}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_ids, entry.reason) == ("late:decide", [ben.pk], "全班断网")


@pytest.mark.parametrize(("state", "asked"), [("scored", 1), ("submitted", 1), ("active", 0)])
def test_results_that_exist_are_computed_anew(world: World, ben: Attempt, state: str, asked: int) -> None:
    cast.set_state(ben, state)
    late_answer(ben, 1)
    decide_all(ben, world)
    jobs = ProcrastinateJob.objects.filter(task_name="exams.jobs.score_again")
    assert [(job.args, job.lock) for job in jobs] == [
        ({"attempt_ids": [ben.pk]}, f"score_sitting:{ben.sitting_id}")
    ] * asked


@pytest.mark.parametrize(
    ("policy", "decided", "score"),
    [
        ("review", [], 0),
        ("review", [True], 2),
        ("review", [True, False], 0),
        ("reject", [], 0),
        ("reject", [True], 2),
        ("accept", [], 2),
        ("accept", [False], 0),
        ("accept", [False, True], 2),
    ],
)
def test_the_newest_decision_counts_else_the_policy(world: World, policy: str, decided: list[bool], score: int) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, late_answers=policy))
    ben = cast.set_state(cast.attempt_of(sitting, world.ben), "submitted")
    late_answer(ben, 1, response=cast.right_answers(ben.paper)[1])
    for counts in decided:
        late.decide(ben, {(1, 1)}, counts=counts, by=world.ada, why="x", now=LATER)
    scoring.score_sitting(sitting, LATER)
    assert Result.objects.get().score == score


def test_a_scored_attempt_gets_its_new_result(world: World, ben: Attempt) -> None:
    late_answer(ben, 1, response=cast.right_answers(ben.paper)[1])
    scoring.score_sitting(ben.sitting, LATER)
    before = Result.objects.get().score
    version = ben.room.results_version
    decide_all(ben, world)
    assert scoring.score_again([ben.pk], LATER) == 1
    assert (before, Result.objects.get().score) == (0, 2)
    ben.room.refresh_from_db()
    assert ben.room.results_version > version


def test_who_is_not_scored_yet_is_not_scored_before_the_time(world: World, ben: Attempt) -> None:
    assert scoring.score_again([ben.pk], LATER) == 0
    assert not Result.objects.exists()


def test_a_decision_about_one_epoch_says_nothing_about_another(world: World, ben: Attempt) -> None:
    right = cast.right_answers(ben.paper)
    late_answer(ben, 1, response=right[1])
    LateDecision.objects.create(attempt=ben, epoch=2, seq=1, counts=True, at=LATER)
    scoring.score_sitting(ben.sitting, LATER)
    assert Result.objects.get().score == 0


def test_a_whole_room_is_read_with_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        late_answer(attempt, 1)
    with django_assert_max_num_queries(6):
        assert len(lateanswers.read(lateanswers.with_late_answers(sitting.attempts.all()))) == 32
    with django_assert_max_num_queries(14):
        late.decide_all(sitting.attempts.all(), Which.ALL, counts=True, by=world.ada, why="x", now=LATER)

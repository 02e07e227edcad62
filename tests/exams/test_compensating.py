"""Time given back after an outage: who gets it, how much, by whom, and never twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from exams import compensating, delivery, losses
from exams.losses import Loss, Standing
from exams.models import Attempt, AttemptEvent, Compensation, CompensationShare, Notice, Presence, Silence, Sitting
from exams.outages import Interval
from schools.models import AuditEntry, User
from tests import world as cast
from tests.world import NOW, World

OUTAGE = Interval(NOW + timedelta(minutes=10), NOW + timedelta(minutes=15))
AFTER = NOW + timedelta(minutes=20)


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def silent(attempt: Attempt, first: float, last: float) -> None:
    Silence.objects.create(attempt=attempt, from_at=minute(first), until_at=minute(last))


def heard(attempt: Attempt, last: float) -> None:
    Presence.objects.update_or_create(attempt=attempt, defaults={"heard_at": minute(last)})


@pytest.fixture
def sitting(world: World) -> Sitting:
    return cast.make_sitting(world)


@pytest.fixture
def ben(world: World, sitting: Sitting) -> Attempt:
    """Ben, at work since NOW and heard just before AFTER, but not during the outage."""
    attempt = cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    silent(attempt, 10, 14)
    heard(attempt, 19.9)
    return attempt


@pytest.fixture
def cleo(world: World, sitting: Sitting) -> Attempt:
    """Cleo, at work since NOW and heard throughout."""
    attempt = cast.set_state(cast.attempt_of(sitting, world.cleo), "active")
    heard(attempt, 19.9)
    return attempt


@pytest.fixture
def second(world: World) -> User:
    """Another administrator of North school."""
    return cast.make_user("second_admin", cast.Role.SCHOOL_ADMIN, world.north)


def found(world: World, sitting: Sitting, now: datetime = AFTER, **options: Any) -> list[Loss]:
    """Who lost time in North school."""
    return [loss for loss in losses.read(sitting.exam, world.north, OUTAGE, now, **options) if loss.ms]


def propose(world: World, sitting: Sitting, **options: Any) -> Compensation:
    return compensating.propose(
        sitting.exam, world.north, OUTAGE, why="交换机断电", by=world.school_admin, now=AFTER, **options
    )


def test_those_who_could_not_reach_us_are_found_with_what_they_lost(
    world: World, sitting: Sitting, ben: Attempt, cleo: Attempt
) -> None:
    assert found(world, sitting) == [Loss(ben.pk, ben.room_id, 240_000, Standing.RUNNING)]


def test_a_silence_that_still_lasts_counts_up_to_the_end_of_the_outage(
    world: World, sitting: Sitting, cleo: Attempt
) -> None:
    heard(cleo, 12)
    assert [loss.ms for loss in found(world, sitting)] == [180_000]


def test_other_places_are_left_out(world: World, sitting: Sitting, ben: Attempt) -> None:
    for place, count in ((world.south, 0), (world.class_72, 0), (world.class_71, 1), (world.north_county, 1)):
        assert len([loss for loss in losses.read(sitting.exam, place, OUTAGE, AFTER) if loss.ms]) == count


def test_a_pause_inside_the_outage_is_not_paid_again(world: World, sitting: Sitting, ben: Attempt) -> None:
    delivery.pause(ben, by=world.ada, why="", now=minute(11))
    delivery.resume(ben, by=world.ada, now=minute(13))
    assert [loss.ms for loss in found(world, sitting)] == [120_000]


def test_a_pause_that_still_lasts_is_not_paid_either(world: World, sitting: Sitting, ben: Attempt) -> None:
    delivery.pause(ben, by=world.ada, why="", now=minute(11))
    assert [loss.ms for loss in found(world, sitting)] == [60_000]


def test_time_after_the_deadline_was_never_theirs(world: World, sitting: Sitting, ben: Attempt) -> None:
    Attempt.objects.filter(pk=ben.pk).update(deadline_at=minute(12))
    assert [loss.ms for loss in found(world, sitting)] == [120_000]


def test_who_handed_in_before_lost_nothing_and_who_was_closed_by_the_clock_is_told_apart(
    world: World, sitting: Sitting, ben: Attempt, cleo: Attempt
) -> None:
    silent(cleo, 10, 14)
    Attempt.objects.filter(pk=ben.pk).update(deadline_at=minute(15))
    delivery.sweep(minute(16), timedelta(seconds=30))
    delivery.end(cleo, by=world.ada, why="", now=minute(17))
    standings = {loss.attempt_id: loss.standing for loss in found(world, sitting)}
    assert standings == {ben.pk: Standing.CLOSED_BY_CLOCK, cleo.pk: Standing.HANDED_IN}
    Attempt.objects.update(submitted_at=minute(9))
    assert found(world, sitting) == []


def test_who_hands_in_just_after_being_heard_has_not_been_silent(world: World, sitting: Sitting, cleo: Attempt) -> None:
    heard(cleo, 12)
    delivery.end(cleo, by=world.ada, why="", now=minute(12.5))
    assert found(world, sitting) == []


def test_who_never_came_is_named_and_gets_nothing(world: World, sitting: Sitting, ben: Attempt) -> None:
    absent = cast.attempt_of(sitting, world.cleo)
    assert Loss(absent.pk, absent.room_id, 0, Standing.NEVER_ENTERED) in losses.read(
        sitting.exam, world.north, OUTAGE, AFTER
    )


def test_who_missed_a_sitting_that_was_over_is_not_named(world: World, sitting: Sitting, ben: Attempt) -> None:
    for changes in ({"closes_at": minute(-60)}, {"opens_at": minute(60), "starts_at": minute(60)}):
        times = {"opens_at": minute(-120), "closes_at": minute(120)} | changes
        other = cast.make_sitting(world, sitting.exam, **times)
        absent = cast.attempt_of(other, world.cleo)
        assert absent.pk not in {one.attempt_id for one in losses.read(sitting.exam, world.north, OUTAGE, AFTER)}
    room = cast.room_of(sitting, world.class_71)
    delivery.end_room(room, by=world.ada, now=minute(9))
    assert Standing.NEVER_ENTERED not in {one.standing for one in losses.read(sitting.exam, world.north, OUTAGE, AFTER)}


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"closes_at": minute(120)}, 0),  # the full time from the own start
        ({"closes_at": minute(45)}, 300_000),  # the close takes what the outage took
        ({"closes_at": minute(52)}, 180_000),  # of 15 minutes the close takes three
        ({"closes_at": minute(45), "closing_cuts": False}, 0),
        ({"closes_at": minute(120), "late_start": "common"}, 300_000),  # all end together
    ],
)
def test_who_waited_in_vain_gets_what_the_close_took(world: World, changes: dict[str, Any], lost: int) -> None:
    sitting = cast.make_sitting(world, **changes)
    waiting = cast.set_state(cast.attempt_of(sitting, world.ben), "entered")
    silent(waiting, 9, 14.9)
    silent(waiting, 14.9, 15)
    heard(waiting, 15)
    read = {loss.attempt_id: loss.ms for loss in found(world, sitting, now=minute(15))}
    assert read.get(waiting.pk, 0) == lost


def test_nobody_loses_time_before_the_proctors_go(world: World) -> None:
    sitting = cast.make_sitting(world, start_mode="go")
    waiting = cast.set_state(cast.attempt_of(sitting, world.ben), "entered")
    silent(waiting, 10, 15)
    assert found(world, sitting) == []


def test_approving_moves_deadlines_and_tells_everybody_once(
    world: World, sitting: Sitting, ben: Attempt, cleo: Attempt, second: User
) -> None:
    proposal = propose(world, sitting)
    before = ben.deadline_at
    assert compensating.approve(proposal, by=second, now=minute(21)) == (1, 0)
    assert compensating.hand_out(proposal, by=second, now=minute(22)) == (0, 0)
    ben.refresh_from_db()
    cleo.refresh_from_db()
    assert before is not None
    assert (ben.deadline_at, ben.extra_ms) == (before + timedelta(minutes=4), 240_000)
    assert (cleo.deadline_at, cleo.extra_ms) == (before, 0)
    assert CompensationShare.objects.get().ms == 240_000
    event = AttemptEvent.objects.get(event="compensate")
    assert (event.attempt, event.by_id, event.data["minutes"], event.why) == (ben, second.pk, 4, "交换机断电")
    notice = Notice.objects.get()
    assert (notice.attempt, notice.kind, notice.data) == (ben, "compensated", {"ms": 240_000, "why": "交换机断电"})
    assert "4 分钟" in notice.text


def test_a_second_compensation_of_the_same_time_finds_nobody(
    world: World, sitting: Sitting, ben: Attempt, second: User
) -> None:
    compensating.approve(propose(world, sitting), by=second, now=AFTER)
    with pytest.raises(compensating.NobodyLostTime):
        propose(world, sitting)
    silent(ben, 15, 17)
    wider = Interval(minute(5), minute(18))
    (rest,) = (loss for loss in losses.read(sitting.exam, world.north, wider, AFTER) if loss.ms)
    assert rest.ms == 120_000


def test_nobody_approves_their_own_proposal(world: World, sitting: Sitting, ben: Attempt) -> None:
    proposal = propose(world, sitting)
    with pytest.raises(compensating.SamePerson):
        compensating.approve(proposal, by=world.school_admin, now=AFTER)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
    assert not CompensationShare.objects.exists()


@pytest.mark.parametrize("first", ["approve", "reject"])
def test_a_proposal_is_decided_once(world: World, sitting: Sitting, ben: Attempt, second: User, first: str) -> None:
    proposal = propose(world, sitting)
    getattr(compensating, first)(proposal, by=second, now=AFTER)
    for again in (compensating.approve, compensating.reject):
        with pytest.raises(compensating.AlreadyDecided):
            again(proposal, by=world.county_admin, now=AFTER)


def test_whoever_proposed_may_take_it_back_and_nothing_is_given(world: World, sitting: Sitting, ben: Attempt) -> None:
    proposal = propose(world, sitting)
    compensating.reject(proposal, by=world.school_admin, now=AFTER)
    assert proposal.state == "rejected"
    with pytest.raises(compensating.AlreadyDecided):
        compensating.hand_out(proposal, by=world.school_admin, now=AFTER)
    assert not CompensationShare.objects.exists()


def test_an_outage_that_is_not_over_cannot_be_proposed(world: World, sitting: Sitting, ben: Attempt) -> None:
    with pytest.raises(compensating.NotOver):
        compensating.propose(
            sitting.exam, world.north, OUTAGE, why="", by=world.school_admin, now=OUTAGE.until_at - timedelta(seconds=1)
        )


def test_those_whom_the_clock_closed_go_on_for_what_they_lost_when_that_is_chosen(
    world: World, sitting: Sitting, ben: Attempt, second: User
) -> None:
    Attempt.objects.filter(pk=ben.pk).update(deadline_at=minute(15))
    delivery.sweep(minute(16), timedelta(seconds=30))
    proposal = propose(world, sitting)
    assert compensating.approve(proposal, by=second, now=minute(21)) == (0, 0)
    assert compensating.hand_out(proposal, by=second, now=minute(22), reopen=True) == (0, 1)
    assert compensating.hand_out(proposal, by=second, now=minute(23), reopen=True) == (0, 0)
    ben.refresh_from_db()
    assert (ben.state, ben.deadline_at) == ("active", minute(26))
    assert list(ben.events.values_list("event", flat=True)) == ["expire", "reopen", "compensate"]


def test_who_starts_after_the_approval_takes_the_share_along(world: World, second: User) -> None:
    sitting = cast.make_sitting(world, closes_at=minute(45))
    waiting = cast.set_state(cast.attempt_of(sitting, world.ben), "entered")
    silent(waiting, 10, 15)
    heard(waiting, 15)
    compensating.approve(propose(world, sitting), by=second, now=AFTER)
    waiting.refresh_from_db()
    assert (waiting.extra_ms, waiting.deadline_at) == (300_000, None)


def test_proposal_and_decision_are_in_the_audit_trail(
    world: World, sitting: Sitting, ben: Attempt, second: User
) -> None:
    proposal = propose(world, sitting)
    compensating.approve(proposal, by=second, now=AFTER)
    entries = AuditEntry.objects.filter(object_kind="compensation").order_by("pk")
    assert [(one.action, one.user_id, one.object_ids) for one in entries] == [
        ("compensation:propose", world.school_admin.pk, [proposal.pk]),
        ("compensation:approve", second.pk, [proposal.pk]),
    ]


def test_a_large_place_is_read_in_a_handful_of_queries_and_served_in_order(
    world: World, second: User, django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compensating, "CHUNK", 7)
    for number in range(40):
        cast.make_student(world.class_71, f"学生{number}")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        silent(cast.set_state(attempt, "active"), 10, 12)
    with django_assert_max_num_queries(8):
        assert len(found(world, sitting)) == 42
    assert compensating.approve(propose(world, sitting), by=second, now=AFTER).extended_count == 42
    assert set(Attempt.objects.values_list("extra_ms", flat=True)) == {120_000}


@pytest.mark.parametrize(("ms", "words"), [(240_000, "4 分钟"), (40_000, "40 秒"), (280_000, "4 分 40 秒")])
def test_an_amount_is_said_as_people_say_it(ms: int, words: str) -> None:
    assert compensating.spoken(ms) == words

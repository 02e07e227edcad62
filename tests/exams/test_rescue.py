"""Rescue files join the journal by identity: once, never over what is there, and by the lane's own rule."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from exams import rescue
from exams.lane.times import milliseconds
from exams.models import Attempt, JournalEntry
from exams.rescue import Joined, Outcome
from schools.models import AuditEntry, User
from tests import world as cast
from tests.exams.rescuing import answer, event, file_of, journal, token
from tests.world import NOW, World

LATE = NOW + timedelta(hours=1)


@pytest.fixture
def ben(world: World) -> Attempt:
    """Ben, at work until NOW + 40 minutes."""
    return cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "active")


def take_in(data: bytes, by: User, now: Any = NOW) -> Outcome:
    (outcome,) = rescue.take_in([("a.json", data)], by=by, now=now)
    return outcome


def only(outcome: Outcome) -> Joined:
    (joined,) = outcome.joined
    return joined


def stored(attempt: Attempt) -> list[tuple[Any, ...]]:
    rows = JournalEntry.objects.filter(attempt=attempt).order_by("epoch", "seq")
    return list(rows.values_list("epoch", "seq", "slot", "response", "event", "kept", "after_move"))


def test_what_the_device_still_held_is_in_the_journal(world: World, ben: Attempt) -> None:
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"]), event(2, "offline")])), world.ada))
    assert (joined.attempt, joined.added, joined.late, joined.known, joined.refused) == (ben, 2, 0, 0, 0)
    assert stored(ben) == [(1, 1, 2, ["c1"], "", False, False), (1, 2, None, None, "offline", False, False)]
    entry = JournalEntry.objects.get(seq=1)
    assert (entry.received_at, milliseconds(entry.at)) == (NOW, milliseconds(NOW))


def test_twice_is_harmless(world: World, ben: Attempt) -> None:
    data = file_of(journal(ben, [answer(1, 2, ["c1"]), answer(2, 3, [])]))
    take_in(data, world.ada)
    before = stored(ben)
    joined = only(take_in(data, world.ada, NOW + timedelta(minutes=1)))
    assert (joined.added, joined.known) == (0, 2)
    assert stored(ben) == before
    assert ben.events.filter(event="rescue").count() == 1


def test_what_the_lane_has_stored_meanwhile_is_known(world: World, ben: Attempt) -> None:
    cast.answer(ben, {2: ["c1"]})
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"]), answer(2, 2, ["c2"])])), world.ada))
    assert (joined.added, joined.known, joined.conflicts) == (1, 1, ())


def test_other_content_under_the_same_identity_is_reported_and_changes_nothing(world: World, ben: Attempt) -> None:
    cast.answer(ben, {2: ["c1"], 3: []})
    before = stored(ben)
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c2"]), event(2, "offline")])), world.ada))
    assert (joined.added, joined.conflicts) == (0, (1, 2))
    assert stored(ben) == before
    assert ben.events.get().data["conflicts"] == [1, 2]


def test_the_same_seq_twice_in_one_file_counts_once(world: World, ben: Attempt) -> None:
    only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"]), answer(1, 2, ["c2"])])), world.ada))
    assert [row[3] for row in stored(ben)] == [["c1"]]


def test_after_the_close_they_are_kept_as_late(world: World, ben: Attempt) -> None:
    cast.set_state(ben, "submitted")
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"])])), world.ada))
    assert (joined.added, joined.late) == (1, 1)
    assert stored(ben)[0][5] is True


@pytest.mark.parametrize(("seconds", "late"), [(0, 0), (settings.LANE_GRACE_SECONDS, 0), (31, 1)])
def test_in_time_is_what_the_lane_calls_so(world: World, ben: Attempt, seconds: int, late: int) -> None:
    end = NOW + timedelta(minutes=40, seconds=seconds)
    assert only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"])])), world.ada, end)).late == late


def test_entries_of_an_older_device_are_marked(world: World, ben: Attempt) -> None:
    Attempt.objects.filter(pk=ben.pk).update(epoch=2)
    take_in(file_of(journal(ben, [answer(1, 2, ["c1"])])), world.ada)
    assert stored(ben)[0][6] is True


def test_what_can_be_no_entry_is_refused_and_the_rest_is_taken(world: World, ben: Attempt) -> None:
    wrong = [
        answer(2, 99, ["c1"]),
        answer(3, 1, ["no such choice"]),
        answer(0, 1, []),
        answer(3001, 1, []),
        event(4, "NOT A WORD"),
        {"seq": 5},
        "nonsense",
        {**answer(6, 1, []), "event": "offline"},
    ]
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"]), *wrong])), world.ada))
    assert (joined.added, joined.refused) == (1, len(wrong))


def test_no_answers_are_taken_before_the_start(world: World, ben: Attempt) -> None:
    cast.set_state(ben, "entered")
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"]), event(2, "hidden")])), world.ada))
    assert (joined.added, joined.refused) == (1, 1)


def test_a_voided_attempt_takes_nothing(world: World, ben: Attempt) -> None:
    cast.set_state(ben, "voided")
    joined = only(take_in(file_of(journal(ben, [answer(1, 2, ["c1"])])), world.ada))
    assert (joined.added, joined.refused) == (0, 1)
    assert stored(ben) == []


def test_one_file_may_hold_journals_of_many(world: World, ben: Attempt) -> None:
    cleo = cast.set_state(cast.attempt_of(ben.sitting, world.cleo), "active")
    outcome = take_in(file_of(journal(ben, [answer(1, 2, [])]), journal(cleo, [answer(1, 1, [])])), world.ada)
    assert [joined.attempt for joined in outcome.joined] == [ben, cleo]


def test_an_attempt_out_of_reach_is_not_told_from_one_nobody_knows(world: World, ben: Attempt) -> None:
    strangers = [journal(ben, [answer(1, 2, [])]), journal(ben, [answer(1, 2, [])], token="nonsense")]
    forged = journal(ben, [answer(1, 2, [])], token=token(ben, secret="another"))
    outcome = take_in(file_of(*strangers, forged), world.olga)
    assert (outcome.joined, outcome.foreign) == ((), 3)
    assert stored(ben) == []
    assert not AuditEntry.objects.exists()


def test_a_token_for_looking_has_no_journal(world: World, ben: Attempt) -> None:
    assert take_in(file_of(journal(ben, [answer(1, 2, [])], epoch=0)), world.ada).foreign == 1


def test_an_unusable_file_says_why_and_the_others_are_taken(world: World, ben: Attempt) -> None:
    files = [("x.txt", b"x"), ("a.json", file_of(journal(ben, [answer(1, 2, [])])))]
    outcomes = rescue.take_in(files, by=world.ada, now=NOW)
    assert [(one.name, one.trouble, len(one.joined)) for one in outcomes] == [
        ("x.txt", "no_rescue_file", 0),
        ("a.json", "", 1),
    ]


def test_it_leaves_an_event_and_an_audit_entry(world: World, ben: Attempt) -> None:
    take_in(file_of(journal(ben, [answer(1, 2, [])])), world.ada)
    (told,) = ben.events.all()
    assert (told.event, told.by_id, told.at) == ("rescue", world.ada.pk, NOW)
    assert told.data == {"epoch": 1, "added": 1, "late": 0, "known": 0, "conflicts": [], "refused": 0}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_ids, entry.organization) == ("attempt:rescue", [ben.pk], world.class_71)


@pytest.mark.parametrize(("policy", "asked"), [("accept", 1), ("review", 0)])
def test_a_result_is_computed_anew_where_late_answers_count_by_policy(world: World, policy: str, asked: int) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, late_answers=policy))
    ben = cast.set_state(cast.attempt_of(sitting, world.ben), "scored")
    take_in(file_of(journal(ben, [answer(1, 2, [])])), world.ada)
    assert ProcrastinateJob.objects.filter(task_name="exams.jobs.score_again").count() == asked


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = cast.build()
    ben = cast.set_state(cast.attempt_of(cast.make_sitting(world), world.ben), "active")
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Attempt.objects.select_for_update().get(pk=ben.pk)
            held.set()
            release.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == rescue.TRIES + 3:
            release.set()
            holder.join(30)

    monkeypatch.setattr(rescue.time, "sleep", nap)
    data = file_of(journal(ben, [answer(1, 2, [])]))
    assert only(take_in(data, world.ada)).busy
    assert stored(ben) == []
    assert only(take_in(data, world.ada)).added == 1

"""The verbs that move an attempt through its states, and the acts of proctors upon it. Every one leaves an event."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Extract
from django.utils.translation import gettext as _

from exams import lifecycle
from exams.lifecycle import ANSWERING, FINISHED, IllegalTransition, State
from exams.models import Attempt, AttemptEvent, JournalEntry, Notice, Room

CHUNK = 500
STILL_TO_COME = frozenset({State.ASSIGNED, State.ENTERED, State.ACTIVE, State.PAUSED})


def apply(attempt: Attempt, event: str, *, by: Any, now: datetime, why: str = "", **changes: Any) -> Attempt:
    """Moves one attempt along the table and writes the event. `changes` are further columns to set with it.
    Raises IllegalTransition when its state in the database leads nowhere; returns the attempt read again."""
    if not _apply_all(Attempt.objects.filter(pk=attempt.pk), event, by=by, now=now, why=why, **changes):
        raise IllegalTransition(f"{event} of attempt {attempt.pk}")
    attempt.refresh_from_db()
    return attempt


@transaction.atomic
def _apply_all(
    rows: "QuerySet[Attempt]", event: str, *, by: Any, now: datetime, why: str = "", **changes: Any
) -> list[int]:
    """Moves those of `rows` (at most 500) that the table lets move, locked in the order of their ids; returns which.
    The lock asks the condition of `rows` again, so that an attempt extended meanwhile is left alone."""
    transition = lifecycle.TRANSITIONS[event]
    locked = rows.filter(state__in=transition.sources).order_by("pk").select_for_update(of=("self",))
    moved = list(locked.values_list("pk", flat=True)[:CHUNK])
    Attempt.objects.filter(pk__in=moved).update(state=transition.target, **changes)
    if State.SCORED in transition.sources:
        Room.objects.filter(attempts__in=moved).update(results_version=F("results_version") + 1)
    _remember(moved, event, by=by, now=now, why=why)
    return moved


def _remember(
    ids: Sequence[int], event: str, *, by: Any, now: datetime, why: str = "", data: dict[str, Any] | None = None
) -> None:
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            attempt_id=pk, event=event, by_id=by.pk if by is not None else None, why=why, at=now, data=data or {}
        )
        for pk in ids
    )


@transaction.atomic
def go(room: Room, *, by: Any, now: datetime) -> Room:
    """The proctor's go: those who wait may start. A second go changes nothing."""
    if Room.objects.filter(pk=room.pk, go_at__isnull=True, ended_at__isnull=True).update(go_at=now):
        _remember(list(room.attempts.values_list("pk", flat=True)), "go", by=by, now=now)
    room.refresh_from_db()
    return room


@transaction.atomic
def release_device(attempt: Attempt, *, by: Any, now: datetime) -> None:
    """Lets the next device enter at once, whether or not the last one is still heard. Raises IllegalTransition."""
    states = [State.ENTERED, State.ACTIVE, State.PAUSED]
    if not Attempt.objects.filter(pk=attempt.pk, state__in=states).update(released_at=now):
        raise IllegalTransition(f"release of attempt {attempt.pk}")
    _remember([attempt.pk], "release", by=by, now=now)


@transaction.atomic
def release_room(room: Room, *, by: Any, now: datetime) -> int:
    """Releases every device of a room, after a power cut or a reboot; returns how many."""
    states = [State.ENTERED, State.ACTIVE, State.PAUSED]
    ids = list(_locked(room, states))
    Attempt.objects.filter(pk__in=ids).update(released_at=now)
    _remember(ids, "release", by=by, now=now)
    return len(ids)


def _locked(room: Room, states: Sequence[State]) -> Sequence[int]:
    rows = room.attempts.filter(state__in=states).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))


def extend(attempt: Attempt, minutes: int, *, by: Any, why: str, now: datetime) -> Attempt:
    """Adds time to one attempt, before or while it runs; its screen learns it with the next pulse.
    Raises IllegalTransition for one that is handed in or voided, ValueError for no time."""
    if not _extend([attempt.pk], minutes, by=by, why=why, now=now):
        raise IllegalTransition(f"extend attempt {attempt.pk}")
    _notify_extension(attempt.sitting_id, minutes, now, attempt_id=attempt.pk)
    attempt.refresh_from_db()
    return attempt


def extend_room(room: Room, minutes: int, *, by: Any, why: str, now: datetime) -> int:
    """Adds time to everybody in the room who has not handed in; returns to how many."""
    ids = list(room.attempts.filter(state__in=STILL_TO_COME).values_list("pk", flat=True))
    extended = _extend(ids, minutes, by=by, why=why, now=now)
    _notify_extension(room.sitting_id, minutes, now, room_id=room.pk)
    return len(extended)


@transaction.atomic
def _extend(ids: Sequence[int], minutes: int, *, by: Any, why: str, now: datetime) -> list[int]:
    if not 0 < minutes <= 24 * 60:
        raise ValueError("minutes")
    rows = Attempt.objects.filter(pk__in=ids, state__in=STILL_TO_COME).order_by("pk").select_for_update()
    extended = list(rows.values_list("pk", flat=True))
    more = timedelta(minutes=minutes)
    Attempt.objects.filter(pk__in=extended).update(extra_ms=F("extra_ms") + minutes * 60_000)
    Attempt.objects.filter(pk__in=extended, deadline_at__isnull=False).update(deadline_at=F("deadline_at") + more)
    _remember(extended, "extend", by=by, now=now, why=why, data={"minutes": minutes})
    return extended


def _notify_extension(sitting_id: int, minutes: int, now: datetime, **to: int) -> None:
    text = _("监考教师给你加时 %(minutes)d 分钟。") % {"minutes": minutes}
    Notice.objects.create(sitting_id=sitting_id, kind="extended", text=text, data={"minutes": minutes}, at=now, **to)


def pause(attempt: Attempt, *, by: Any, why: str, now: datetime) -> Attempt:
    """Stops the clock of one attempt; what it still sends is stored and counts."""
    return apply(attempt, "pause", by=by, now=now, why=why, paused_at=now)


def resume(attempt: Attempt, *, by: Any, now: datetime) -> Attempt:
    """Lets a paused attempt go on; its deadline moves by as long as it stood still."""
    return apply(attempt, "resume", by=by, now=now, **_resumed(now))


def _resumed(now: datetime) -> dict[str, Any]:
    """What a resumption sets, row by row: each has stood still since its own pause."""
    stood = Value(now, DateTimeField()) - F("paused_at")
    return {
        "paused_at": None,
        "paused_ms": F("paused_ms") + Cast(Extract(stood, "epoch") * 1000, IntegerField()),
        "deadline_at": ExpressionWrapper(F("deadline_at") + stood, DateTimeField()),
    }


@transaction.atomic
def pause_room(room: Room, *, by: Any, why: str, now: datetime) -> int:
    """Stops the clock of everybody at work in the room; returns of how many. Nobody may start there meanwhile."""
    Room.objects.filter(pk=room.pk, held_at__isnull=True, ended_at__isnull=True).update(held_at=now)
    # A start that is being decided is waited for, and its clock stopped with the others.
    list(room.attempts.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    return _apply_in_chunks(room.attempts.filter(state=State.ACTIVE), "pause", by=by, now=now, why=why, paused_at=now)


@transaction.atomic
def resume_room(room: Room, *, by: Any, now: datetime) -> int:
    """Lets everybody in the room who is paused go on, whoever paused them; each deadline moves by as long as that
    attempt stood still. Start and close move for those who have yet to start. Returns how many went on."""
    held = Room.objects.select_for_update(of=("self",)).select_related("sitting").get(pk=room.pk)
    if held.held_at is not None:
        held.let_go(now)
        held.save(update_fields=["held_at", "delay_ms", "go_at"])
    return _apply_in_chunks(room.attempts.filter(state=State.PAUSED), "resume", by=by, now=now, **_resumed(now))


def void_all(ids: Sequence[int], *, by: Any, why: str, now: datetime) -> int:
    """Takes these attempts out of every count, at most 500 in one transaction; returns how many."""
    ordered = sorted(ids)
    parts = [ordered[first : first + CHUNK] for first in range(0, len(ordered), CHUNK)]
    rows = (Attempt.objects.filter(pk__in=part) for part in parts)
    return sum(len(_apply_all(some, "void", by=by, now=now, why=why)) for some in rows)


def _apply_in_chunks(
    rows: "QuerySet[Attempt]", event: str, *, by: Any, now: datetime, why: str = "", **changes: Any
) -> int:
    """Moves all of `rows` that the table lets move, at most 500 in one transaction; returns how many. `rows` must be
    such that what was moved is no longer among them."""
    count = 0
    while True:
        moved = len(_apply_all(rows, event, by=by, now=now, why=why, **changes))
        count += moved
        if moved < CHUNK:
            return count


def end(attempt: Attempt, *, by: Any, why: str, now: datetime) -> Attempt:
    """Hands in for a student; no completeness is asked."""
    return apply(attempt, "end", by=by, now=now, why=why, submitted_at=now)


@transaction.atomic
def end_room(room: Room, *, by: Any, now: datetime, why: str = "") -> int:
    """Ends the room: everybody at work is handed in, nobody may start any more; returns how many were handed in."""
    Room.objects.filter(pk=room.pk, ended_at__isnull=True).update(ended_at=now)
    rows = room.attempts.filter(state__in=ANSWERING)
    return len(_apply_all(rows, "end", by=by, now=now, why=why, submitted_at=now))


def void(attempt: Attempt, *, by: Any, why: str, now: datetime) -> Attempt:
    """Takes an attempt out of every count; what it holds is kept."""
    return apply(attempt, "void", by=by, now=now, why=why)


def reopen(attempt: Attempt, minutes: int, *, by: Any, why: str, now: datetime) -> Attempt:
    """Lets somebody who handed in go on for so many minutes. Raises IllegalTransition, ValueError for no time."""
    return reopen_for(attempt, timedelta(minutes=minutes), by=by, why=why, now=now)


@transaction.atomic
def reopen_for(attempt: Attempt, time: timedelta, *, by: Any, why: str, now: datetime) -> Attempt:
    """The same for a time that is no whole number of minutes."""
    if not timedelta() < time <= timedelta(days=1):
        raise ValueError("minutes")
    return apply(
        attempt,
        "reopen",
        by=by,
        now=now,
        why=why,
        submitted_at=None,
        receipt="",
        started_at=attempt.started_at or now,
        deadline_at=now + time,
    )


@transaction.atomic
def transcribe(attempt: Attempt, responses: dict[int, list[Any]], *, by: Any, why: str, now: datetime) -> Attempt:
    """Enters by hand the answers a student gave on paper, as an epoch of their own, and hands them in.
    Raises IllegalTransition for an attempt that is already handed in or voided."""
    current = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if current.state in FINISHED:
        raise IllegalTransition(f"transcribe attempt {attempt.pk}")
    epoch = current.epoch + 1
    JournalEntry.objects.bulk_create(
        JournalEntry(attempt_id=attempt.pk, epoch=epoch, seq=seq, slot=slot, response=response, at=now, received_at=now)
        for seq, (slot, response) in enumerate(sorted(responses.items()), start=1)
    )
    return apply(
        attempt,
        "transcribe",
        by=by,
        now=now,
        why=why,
        epoch=epoch,
        # The hand-written epoch is no device's: a client that enters again must not write under it.
        journal="",
        submitted_at=now,
        started_at=current.started_at or now,
        deadline_at=current.deadline_at or now,
    )


def sweep(now: datetime, grace: timedelta) -> int:
    """Closes attempts whose deadline and grace have passed, at most 500 in one transaction; returns how many."""
    return _apply_in_chunks(Attempt.objects.overdue(now - grace), "expire", by=None, now=now, submitted_at=now)

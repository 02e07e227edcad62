"""Decides whether answers that came late count. The newest decision holds; nothing is rewritten. Results that exist
already are computed anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from exams import jobs, lateanswers
from exams.lateanswers import LateEntry, Which
from exams.lifecycle import FINISHED
from exams.models import Attempt, AttemptEvent, LateDecision
from schools import audit

BATCH = 2_000


def decide_all(
    attempts: "QuerySet[Attempt]", which: Which, *, counts: bool, by: Any, why: str, now: datetime
) -> tuple[int, int]:
    """Decides the undecided late answers of `attempts` that `which` names; how many answers of how many students."""
    ids = list(lateanswers.with_late_answers(attempts).order_by("pk").values_list("pk", flat=True))
    entry_count = student_count = 0
    for start in range(0, len(ids), BATCH):
        batch = lateanswers.with_late_answers(attempts.filter(pk__in=ids[start : start + BATCH])).order_by("pk")
        chosen = [
            (one.attempt, [entry for entry in one.entries if entry.matches(which)]) for one in lateanswers.read(batch)
        ]
        chosen = [(attempt, entries) for attempt, entries in chosen if entries]
        _write(chosen, counts=counts, by=by, why=why, now=now)
        student_count += len(chosen)
        entry_count += sum(len(entries) for _attempt, entries in chosen)
    return entry_count, student_count


def decide(
    attempt: Attempt, identities: Collection[tuple[int, int]], *, counts: bool, by: Any, why: str, now: datetime
) -> int:
    """Decides these late answers (epoch, seq) of one attempt, also such as were decided otherwise before; how many
    that changed."""
    entries = [
        entry for one in lateanswers.read([attempt]) for entry in one.entries if (entry.epoch, entry.seq) in identities
    ]
    changed = [entry for entry in entries if entry.decision is None or entry.decision.counts != counts]
    _write([(attempt, changed)] if changed else [], counts=counts, by=by, why=why, now=now)
    return len(changed)


@transaction.atomic
def _write(
    chosen: Sequence[tuple[Attempt, list[LateEntry]]], *, counts: bool, by: Any, why: str, now: datetime
) -> None:
    """Decisions, events, the audit trail and the order to score again: all or nothing."""
    decided = {"counts": counts, "by_id": by.pk, "why": why, "at": now}
    LateDecision.objects.bulk_create(
        LateDecision(attempt=attempt, epoch=entry.epoch, seq=entry.seq, **decided)
        for attempt, entries in chosen
        for entry in entries
    )
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            attempt=attempt,
            event="decide_late",
            by_id=by.pk,
            why=why,
            at=now,
            data={"counts": counts, "entries": [[entry.epoch, entry.seq] for entry in entries]},
        )
        for attempt, entries in chosen
    )
    _record([attempt for attempt, _entries in chosen], by=by, why=why, now=now)
    _score_again([attempt for attempt, _entries in chosen])


def _record(attempts: Iterable[Attempt], *, by: Any, why: str, now: datetime) -> None:
    rooms: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        rooms[attempt.room_id].append(attempt)
    for group in rooms.values():
        ids = [attempt.pk for attempt in group]
        place = group[0].room.organization
        audit.record("late:decide", by=by, now=now, organization=place, kind="attempt", ids=ids, reason=why)


def _score_again(attempts: Iterable[Attempt]) -> None:
    """Whoever is handed in may be being scored just now; those not yet scored are passed over then."""
    sittings: defaultdict[int, list[int]] = defaultdict(list)
    for attempt in attempts:
        if attempt.state in FINISHED:
            sittings[attempt.sitting_id].append(attempt.pk)
    for sitting_id, ids in sittings.items():
        jobs.ask_for_scoring_again(sitting_id, ids)

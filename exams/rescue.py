"""Takes rescue files in: the entries a device still held join the journal by their identity (attempt, epoch, seq).

Twice is harmless, what is there is never overwritten, and whether an entry came in time is the lane's own rule. A
journal out of the uploader's reach is counted with those nobody knows: who may not see an attempt learns nothing."""

import json
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from exams import jobs, keys, lanequeries, rescuefiles, rescuekeys
from exams.lane import entries, statements, tokens
from exams.lane.problems import Problem
from exams.lane.rows import Paper as LanePaper
from exams.lane.rows import Sealing, checks
from exams.lane.times import clamped, instant, milliseconds
from exams.lifecycle import FINISHED
from exams.models import Attempt, AttemptEvent, Paper
from exams.models.papers import LatePolicy
from schools import audit

MOST_FILES = 100
# A row that somebody holds is asked for again, three seconds long; then whoever uploads tries later.
TRIES = 60
PAUSE_S = 0.05
UNSEALED = Sealing("", "", "")


class Busy(Exception):
    """Somebody held the attempt's row all the time."""


class Joined(NamedTuple):
    """What became of one journal. `added` entries are new, `late` of them came after the close; `known` were there
    already; `conflicts` (seqs) are there with other content; `refused` cannot be an entry here. `busy`: try again."""

    attempt: Attempt
    epoch: int
    added: int = 0
    late: int = 0
    known: int = 0
    conflicts: tuple[int, ...] = ()
    refused: int = 0
    busy: bool = False


class Outcome(NamedTuple):
    """What became of one file. `trouble`: a code of rescuefiles.Unusable, or ""; `foreign`: journals of nobody known
    here."""

    name: str
    trouble: str
    made_at: datetime | None = None
    joined: tuple[Joined, ...] = ()
    foreign: int = 0


def take_in(files: Iterable[tuple[str, bytes]], *, by: Any, now: datetime) -> list[Outcome]:
    """Opens the files (name, content) and joins what is in them; every journal is committed by itself."""
    return [_take_in_one(name, data, by=by, now=now) for name, data in files]


def _take_in_one(name: str, data: bytes, *, by: Any, now: datetime) -> Outcome:
    try:
        contents = rescuefiles.opened(data, rescuekeys.private_key(settings.SECRET_KEY))
    except rescuefiles.Unusable as unusable:
        return Outcome(name, unusable.code)
    joined, foreign = [], 0
    for journal in contents.journals:
        claims = _claims(journal.token)
        attempt = None if claims is None else _attempt(claims, by)
        if claims is None or attempt is None:
            foreign += 1
            continue
        try:
            joined.append(_join(attempt, claims, journal.entries, by=by, now=now))
        except Busy:
            joined.append(Joined(attempt, claims.epoch, busy=True))
    made_at = None if contents.made_at is None else instant(clamped(contents.made_at))
    return Outcome(name, "", made_at, tuple(joined), foreign)


def _claims(token: str) -> tokens.Claims | None:
    """Whose journal it is; a token's age means nothing here, one that may only look has no journal."""
    try:
        claims = tokens.read(token, keys.derive(settings.SECRET_KEY, "token"))
    except tokens.BadToken:
        return None
    return None if claims.epoch == tokens.LOOKING else claims


def _attempt(claims: tokens.Claims, by: Any) -> Attempt | None:
    rows = Attempt.objects.visible_to(by, "attempt:rescue").filter(pk=claims.attempt_id)
    found: Attempt | None = rows.select_related("paper", "student", "room__organization", "sitting__exam").first()
    return found


@transaction.atomic
def _join(attempt: Attempt, claims: tokens.Claims, given: list[Any], *, by: Any, now: datetime) -> Joined:
    good, refused = _checked(given, claims, attempt.paper, milliseconds(now))
    state, added, late = _store(attempt.pk, good)
    same, conflicts = _compare(good)
    refused += len(good) - same - len(conflicts)
    outcome = Joined(attempt, claims.epoch, added, late, same - added, conflicts, refused)
    if added or conflicts:
        _remember(outcome, by=by, now=now)
    audit.record(
        "attempt:rescue", by=by, now=now, organization=attempt.room.organization, kind="attempt", ids=[attempt.pk]
    )
    if added and state in FINISHED and attempt.sitting.exam.late_answers == LatePolicy.ACCEPT:
        jobs.ask_for_scoring_again(attempt.sitting_id, [attempt.pk])
    return outcome


def _checked(
    given: list[Any], claims: tokens.Claims, paper: Paper, received_at: int
) -> tuple[list[entries.Stored], int]:
    """The entries that the lane would take, in the order of seq, and how many it would not."""
    frozen = _frozen(paper)
    good: dict[int, entries.Stored] = {}
    refused = 0
    for entry in given:
        try:
            (stored,) = entries.read({"entries": [entry]}, claims, frozen, received_at)
        except Problem:
            refused += 1
            continue
        good.setdefault(stored["seq"], stored)
    return [good[seq] for seq in sorted(good)], refused


def _frozen(paper: Paper) -> LanePaper:
    """The paper as the lane checks answers against it."""
    checked = checks(paper.content)
    return LanePaper(paper.pk, paper.sha256, paper.item_count, paper.content, checked, UNSEALED, audio=False)


def _store(attempt_id: int, good: list[entries.Stored]) -> tuple[str, int, int]:
    """The attempt's state, how many entries were new, how many of those came late. Raises Busy."""
    grace_ms = settings.LANE_GRACE_SECONDS * 1000
    for _ in range(TRIES):
        for _id, state, _epoch, _deadline, _paused, added, late in lanequeries.ask(
            statements.SAVE, json.dumps(good), [attempt_id], grace_ms
        ):
            return state, added, late
        time.sleep(PAUSE_S)
    raise Busy


def _compare(good: list[entries.Stored]) -> tuple[int, tuple[int, ...]]:
    """How many of these stand in the journal as they are, and the seqs of those that stand there with other content."""
    stored = {row[2]: row for row in lanequeries.ask(statements.STORED, json.dumps(good))}
    same, conflicts = 0, []
    for entry in good:
        row = stored.get(entry["seq"])
        if row is None:
            continue
        response = None if row[4] is None else json.loads(row[4])
        if (row[3], response, row[5]) == (entry.get("slot"), entry.get("response"), entry.get("event", "")):
            same += 1
        else:
            conflicts.append(entry["seq"])
    return same, tuple(conflicts)


def _remember(outcome: Joined, *, by: Any, now: datetime) -> None:
    data = {
        "epoch": outcome.epoch,
        "added": outcome.added,
        "late": outcome.late,
        "known": outcome.known,
        "conflicts": list(outcome.conflicts),
        "refused": outcome.refused,
    }
    AttemptEvent.objects.create(attempt=outcome.attempt, event="rescue", by_id=by.pk, at=now, data=data)

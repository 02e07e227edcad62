"""Reads the answers that came late: which, how late, why as far as anybody saw, and how they were decided."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from exams import lateness
from exams.lane.times import milliseconds
from exams.lateness import Cause, Reason, Span
from exams.lifecycle import State
from exams.models import Attempt, AttemptEvent, JournalEntry, Presence, Silence
from exams.outages import SILENT_AFTER

_KEPT = """
select j.attempt_id, j.epoch, j.seq, j.slot, j.response::text, j.at, j.received_at, d.counts, d.by_id, d.why, d.at
from exams_journalentry j left join lateral (
    select l.counts, l.by_id, l.why, l.at from exams_latedecision l
    where l.attempt_id = j.attempt_id and l.epoch = j.epoch and l.seq = j.seq order by l.id desc limit 1
) d on true
where j.attempt_id = any(%s) and j.kept and j.slot is not null order by j.attempt_id, j.epoch, j.seq
"""
_TALLY = """
select a.room_id, count(distinct a.id), count(*), count(*) filter (where d.counts),
    count(*) filter (where not d.counts)
from exams_attempt a join exams_journalentry j on j.attempt_id = a.id and j.kept and j.slot is not null
left join lateral (
    select l.counts from exams_latedecision l
    where l.attempt_id = j.attempt_id and l.epoch = j.epoch and l.seq = j.seq order by l.id desc limit 1
) d on true
where a.room_id = any(%s) and a.state <> 'voided' group by a.room_id
"""


class Which(StrEnum):
    """Which of the undecided answers a decision is about."""

    ALL = "all"
    IN_TIME = "in_time"
    EXPLAINED = "explained"


class Decision(NamedTuple):
    """What somebody decided last about an entry."""

    counts: bool
    by_id: int | None
    why: str
    at: datetime


class LateEntry(NamedTuple):
    """One answer that came late. `after`: how long after the deadline, None where it came before (after handing in);
    `in_time`: whether the device says that it was written before the end; `rescued`: a rescue file brought it."""

    epoch: int
    seq: int
    slot: int
    response: list[Any]
    written_at: datetime
    received_at: datetime
    after: timedelta | None
    in_time: bool
    reason: Reason
    rescued: bool
    decision: Decision | None

    def matches(self, which: Which) -> bool:
        """Whether a decision about the undecided ones `which` is about this one."""
        if self.decision is not None or (which != Which.ALL and not self.in_time):
            return False
        return which != Which.EXPLAINED or self.reason.cause != Cause.UNKNOWN


class LateAttempt(NamedTuple):
    """One attempt with the answers of it that came late."""

    attempt: Attempt
    entries: list[LateEntry]

    @property
    def undecided_count(self) -> int:
        return sum(entry.decision is None for entry in self.entries)

    @property
    def counted_count(self) -> int:
        return sum(entry.decision is not None and entry.decision.counts for entry in self.entries)

    @property
    def refused_count(self) -> int:
        return len(self.entries) - self.undecided_count - self.counted_count

    @property
    def in_time_count(self) -> int:
        return sum(entry.in_time for entry in self.entries)

    @property
    def causes(self) -> list[Cause]:
        """What was seen, without repetition."""
        return sorted({entry.reason.cause for entry in self.entries})


class Tally(NamedTuple):
    """The late answers of a room: of how many students, how many, and how many are decided how."""

    student_count: int
    entry_count: int
    counted_count: int
    refused_count: int

    @property
    def undecided_count(self) -> int:
        return self.entry_count - self.counted_count - self.refused_count


NONE = Tally(0, 0, 0, 0)


def total(parts: Iterable[Tally]) -> Tally:
    """Several rooms together."""
    whole = NONE
    for part in parts:
        whole = Tally(*(mine + theirs for mine, theirs in zip(whole, part, strict=True)))
    return whole


def tallies(room_ids: Sequence[int]) -> dict[int, Tally]:
    """The late answers of these rooms; rooms without any are not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [list(room_ids)])
        return {room_id: Tally(*counts) for room_id, *counts in cursor.fetchall()}


def with_late_answers(attempts: "QuerySet[Attempt]") -> "QuerySet[Attempt]":
    """Those of `attempts`, without voided ones, of which an answer came late."""
    kept = JournalEntry.objects.filter(attempt_id=OuterRef("pk"), kept=True, slot__isnull=False)
    rows = attempts.exclude(state=State.VOIDED).filter(Exists(kept))
    return rows.select_related("student", "paper", "sitting__exam", "room__organization")


def read(attempts: Iterable[Attempt]) -> list[LateAttempt]:
    """The late answers of these attempts with what was seen of their reasons; those without any are left out."""
    found = {attempt.pk: attempt for attempt in attempts}
    ids = list(found)
    seen = _evidence(ids)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [ids])
        rows = [_entry(row, found[row[0]], seen[row[0]]) for row in cursor.fetchall()]
    grouped: defaultdict[int, list[LateEntry]] = defaultdict(list)
    for attempt_id, entry in rows:
        grouped[attempt_id].append(entry)
    return [LateAttempt(found[pk], grouped[pk]) for pk in ids if pk in grouped]


@dataclass
class _Evidence:
    """What was seen of one attempt; `rescued`: when rescue files came in (ms)."""

    offline: list[Span] = field(default_factory=list)
    silences: list[Span] = field(default_factory=list)
    heard_at: datetime | None = None
    rescued: set[int] = field(default_factory=set)

    def silent(self, received_at: datetime) -> list[Span]:
        """Silences up to an arrival; one that has not ended goes on since the device was last heard."""
        if self.heard_at is None or received_at - self.heard_at <= SILENT_AFTER:
            return self.silences
        return [*self.silences, Span(self.heard_at, None)]


def _evidence(ids: Sequence[int]) -> defaultdict[int, _Evidence]:
    seen: defaultdict[int, _Evidence] = defaultdict(_Evidence)
    told = JournalEntry.objects.filter(attempt_id__in=ids, event__in=["offline", "online"])
    events = told.order_by("attempt_id").values_list("attempt_id", "epoch", "seq", "event", "at")
    for attempt_id, group in groupby(events, key=lambda row: row[0]):
        seen[attempt_id].offline.extend(lateness.offline_spans(row[1:] for row in group))
    for silence in Silence.objects.filter(attempt_id__in=ids):
        seen[silence.attempt_id].silences.append(Span(silence.from_at, silence.until_at))
    for presence in Presence.objects.filter(attempt_id__in=ids):
        seen[presence.attempt_id].heard_at = presence.heard_at
    rescues = AttemptEvent.objects.filter(attempt_id__in=ids, event="rescue")
    for attempt_id, at in rescues.values_list("attempt_id", "at"):
        seen[attempt_id].rescued.add(milliseconds(at))
    return seen


def _entry(row: tuple[Any, ...], attempt: Attempt, seen: _Evidence) -> tuple[int, LateEntry]:
    attempt_id, epoch, seq, slot, response, written_at, received_at, *decided = row
    return attempt_id, LateEntry(
        epoch,
        seq,
        slot,
        json.loads(response),
        written_at,
        received_at,
        lateness.lateness(received_at, attempt.deadline_at),
        lateness.written_in_time(written_at, attempt.deadline_at, attempt.submitted_at),
        lateness.reason(written_at, received_at, seen.offline, seen.silent(received_at)),
        milliseconds(received_at) in seen.rescued,
        None if decided[0] is None else Decision(*decided),
    )

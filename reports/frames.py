"""Reads the answer sheets of an exam into pandas: who was to take part, and scores and choices per paper.

One student counts once in an exam: with the sheet handed in last, else with the seat given last. Rehearsals and voided
attempts are never read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import orjson
import pandas as pd
from django.db import connection, models, transaction

from exams.models import Exam, Paper, PaperSlot
from exams.models.attempts import Attempt
from questionbank.interactions import true_false
from questionbank.models import Topic
from reports.statistics import Floats, distribution
from reports.statistics.choices import Masks

# The standing of every student who has a seat in one of the classes (all classes when there are none named).
STANDING = """
with standing as (
    select distinct on (a.student_id) a.id, a.state, a.paper_id, r.organization_id,
           a.state in ('assigned', 'entered') and
               (s.closes_at + r.delay_ms * interval '1 millisecond' <= %(now)s or r.ended_at is not null) as absent
    from exams_attempt a
    join exams_room r on r.id = a.room_id
    join exams_sitting s on s.id = a.sitting_id
    join exams_exam e on e.id = s.exam_id
    where e.id = %(exam)s and not e.rehearsal and a.state <> 'voided' {of_classes}
    order by a.student_id, a.state = 'scored' desc, a.submitted_at desc nulls last, a.id desc
)
select t.id, t.organization_id, t.paper_id, t.absent, f.score::float8, f.max_score::float8, f.level, f.slots
from standing t left join exams_result f on f.attempt_id = t.id and t.state = 'scored'
{in_classes}
order by t.organization_id, t.id
"""
OF_CLASSES = """and a.student_id in (
    select b.student_id from exams_attempt b
    join exams_room q on q.id = b.room_id join exams_sitting z on z.id = b.sitting_id
    where z.exam_id = %(exam)s and q.organization_id = any(%(classes)s))"""
IN_CLASSES = "where t.organization_id = any(%(classes)s)"
BATCH = 2000


class Column(NamedTuple):
    """One slot of a paper as an analysis sees it: the item version there, its own choices by bit, worth and topic."""

    slot: str
    item_version: int
    points: float
    names: tuple[str, ...]
    bits: dict[str, int]
    topic: str


class Sheets(NamedTuple):
    """The answer sheets of one paper. `rows` are their places in the frame of people; `scores` (n, k) in points;
    `masks` (n, k), bit i set where the i-th of the slot's `names` was taken."""

    paper: int
    columns: list[Column]
    rows: "np.ndarray[Any, np.dtype[np.int64]]"
    scores: Floats
    masks: Masks

    @property
    def points(self) -> Floats:
        return np.array([column.points for column in self.columns])

    @property
    def choice_count(self) -> int:
        """The most choices that any slot has."""
        return max((len(column.names) for column in self.columns), default=0)


class ExamFrame(NamedTuple):
    """`people`: one row per student with attempt, organization (class), absent, level ("" without a result) and percent
    (NaN without one). `topics`: slug -> (title, title_en) in the order of the topic tree."""

    people: pd.DataFrame
    sheets: list[Sheets]
    topics: dict[str, tuple[str, str]]


class _Gathering:
    """Sheets of one paper while they are being read."""

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns
        self.rows: list[int] = []
        self.scores: list[Floats] = []
        self.masks: list[Masks] = []

    def add(self, row: int, slots: dict[str, Any]) -> None:
        own = [slots.get(column.slot) for column in self.columns]
        self.rows.append(row)
        self.scores.append(np.array([entry["score"] if entry else 0.0 for entry in own]))
        taken = [
            _mask(entry["response"], column.bits) if entry else 0
            for entry, column in zip(own, self.columns, strict=True)
        ]
        self.masks.append(np.array(taken, dtype=np.uint16))

    def sheets(self, paper: int) -> Sheets:
        return Sheets(paper, self.columns, np.array(self.rows), np.stack(self.scores), np.stack(self.masks))


def read(exam: Exam, now: datetime, classes: Sequence[int] | None = None) -> ExamFrame:
    """Everybody of the exam, or of the classes named. `now` says which sittings have closed."""
    columns = columns_of(exam)
    gathered = {paper: _Gathering(own) for paper, own in columns.items()}
    people: list[tuple[Any, ...]] = []
    for attempt, organization, paper, absent, score, max_score, level, slots in _standing(exam, now, classes):
        if slots is not None:
            gathered[paper].add(len(people), orjson.loads(slots))
        people.append((attempt, organization, absent, score, max_score, level or ""))
    return ExamFrame(
        _people(people), [one.sheets(paper) for paper, one in gathered.items() if one.rows], _topics(columns)
    )


def touched(exam: Exam, classes: Iterable[int]) -> list[int]:
    """The classes, and those in which their students have another seat in the same exam."""
    seats = Attempt.objects.filter(sitting__exam=exam)
    students = seats.filter(room__organization__in=classes).values("student")
    others = seats.filter(student__in=students).values_list("room__organization", flat=True)
    return sorted(set(others) | set(classes))


def columns_of(exam: Exam) -> dict[int, list[Column]]:
    """The slots of every paper of the exam, in their order."""
    keys = {
        (paper, slot): key
        for paper, all_keys in Paper.objects.filter(exam=exam).values_list("pk", "keys")
        for slot, key in all_keys["slots"].items()
    }
    columns: dict[int, list[Column]] = {}
    for one in PaperSlot.objects.filter(paper__exam=exam).order_by("paper", "slot"):
        columns.setdefault(one.paper_id, []).append(_column(one, keys[one.paper_id, str(one.slot)]))
    return columns


def _column(one: PaperSlot, key: dict[str, Any]) -> Column:
    names = true_false.VALUES if key["kind"] == true_false.KIND else tuple(sorted(one.choice_ids))
    bits = {one.choice_ids.get(name, name): 1 << bit for bit, name in enumerate(names)}
    return Column(str(one.slot), one.item_version_id, float(one.points), names, bits, key["topic"])


def _standing(exam: Exam, now: datetime, classes: Sequence[int] | None) -> Iterator[tuple[Any, ...]]:
    """Rows of STANDING through a cursor on the server, so that memory does not grow with the exam."""
    sql = STANDING.format(
        of_classes="" if classes is None else OF_CLASSES, in_classes="" if classes is None else IN_CLASSES
    )
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, {"exam": exam.pk, "now": now, "classes": list(classes or ())})
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _people(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    names = ["attempt", "organization", "absent", "score", "max_score", "level"]
    people = pd.DataFrame.from_records(rows, columns=names)
    people["percent"] = distribution.percents(
        people.pop("score").to_numpy(dtype=float), people.pop("max_score").to_numpy(dtype=float)
    )
    return people


def _topics(columns: dict[int, list[Column]]) -> dict[str, tuple[str, str]]:
    slugs = {column.topic for own in columns.values() for column in own}
    rows: models.QuerySet[Topic] = Topic.objects.filter(slug__in=slugs).order_by("path")
    return {topic.slug: (topic.title, topic.title_en) for topic in rows}


def _mask(response: list[str], bits: dict[str, int]) -> int:
    mask = 0
    for choice in response:
        mask |= bits.get(choice, 0)
    return mask

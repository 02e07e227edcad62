"""Writes findings as rows: summaries, item findings, paper findings. Replaces what is known already."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from exams.models import Exam
from reports.models import ItemFinding, PaperFinding, Summary
from reports.statistics.items import ItemSums
from reports.statistics.moments import Moments
from reports.tallies import ItemAnalysis, ItemTally, Tally, TopicTally

COPY = """copy reports_itemfinding (exam_id, organization_id, item_version_id, participant_count, facility,
discrimination, upper_lower_index, choice_counts, updated_at) from stdin"""


def known(value: float) -> float | None:
    """A figure as a row keeps it: what is not defined is null."""
    return None if math.isnan(value) else float(value)


def summaries(exam: Exam, tallies: Mapping[int, Tally], versions: Mapping[int, int], now: datetime) -> None:
    """One summary per organization (by id), new or replaced. `versions` as far as the organizations are classes."""
    rows = [_summary(exam, pk, tally, versions.get(pk, 0), now) for pk, tally in tallies.items()]
    fields = [field.name for field in Summary._meta.concrete_fields if field.name not in ("id", "exam", "organization")]
    Summary.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["exam", "organization"], update_fields=fields
    )


def _summary(exam: Exam, organization: int, tally: Tally, version: int, now: datetime) -> Summary:
    return Summary(
        exam=exam,
        organization_id=organization,
        rostered_count=tally.rostered,
        participant_count=tally.participants,
        absent_count=tally.absent,
        mean_percent=tally.moments.mean if tally.participants else None,
        standard_deviation=known(tally.moments.standard_deviation),
        level_counts=tally.levels,
        bins=tally.bins.tolist(),
        topics=[{"topic": slug, **topic._asdict()} for slug, topic in tally.topics.items()],
        results_version=version,
        updated_at=now,
    )


def tally_of(row: Summary) -> Tally:
    """The tally that a stored summary was made of."""
    return Tally(
        row.rostered_count,
        row.participant_count,
        row.absent_count,
        Moments.stored(row.participant_count, row.mean_percent, row.standard_deviation),
        row.level_counts,
        np.array(row.bins, dtype=np.int64),
        {one["topic"]: TopicTally(one["title"], one["title_en"], one["earned"], one["possible"]) for one in row.topics},
    )


def class_items(exam: Exam, classes: Iterable[int], found: Mapping[tuple[int, int], ItemTally], now: datetime) -> None:
    """Replaces the item findings of these classes."""
    ItemFinding.objects.filter(exam=exam, organization__in=list(classes)).delete()
    _copy(_item_row(exam, pk, version, tally, now) for (pk, version), tally in found.items())


def whole_items(exam: Exam, found: Mapping[int, tuple[ItemTally, ItemAnalysis]], now: datetime) -> None:
    """Replaces the item findings over the whole exam."""
    ItemFinding.objects.filter(exam=exam).whole().delete()
    _copy(
        _item_row(
            exam,
            None,
            version,
            tally,
            now,
            known(analysis.products.correlation()[0]),
            known(analysis.groups.difference()[0]),
        )
        for version, (tally, analysis) in found.items()
    )


def papers(exam: Exam, found: Mapping[int, ItemSums], now: datetime) -> None:
    """Replaces the findings of the exam's papers; a paper that nobody has sat has none."""
    PaperFinding.objects.filter(paper__exam=exam).delete()
    PaperFinding.objects.bulk_create(
        PaperFinding(
            paper_id=pk,
            participant_count=sums.sheet_count,
            mean_score=known(sums.mean()),
            standard_deviation=known(sums.standard_deviation()),
            alpha=known(sums.alpha()),
            standard_error=known(sums.standard_error()),
            updated_at=now,
        )
        for pk, sums in found.items()
    )


def _item_row(
    exam: Exam,
    organization: int | None,
    version: int,
    tally: ItemTally,
    now: datetime,
    discrimination: float | None = None,
    upper_lower_index: float | None = None,
) -> tuple[Any, ...]:
    facility = tally.earned / tally.possible if tally.possible else None
    return (
        exam.pk,
        organization,
        version,
        tally.participants,
        facility,
        discrimination,
        upper_lower_index,
        json.dumps(tally.choices),
        now,
    )


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row(row)

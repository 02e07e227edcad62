"""Computes what exams came to and stores it, so that pages only read. Finds by itself what is out of date: exams whose
rooms count other changes of results than their findings rest on, or whose sittings have closed since."""

import time
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Substr

from exams.models import Exam, Room
from reports import frames, storing, tallies
from reports.models import Freshness, Summary
from reports.statistics import papers
from schools.models import Organization


class Standing(NamedTuple):
    """How far an exam's results have come: the sum of its rooms' versions, and when a sitting or a room last closed."""

    exam: int
    version: int
    closed_at: datetime | None

    def classes_are_due(self, known: Freshness | None, now: datetime) -> bool:
        """Whether any class's figures are out of date and may be computed again already."""
        if known is None or known.classes_at is None:
            return self.version > 0 or self.closed_at is not None
        closed = self.closed_at is not None and self.closed_at > known.classes_at
        return (closed or self.version != known.classes_version) and known.classes_may(now)

    def whole_is_due(self, known: Freshness | None, now: datetime) -> bool:
        """Whether the figures over the whole exam are out of date and may be computed again already."""
        if known is None or known.whole_at is None:
            return self.version > 0
        return self.version != known.whole_version and known.whole_may(now)


def refresh_due(now: datetime) -> int:
    """Computes the findings of every exam that is out of date; returns of how many. Two small queries when there is
    nothing to do. Small things show at once; what took long rests ten times as long before it is done again."""
    known = {one.exam_id: one for one in Freshness.objects.all()}
    found = standings(_rooms(), now)
    classes = {one.exam for one in found if one.classes_are_due(known.get(one.exam), now)}
    whole = {one.exam for one in found if one.whole_is_due(known.get(one.exam), now)}
    exams = Exam.objects.in_bulk(classes | whole)
    for pk in sorted(classes):
        refresh_classes(exams[pk], now)
    for pk in sorted(whole):
        refresh_whole(exams[pk], now)
    return len(exams)


def refresh_every(now: datetime) -> int:
    """Computes the findings of every exam anew that has any results; returns of how many."""
    found = [one.exam for one in standings(_rooms(), now) if one.classes_are_due(None, now)]
    for exam in Exam.objects.filter(pk__in=found).order_by("pk"):
        refresh_classes(exam, now, every=True)
        refresh_whole(exam, now)
    return len(found)


def standings(rooms: "QuerySet[Room]", now: datetime) -> list[Standing]:
    """How far each exam of these rooms has come."""
    closing = rooms.with_close()  # type: ignore[attr-defined]
    rows = closing.values("sitting__exam").annotate(
        version=Sum("results_version"),
        closed=Max("close_at", filter=Q(close_at__lte=now)),
        ended=Max("ended_at", filter=Q(ended_at__lte=now)),
    )
    return [
        Standing(row["sitting__exam"], row["version"], max(filter(None, (row["closed"], row["ended"])), default=None))
        for row in rows.order_by()
    ]


@transaction.atomic
def refresh_classes(exam: Exam, now: datetime, *, every: bool = False) -> list[int]:
    """Computes the summaries and items of the classes whose results have changed (of every class when asked), and the
    summaries of all that lies above them; returns which classes. A rehearsal has no findings."""
    began = time.perf_counter()
    _one_at_a_time(exam)
    # What counts as seen is read before the results are, so that a change in between is found the next time.
    versions = _versions(exam)
    if every:
        Summary.objects.of(exam).delete()
    known = Freshness.objects.filter(exam=exam).first()
    changed = sorted(versions) if every else _changed(exam, versions, known, now)
    classes = frames.touched(exam, changed)
    frame = frames.read(exam, now, classes)
    found = dict.fromkeys(classes, tallies.empty()) | tallies.by_class(frame)
    storing.summaries(exam, found, versions, now)
    storing.class_items(exam, classes, tallies.items_by_class(frame), now)
    _add_up(exam, classes, now)
    _remember(exam, now, "classes", sum(versions.values()), began)
    return classes


@transaction.atomic
def refresh_whole(exam: Exam, now: datetime) -> None:
    """Computes what only all answer sheets together tell: items and papers of the whole exam."""
    began = time.perf_counter()
    _one_at_a_time(exam)
    version = sum(_versions(exam).values())
    frame = frames.read(exam, now)
    sums = [(one, papers.in_parts(one.scores, one.points, one.masks, one.choice_count)) for one in frame.sheets]
    storing.whole_items(exam, tallies.items_of_whole(sums), now)
    storing.papers(exam, {sheets.paper: paper.items for sheets, paper in sums}, now)
    _remember(exam, now, "whole", version, began)


def _rooms() -> "QuerySet[Room]":
    return Room.objects.filter(sitting__exam__rehearsal=False)


def _versions(exam: Exam) -> dict[int, int]:
    """Class -> the sum of its rooms' versions; empty for a rehearsal."""
    rooms = _rooms().filter(sitting__exam=exam).order_by()
    return dict(rooms.values_list("organization").annotate(Sum("results_version")))


def _changed(exam: Exam, versions: dict[int, int], known: Freshness | None, now: datetime) -> list[int]:
    """Classes whose summary is missing or rests on other results, and those of which a sitting or room has closed."""
    stored = dict(Summary.objects.of(exam).classes().values_list("organization", "results_version"))
    changed = {pk for pk, version in versions.items() if stored.get(pk) != version}
    closed = Q(close_at__lte=now) | Q(ended_at__lte=now)
    if known is not None and known.classes_at is not None:
        at = known.classes_at
        closed &= Q(close_at__gt=at) | Q(ended_at__gt=at)
    rooms = _rooms().with_close().filter(sitting__exam=exam)  # type: ignore[attr-defined]
    return sorted(changed | set(rooms.filter(closed).values_list("organization", flat=True)))


def _add_up(exam: Exam, classes: list[int], now: datetime) -> None:
    """The summaries of what lies above these classes, each from those of the next level down, from the bottom up."""
    step = Organization.steplen
    lines = [one.line()[:-1] for one in Organization.objects.filter(pk__in=classes)]
    above = {path for line in lines for path in line}
    for length in sorted({len(path) for path in above}, reverse=True):
        parents = {path for path in above if len(path) == length}
        rows = Summary.objects.of(exam).with_places().filter(organization__depth=length // step + 1)
        parts: dict[str, list[tallies.Tally]] = {path: [] for path in parents}
        for row in rows.alias(parent=Substr("organization__path", 1, length)).filter(parent__in=parents):
            parts[row.organization.path[:length]].append(storing.tally_of(row))
        places = dict(Organization.objects.filter(path__in=parents).values_list("pk", "path"))
        storing.summaries(exam, {pk: tallies.merged(parts[path]) for pk, path in places.items()}, {}, now)


def _remember(exam: Exam, now: datetime, part: str, version: int, began: float) -> None:
    took = round((time.perf_counter() - began) * 1000)
    values = {f"{part}_version": version, f"{part}_at": now, f"{part}_ms": took}
    Freshness.objects.update_or_create(exam=exam, defaults=values)


def _one_at_a_time(exam: Exam) -> None:
    """Two at once would only do the same work twice; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('reports.findings'), %s)", [exam.pk])

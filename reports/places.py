"""Reads what the pages of places show: exams with results, a place's figures, the places below it. Changes nothing."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Min, QuerySet, Value
from django.db.models.functions import Coalesce

from exams.models import Exam, Sitting
from reports import ordering
from reports.models import PaperFinding, Summary
from reports.ordering import Column
from schools import browsing
from schools.grades import Stage
from schools.models import Organization
from schools.models.organizations import Kind
from schools.scoping import holds

SUMMARY = "result:view_summary"


class Held(NamedTuple):
    """When an exam is held: its first sitting opens, its last room closes. None where it has no sitting."""

    first_at: datetime | None
    last_at: datetime | None

    def keys_released(self, now: datetime) -> bool:
        """Whether keys and explanations may be shown: only once no sitting is still to be sat."""
        return self.last_at is not None and self.last_at <= now


def held(exam: Exam) -> Held:
    """When the exam is held."""
    later = Coalesce("rooms__delay_ms", 0) * Value(timedelta(milliseconds=1))
    closing = ExpressionWrapper(F("closes_at") + later, DateTimeField())
    return Held(*Sitting.objects.filter(exam=exam).aggregate(a=Min("opens_at"), b=Max(closing)).values())


def visible(user: Any) -> "QuerySet[Summary]":
    """Every stored summary that `user` may read, with exam and place."""
    return Summary.objects.visible_to(user, SUMMARY).with_places()


def beginnings(user: Any) -> "QuerySet[Summary]":
    """Summaries of the places where a person's view begins, the newest exam first."""
    tops = visible(user).filter(organization__in=browsing.tops(user, SUMMARY))
    return tops.order_by("-exam__created_at", "-exam", "organization__path")


def of_place(user: Any, exam: int) -> "QuerySet[Summary]":
    """Summaries of one exam that `user` may read; a rehearsal has none."""
    return visible(user).filter(exam=exam, exam__rehearsal=False)


COLUMNS = (
    Column("rostered", lambda row: row.rostered_count),
    Column("participation", lambda row: row.participation),
    Column("mean", lambda row: row.mean_percent),
    Column("reached", lambda row: row.reached_share),
)


def page(row: Summary, user: Any, sort: str, now: datetime) -> dict[str, Any]:
    """What the page of a place shows: its summary, its ancestors within reach, and the next level down, by name unless
    `sort` names a column ("mean", "-mean")."""
    place = row.organization
    column, falling = ordering.wanted(sort, COLUMNS)
    when = held(row.exam)
    below = sorted(Summary.objects.of(row.exam).children_of(place).with_places(), key=by_name)
    return {
        "summary": row,
        "exam": row.exam,
        "organization": place,
        "held": when,
        "is_over": when.keys_released(now),
        "may_see_items": holds(user, "item:view"),
        "trail": browsing.trail(place, user, SUMMARY),
        "rows": ordering.arranged(below, column, falling) if column else below,
        "below": Kind(below[0].organization.kind) if below else None,
        "sorted_by": column.name if column else "",
        "falling": falling,
        "papers": papers(row.exam) if place.kind == Kind.CITY else [],
    }


def papers(exam: Exam) -> "QuerySet[PaperFinding]":
    """How the exam's papers measured."""
    return PaperFinding.objects.filter(paper__exam=exam).select_related("paper").order_by("paper__number")


def by_name(row: Summary) -> tuple[Any, ...]:
    """Classes by grade and number, everything else by name."""
    place: Organization = row.organization
    if place.kind == Kind.CLASS:
        return (1, list(Stage).index(Stage(place.stage)), -(place.entry_year or 0), place.class_number)
    return (0, ordering.collated(place.name))

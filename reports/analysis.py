"""Reads how the items of an exam did, for those who write and plan. Names nobody."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from exams.models import Exam
from questionbank import markup
from reports import ordering, places, wording
from reports.models import ItemFinding
from reports.ordering import Column

EASY, HARD, WEAK = 0.95, 0.25, 0.15
COLUMNS = (
    Column("facility", lambda row: row.finding.facility),
    Column("discrimination", lambda row: row.finding.discrimination),
    Column("difference", lambda row: row.finding.upper_lower_index),
)


class Choice(NamedTuple):
    """One choice of an item, and how many took it."""

    label: Any
    is_key: bool
    taken: int


class Row(NamedTuple):
    """One item of the exam: its finding, its stem in plain words, its choices, and what to look at."""

    finding: ItemFinding
    words: str
    choices: list[Choice]
    doubts: list[str]


def visible(user: Any) -> "QuerySet[Exam]":
    """Exams with findings whose items `user` may see."""
    findings = ItemFinding.objects.filter(exam=OuterRef("pk")).whole()
    found: QuerySet[Exam] = Exam.objects.visible_to(user, "item:view").filter(Exists(findings), rehearsal=False)
    return found


def page(exam: Exam, sort: str, *, now: datetime) -> dict[str, Any]:
    """What the page of an exam's items shows; stems and choices only once the exam's last sitting has closed."""
    when = places.held(exam)
    released = when.keys_released(now)
    column, falling = ordering.wanted(sort, COLUMNS)
    return {
        "exam": exam,
        "held": when,
        "keys_released": released,
        "rows": ordering.arranged(rows(exam), column or COLUMNS[0], falling) if released else [],
        "papers": places.papers(exam),
        "sorted_by": (column or COLUMNS[0]).name,
        "falling": falling,
    }


def rows(exam: Exam) -> list[Row]:
    """Every item of the exam."""
    found = ItemFinding.objects.filter(exam=exam).whole().select_related("item_version__item__topic")
    return [
        Row(one, markup.words(one.item_version.stem), choices(one), doubts(one))
        for one in found.order_by("item_version")
    ]


def choices(finding: ItemFinding) -> list[Choice]:
    """How many took each choice, in the author's order, blanks last."""
    key, names = finding.item_version.key, {**wording.TRUTHS, "": wording.BLANK}
    counts = sorted(finding.choice_counts.items(), key=lambda one: (not one[0], one[0] == "false", one[0]))
    return [Choice(names.get(name, name), name in key, taken) for name, taken in counts]


def doubts(finding: ItemFinding) -> list[str]:
    """Codes of what to look at: "negative", "weak", "easy", "hard"; the template words them."""
    found = []
    if finding.discrimination is not None and finding.discrimination < WEAK:
        found.append("negative" if finding.discrimination < 0 else "weak")
    if finding.facility is not None and not HARD < finding.facility < EASY:
        found.append("easy" if finding.facility >= EASY else "hard")
    return found

"""Figures as pages show them."""

from typing import Any

from django import template
from django.utils.formats import number_format

from exams.levels import Level
from reports import teaching, wording
from reports.models import Summary

register = template.Library()
NONE = "–"
# number_format cuts places off, it does not round


@register.filter
def percent(share: float | None) -> str:
    """A share of 0 to 1 as percent with one place: {{ row.participation|percent }}."""
    return NONE if share is None else of_hundred(100 * share)


@register.filter
def of_hundred(value: float | None) -> str:
    """A number of percent with one place: {{ row.mean_percent|of_hundred }}."""
    return NONE if value is None else f"{number_format(round(value, 1), 1)}%"


@register.filter
def decimal(value: float | None) -> str:
    """A number with two places."""
    return NONE if value is None else number_format(round(value, 2), 2)


@register.filter
def share(topic: dict[str, Any]) -> float | None:
    """Share of a topic's points that were earned."""
    return teaching.share(topic)


@register.filter
def topic_title(topic: dict[str, Any]) -> str:
    """The name of a topic in the reader's language."""
    return wording.title(topic)


@register.filter
def level_label(level: str) -> Any:
    """The word for a level."""
    return wording.LEVELS.get(level, "")  # type: ignore[call-overload]  # a level is its word


@register.filter
def level_tone(level: str) -> str:
    """The badge's class for a level."""
    return wording.LEVEL_TONES.get(level, "muted")  # type: ignore[call-overload]  # a level is its word


@register.filter
def share_of(part: int, whole: int) -> float | None:
    """part / whole: {{ count|share_of:total|percent }}."""
    return part / whole if whole else None


@register.filter
def level_rows(summary: Summary) -> list[tuple[Level, int]]:
    """Every level with its count, the highest first."""
    return [(level, summary.level_counts.get(level, 0)) for level in Level]


@register.filter
def bin_rows(summary: Summary) -> list[tuple[int, int, int]]:
    """(from, to, count) of every bin of percent."""
    width = 100 // len(summary.bins)
    return [(width * place, width * (place + 1), count) for place, count in enumerate(summary.bins)]

"""Puts a stored summary into charts: the words in the reader's language, and each drawing kept for a while."""

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from exams.levels import Level
from reports import wording
from reports.models import Summary

NAMES = ("histogram", "levels", "topics")
THEMES = ("light", "dark")
# Raised when charts look otherwise than before, so that none of the old ones is shown.
VERSION = 1
KEPT_SECONDS = 24 * 60 * 60


class Wanted(NamedTuple):
    """Which drawing: one of NAMES, one of THEMES, one of the product's languages."""

    chart: str
    theme: str
    language: str


def wanted(chart: str, theme: str, language: str) -> Wanted | None:
    """The drawing asked for; light, and in the reader's language, unless said otherwise. None for what there is not."""
    theme, language = theme or THEMES[0], language or translation.get_language() or settings.LANGUAGE_CODE
    if chart not in NAMES or theme not in THEMES or language not in dict(settings.LANGUAGES):
        return None
    return Wanted(chart, theme, language)


def name(row: Summary, one: Wanted) -> str:
    """The entity tag of a drawing: the same numbers and words give the same name."""
    shown = [VERSION, *one, row.bins, row.mean_percent, row.level_counts, row.topics]
    return hashlib.sha256(orjson.dumps(shown)).hexdigest()[:32]


def draw(row: Summary, one: Wanted) -> bytes:
    """The SVG, from the cache when it has been drawn before."""
    key = f"chart:{name(row, one)}"
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        with translation.override(one.language):
            drawn = _draw(row, one.chart, one.theme)
        cache.set(key, drawn, KEPT_SECONDS)
    return drawn


def ready() -> None:
    """Before matplotlib is imported: its list of fonts is kept with our data, since a server's home may not be
    writable."""
    os.environ.setdefault("MPLCONFIGDIR", str(Path(settings.DATA_DIR) / "matplotlib"))


def _charts() -> Any:
    """The charts, imported by the process that draws first: matplotlib takes half a second and 50 MB."""
    ready()
    from reports import charts

    return charts


def _draw(row: Summary, chart: str, theme: str) -> bytes:
    charts = _charts()
    draw: dict[str, Any] = {"histogram": _histogram, "levels": _levels, "topics": _topics}
    drawn: bytes = draw[chart](charts, row, charts.THEMES[theme])
    return drawn


def _histogram(charts: Any, row: Summary, theme: Any) -> bytes:
    parts = [_("%(low)d–%(high)d%%：%(count)d 人") % _bin(index, count) for index, count in enumerate(row.bins)]
    words = charts.Words(_("得分率分布"), "；".join(parts))
    mean = row.mean_percent
    label = "" if mean is None else _("平均 %(mean)s%%") % {"mean": number_format(round(mean, 1), 1)}
    return charts.histogram(row.bins, mean, label, _("得分率（%），柱上是人数"), words, theme)


def _bin(index: int, count: int) -> dict[str, int]:
    return {"low": 10 * index, "high": 10 * index + 10, "count": count}


def _levels(charts: Any, row: Summary, theme: Any) -> bytes:
    counts = [row.level_counts.get(level, 0) for level in Level]
    names = [str(wording.LEVELS[level]) for level in Level]
    parts = [_("%(name)s：%(count)d 人") % {"name": one, "count": n} for one, n in zip(names, counts, strict=True)]
    return charts.levels(counts, names, charts.Words(_("各等级人数"), "；".join(parts)), theme)


def _topics(charts: Any, row: Summary, theme: Any) -> bytes:
    asked = [topic for topic in row.topics if topic["possible"]]
    shares = [topic["earned"] / topic["possible"] for topic in asked]
    names = [wording.title(topic) for topic in asked]
    parts = [f"{one}：{100 * share:.0f}%" for one, share in zip(names, shares, strict=True)]
    return charts.topics(shares, names, charts.Words(_("各主题得分率"), "；".join(parts)), theme)

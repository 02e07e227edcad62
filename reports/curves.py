"""The curves of a rehearsal, drawn from its stored figures; for its page and for the page of benchmarks/city.py."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from reports.charts import THEMES, Curve, Words, timeline

Figures = Mapping[str, Any]


class Chart(NamedTuple):
    """What a chart shows."""

    title: str
    label: str
    minutes: Sequence[float]
    curves: list[Curve]
    kind: str = "lines"


def draw(figures: Figures, name: str, theme: str) -> bytes:
    """One chart as SVG. Raises KeyError for a name that is none of CHARTS."""
    chart = CHARTS[name](figures)
    words = Words(chart.title, _("横轴是时间（分钟）。") + "、".join(curve.name for curve in chart.curves))
    return timeline(chart.minutes, chart.curves, chart.label, words, THEMES[theme], kind=chart.kind)


def _minutes(figures: Figures, instants: Sequence[float]) -> list[float]:
    """Minutes since the common start."""
    return [(instant - figures["starts_at"]) / 60 for instant in instants]


def _sampled(figures: Figures) -> list[dict[str, Any]]:
    return list(figures["samples"])


def _stages(figures: Figures) -> Chart:
    names = {
        "outside": _("还没来"),
        "entering": _("正在进入"),
        "waiting": _("候考"),
        "working": _("答题"),
        "handing": _("交卷"),
        "done": _("已交卷"),
    }
    samples = _sampled(figures)
    curves = [Curve(words, [one["stages"].get(stage, 0) for one in samples]) for stage, words in names.items()]
    minutes = _minutes(figures, [one["at"] for one in samples])
    return Chart(_("学生在做什么"), _("学生数"), minutes, curves, "stacked")


def _waits(figures: Figures) -> Chart:
    named = {
        "saved": (_("保存：一半在此之内"), 2),
        "saved 99": (_("保存：99% 在此之内"), 3),
        "started 99": (_("开始：99% 在此之内"), 3),
    }
    curves = []
    for name, (words, place) in named.items():
        rows = figures["over_time"].get(name.split()[0], [])
        curves.append(Curve(words, [row[place] for row in rows], _minutes(figures, [row[0] for row in rows])))
    return Chart(_("学生等待多久"), _("毫秒（对数刻度）"), curves[0].minutes, curves, "logarithmic")


def _rates(figures: Figures) -> Chart:
    named = {"save": _("保存"), "pulse": _("心跳"), "start": _("开始"), "submit": _("交卷")}
    curves = []
    for name, words in named.items():
        rows = figures["over_time"].get(name, [])
        curves.append(Curve(words, [row[1] for row in rows], _minutes(figures, [row[0] for row in rows])))
    return Chart(_("每秒请求数"), _("次 / 秒"), curves[0].minutes, curves)


KINDS: dict[str, Callable[[], str]] = {
    "database": lambda: _("数据库"),
    "lane": lambda: _("答题服务"),
    "door": lambda: _("入口"),
    "rest": lambda: _("其他服务"),
    "load": lambda: _("模拟学生"),
}


def _processors(figures: Figures) -> Chart:
    """How much of one core every kind of process took between two samples."""
    samples = _sampled(figures)
    pairs = list(itertools.pairwise(samples))
    shares: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for before, after in pairs:
        seconds = max(after["at"] - before["at"], 0.001)
        spent = {kind: after["cpu"][kind] - before["cpu"].get(kind, 0.0) for kind in after["cpu"]}
        gathered = _gathered(spent)
        for kind in KINDS:
            shares[kind].append(max(0.0, 100 * gathered[kind] / seconds))
    curves = [Curve(words(), shares[kind]) for kind, words in KINDS.items()]
    minutes = _minutes(figures, [after["at"] for _before, after in pairs])
    return Chart(_("处理器占用"), _("一个核心的百分之几"), minutes, curves, "stacked")


def _gathered(values: Mapping[str, float]) -> dict[str, float]:
    """By the kinds that are shown; what is small is put together."""
    shown = {kind: values.get(kind, 0.0) for kind in KINDS}
    shown["rest"] = sum(value for kind, value in values.items() if kind not in KINDS)
    return shown


def _memory(figures: Figures) -> Chart:
    samples = [one for one in _sampled(figures) if "memory" in one]
    gathered = [_gathered(one["memory"]) for one in samples]
    curves = [Curve(words(), [one[kind] for one in gathered]) for kind, words in KINDS.items()]
    return Chart(_("内存"), "MB", _minutes(figures, [one["at"] for one in samples]), curves, "stacked")


def _connections(figures: Figures) -> Chart:
    samples = _sampled(figures)
    minutes = _minutes(figures, [one["at"] for one in samples])
    return Chart(_("同时打开的连接"), _("连接数"), minutes, [Curve(_("连接"), [one.get("open", 0) for one in samples])])


CHARTS: dict[str, Callable[[Figures], Chart]] = {
    "stages": _stages,
    "waits": _waits,
    "rates": _rates,
    "processors": _processors,
    "memory": _memory,
    "connections": _connections,
}

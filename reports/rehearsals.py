"""What a rehearsal found, in plain words: can this machine do it, and how one knows."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.http import Http404
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from exams import rehearsing
from exams.models import Rehearsal
from exams.models.rehearsals import RehearsalState
from reports import drawing
from schools.models import Organization

SMALL = 1000  # students: fewer say that everything works, and little of how much it bears
VERSION = 1
KEPT_SECONDS = 24 * 60 * 60
CHARTS: dict[str, Callable[[], str]] = {
    "stages": lambda: _("学生在做什么"),
    "waits": lambda: _("学生等待多久"),
    "rates": lambda: _("每秒请求数"),
    "processors": lambda: _("处理器占用"),
    "memory": lambda: _("内存"),
    "connections": lambda: _("同时打开的连接"),
}
Facts = Mapping[str, Any]


class Sentence(NamedTuple):
    """One gate as people are told it."""

    text: str
    holds: bool


class Listed(NamedTuple):
    """One rehearsal in the list."""

    rehearsal: Rehearsal
    state: RehearsalState


def home(user: Any) -> Organization:
    """The city in whose name this person rehearses. Raises Http404 for who holds the permission at none."""
    found = rehearsing.home(user)
    if found is None:
        raise Http404
    return found


def listed(rows: Iterable[Rehearsal], now: datetime) -> list[Listed]:
    return [Listed(one, rehearsing.standing(one, now)) for one in rows]


def page(one: Rehearsal, now: datetime) -> dict[str, Any]:
    """What the page of a rehearsal shows."""
    state = rehearsing.standing(one, now)
    context: dict[str, Any] = {
        "rehearsal": one,
        "state": state,
        "is_over": state not in rehearsing.UNFINISHED,
        "progress": one.figures.get("progress"),
        "duration_minutes": -(-rehearsing.duration(one.student_count, one.minutes) // timedelta(minutes=1)),
    }
    if "gates" in one.figures:
        context |= {
            "sentences": sentences(one.figures),
            "facts": facts(one.figures),
            "charts": [(name, words()) for name, words in CHARTS.items()],
            "is_small": one.student_count < SMALL,
            "suggested_rate": suggested_rate(one.figures),
        }
    return context


def sentences(figures: Facts) -> list[Sentence]:
    """Every gate in words, those that do not hold first."""
    told = [Sentence(_sentence(gate, figures), gate["holds"]) for gate in figures["gates"]]
    return sorted(told, key=lambda one: one.holds)


def _sentence(gate: Facts, figures: Facts) -> str:
    values = {
        "measured": _number(gate["measured"]),
        "limit": _number(gate["limit"]),
        "measured_s": _number(gate["measured"] / 1000, 2),
        "limit_s": _number(gate["limit"] / 1000),
        "students": _number(figures["students"]),
        "acknowledged": _number(figures["verdict"]["acknowledged"]),
    }
    good, bad = GATES[gate["word"]]
    return (good() if gate["holds"] else bad()) % values


def _number(value: float, places: int = 0) -> str:
    return number_format(round(value, places), places, force_grouping=True)


GATES: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "lost": (
        lambda: _("学生被告知“已保存”的 %(acknowledged)s 条记录，数据库里一条不少，内容一致。"),
        lambda: _("学生被告知“已保存”的记录中，有 %(measured)s 条在数据库里找不到或内容不同。请不要用这台机器测评。"),
    ),
    "shown": (lambda: _("没有学生看到出错。"), lambda: _("学生看到了 %(measured)s 次出错。")),
    "not_handed_in": (
        lambda: _("%(students)s 名学生全部交了卷。"),
        lambda: _("有 %(measured)s 名学生没有交卷。"),
    ),
    "receipts": (
        lambda: _("回执都与数据库一致。"),
        lambda: _("有 %(measured)s 张回执与数据库不一致。"),
    ),
    "unfinished": (
        lambda: _("每名学生都走完了全程。"),
        lambda: _("有 %(measured)s 名学生没有走完全程。"),
    ),
    "start_p99": (
        lambda: _("开始时，100 名学生中有 99 名在 %(measured_s)s 秒内看到题目（要求 %(limit_s)s 秒）。"),
        lambda: _("开始太慢：100 名学生中有 99 名要等 %(measured_s)s 秒才看到题目（要求 %(limit_s)s 秒）。"),
    ),
    "saved_p99": (
        lambda: _("100 次保存中有 99 次在 %(measured_s)s 秒内完成（要求 %(limit_s)s 秒）。"),
        lambda: _("保存太慢：100 次中有 99 次要等 %(measured_s)s 秒（要求 %(limit_s)s 秒）。"),
    ),
    "cpu": (
        lambda: _("每名学生全程用处理器 %(measured)s 毫秒（要求 %(limit)s 毫秒）。"),
        lambda: _("每名学生全程用处理器 %(measured)s 毫秒，超过要求的 %(limit)s 毫秒。"),
    ),
    "memory": (
        lambda: _("入口和答题服务最多用内存 %(measured)s MB（要求 %(limit)s MB）。"),
        lambda: _("入口和答题服务用内存 %(measured)s MB，超过要求的 %(limit)s MB。"),
    ),
    "load_lag": (
        lambda: _("模拟学生自己跑得及时，测得的时间可信。"),
        lambda: _("机器太忙，模拟学生自己也被耽搁了，测得的时间不完全可信。请在机器空闲时再演练。"),
    ),
}


def facts(figures: Facts) -> list[tuple[str, str]]:
    """Figures worth a line, as (words, value)."""
    verdict, students, load = figures["verdict"], figures["students"], figures["load"]
    machine = figures["machine"]
    product, own = busiest(figures)
    per_exam = _number(1000 * sum(figures["cpu"].values()) / students, 1)
    return [
        (_("机器"), _("%(cores)s 个处理器核心，%(memory)s MB 内存") % _machine(machine)),
        (_("最忙时占用处理器"), _("产品 %(product)s%%，模拟学生 %(own)s%%") % {"product": product, "own": own}),
        (_("每名学生用处理器"), _("%(value)s 毫秒") % {"value": per_exam}),
        (_("每名学生占数据库日志"), f"{_number(figures['wal_bytes'] / students / 1024)} KB"),
        (_("作答记录"), _number(verdict["stored"])),
        (_("请求"), _number(figures["requests"])),
        (_("同时打开的连接最多"), _number(load["open"])),
        (_("自动重试（学生看不到）"), _number(sum(figures["retried"].values()))),
        (_("重新载入、换设备、断网"), " / ".join(_number(figures["acts"].get(name, 0)) for name in MISHAPS)),
    ]


MISHAPS = ("reloads", "devices lost", "times offline")


def _machine(machine: Facts) -> dict[str, str]:
    return {"cores": _number(machine["cores"]), "memory": _number(machine["memory_mb"])}


def busiest(figures: Facts) -> tuple[int, int]:
    """Per cent of all cores that the product and the load took at the busiest moment between two samples."""
    most = (0.0, 0.0)
    for before, after in itertools.pairwise(figures["samples"]):
        seconds = max(after["at"] - before["at"], 0.001) * figures["machine"]["cores"]
        spent = {kind: 100 * (after["cpu"][kind] - before["cpu"].get(kind, 0.0)) / seconds for kind in after["cpu"]}
        own = spent.pop("load", 0.0)
        most = max(most, (sum(spent.values()), own), key=sum)
    return round(most[0]), round(most[1])


def suggested_rate(figures: Facts) -> int:
    """Starts a second for LANE_REHEARSED_STARTS_PER_SECOND: what was rehearsed when the start was quick enough, else
    so much less that the wait would have been."""
    gate = next(gate for gate in figures["gates"] if gate["word"] == "start_p99")
    rate = int(figures["starts_per_second"])
    return rate if gate["holds"] else max(50, int(rate * gate["limit"] / gate["measured"]))


def chart(one: Rehearsal, name: str, theme: str) -> bytes | None:
    """One curve of a rehearsal as SVG, in the reader's language; None for what there is not."""
    if name not in CHARTS or theme not in drawing.THEMES or "samples" not in one.figures:
        return None
    language = translation.get_language() or ""
    mark = f"{VERSION} {one.pk} {one.ended_at} {name} {theme} {language}"
    key = f"chart:{hashlib.sha256(mark.encode()).hexdigest()[:32]}"
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        drawing.ready()
        from reports import curves

        drawn = curves.draw(one.figures, name, theme)
        cache.set(key, drawn, KEPT_SECONDS)
    return drawn

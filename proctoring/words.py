"""What states, events and troubles are called on the proctor's pages."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from proctoring.fold import Shown

SHOWN = {
    Shown.ABSENT: _("未到"),
    Shown.WAITING: _("候考"),
    Shown.ANSWERING: _("答题中"),
    Shown.OFFLINE: _("离线"),
    Shown.PAUSED: _("已暂停"),
    Shown.SUBMITTED: _("已交卷"),
    Shown.VOIDED: _("已作废"),
}

EVENTS = {
    "go": _("宣布开始"),
    "release": _("准许换设备"),
    "move": _("换了设备"),
    "extend": _("加时"),
    "pause": _("暂停"),
    "resume": _("继续"),
    "end": _("收卷"),
    "void": _("作废"),
    "reopen": _("重新开放"),
    "transcribe": _("录入纸质答卷"),
    "walk_in": _("增补入场"),
    "replace_card": _("更换座位卡"),
    "enter": _("入场"),
    "start": _("开始答题"),
    "submit": _("交卷"),
    "expire": _("到时自动交卷"),
    "score": _("评分"),
}

# Reasons that the lane gives for itself.
REASONS = {"released": _("老师准许"), "silence": _("原设备已无响应")}


def event(name: str) -> str:
    """An event in words; one that is not known here by its own name."""
    return str(EVENTS.get(name, name))


def reason(why: str) -> str:
    """A reason as people read it."""
    return str(REASONS.get(why, why))


def shown() -> dict[str, str]:
    """Every state in words, in the order of a test."""
    return {str(state): str(word) for state, word in SHOWN.items()}


def people(count: int) -> str:
    """ "3 人" """
    return ngettext("%(count)d 人", "%(count)d 人", count) % {"count": count}


def page() -> dict[str, Any]:
    """The sentences of the room page's script; {n} and {who} are filled in there."""
    return {
        "shown": shown(),
        "live": gettext("实时画面"),
        "connecting": gettext("正在接通实时画面"),
        "polling": gettext("实时连接中断，每 5 秒刷新一次"),
        "stale": gettext("画面是 {n} 秒前的"),
        "signed_out": gettext("登录已失效，请刷新页面重新登录"),
        "quiet": gettext("5 分钟没有新答案"),
        "fragile": gettext("本机存不下答案，别关网页"),
        "one": gettext("{who}：{state}"),
        "many": gettext("{n} 名学生的状态有变化"),
        "opens_in": gettext("距开放入场"),
        "starts_in": gettext("距开始"),
        "waits": gettext("等待宣布开始"),
        "ends_in": gettext("距收卷"),
        "over": gettext("已结束"),
        "ended": gettext("已收卷"),
    }

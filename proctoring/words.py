"""What states, events and troubles are called on the proctor's pages."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from exams.lateness import Cause
from exams.models.papers import LatePolicy
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
    "leave": _("认出不是本人，退出了座位卡"),
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
    "delay": _("推迟"),
    "compensate": _("补时"),
    "decide_late": _("认定迟到的答案"),
    "rescue": _("并入救援文件"),
    "report": _("设备报告"),
}

# What was seen of why an answer came late.
CAUSES = {
    Cause.OFFLINE: _("设备断网"),
    Cause.SILENT: _("服务器收不到设备的消息"),
    Cause.UNKNOWN: _("没有看到断网"),
}

POLICIES: dict[str, Any] = {
    LatePolicy.REVIEW: _("迟到的答案先不计分，由你们认定后才计入。"),
    LatePolicy.REJECT: _("按本次测评的规则，迟到的答案不计分；在这里认定为“计入”的除外。"),
    LatePolicy.ACCEPT: _("按本次测评的规则，迟到的答案计分；在这里认定为“不计入”的除外。"),
}

# Why nothing could be read from a rescue file, and what to do.
UNUSABLE = {
    "too_large": _("文件太大，不是救援文件。请选学生设备上保存的那个文件。"),
    "no_rescue_file": _("这不是救援文件。请选学生设备上保存的、名字里有 rescue 的文件。"),
    "newer": _("这个文件来自更新的版本，请先升级本系统再上传。"),
    "other_installation": _("这个文件是另一套系统的，在这里打不开。请上传到学生参加测评的那套系统。"),
    "damaged": _("文件损坏，打不开。请回到学生的设备重新保存一次，用 U 盘或内部网络原样拷贝。"),
}

# Reasons that the lane gives for itself.
REASONS = {"released": _("老师准许"), "silence": _("原设备已无响应")}


# What can be done for somebody whom an outage met.
STANDINGS = {
    "running": _("正在答题，会补时"),
    "to_come": _("还没开始，开始时带上"),
    "closed_by_clock": _("已到时收卷"),
    "handed_in": _("已交卷，不补"),
    "never_started": _("入场了，没有开始"),
    "never_entered": _("没有入场"),
}


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


def duration(time: timedelta) -> str:
    """ "9 分 5 秒", "2 小时 3 分" """
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    values = {"hours": hours, "minutes": minutes, "seconds": seconds}
    return (gettext("%(hours)d 小时 %(minutes)d 分") if hours else gettext("%(minutes)d 分 %(seconds)d 秒")) % values


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

"""Words for what results say: levels, states, topics, in the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exams.levels import Level
from exams.lifecycle import State

LEVELS = {
    Level.EXCELLENT: _("优秀"),
    Level.GOOD: _("良好"),
    Level.PASS: _("合格"),
    Level.LEARN_AGAIN: _("再学一学"),
}
LEVEL_TONES = {Level.EXCELLENT: "ok", Level.GOOD: "info", Level.PASS: "muted", Level.LEARN_AGAIN: "warn"}
ABSENT = _("缺测")
BLANK = _("未作答")
WAITING = _("已交卷，待评分")
STATES = {
    State.ASSIGNED: _("未到"),
    State.ENTERED: _("候考"),
    State.ACTIVE: _("答题中"),
    State.PAUSED: _("已暂停"),
    State.SUBMITTED: WAITING,
    State.SCORED: _("已评分"),
    State.VOIDED: _("已作废"),
}
TRUTHS = {"true": _("正确"), "false": _("错误")}


def title(topic: dict[str, Any]) -> str:
    """The name of a topic {"title", "title_en"}: English where that is read and there is one."""
    english = (get_language() or "").startswith("en")
    return str((english and topic["title_en"]) or topic["title"])

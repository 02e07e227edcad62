"""The three harmless questions of the tutorial, in the shape of a frozen paper, and the key of the practice result."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def paper() -> dict[str, Any]:
    """A paper of three slots as the lane would serve it, and what its result says: {"content", "layout", "key"}."""
    slots = [_single(), _multiple(), _true_false()]
    return {
        "content": {
            "paper": "tutorial",
            "version": 1,
            "title": _("练习"),
            "language": get_language(),
            "sections": [{"title": _("练习题"), "note": _("多选题要把对的都选上。"), "slots": slots}],
            "stimuli": [],
            "media": {},
        },
        "layout": {"slots": [1, 2, 3], "choices": {"1": ["c3", "c1", "c2", "c4"], "2": ["c2", "c4", "c1", "c3"]}},
        "key": {
            "1": {"key": ["c1"], "explanation": _("119 找消防，110 找警察，120 找急救。")},
            "2": {"key": ["c1", "c2", "c4"], "explanation": _("这三样都能带着走；冰箱太重，也用不上。")},
            "3": {"key": ["true"], "explanation": _("交卷以前都可以改；没把握的题先标记，做完再回来看。")},
        },
        "ground": _("练习题"),
    }


def _choice(ident: str, content: str) -> dict[str, Any]:
    return {"id": ident, "content": content, "speech": None}


def _slot(number: int, kind: str, stem: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"slot": number, "kind": kind, "points": 1, "stem": f"<p>{stem}</p>", "speech": None, "choices": choices}


def _single() -> dict[str, Any]:
    return _slot(
        1,
        "single_choice",
        _("家里着火了，打哪个电话找消防队？"),
        [_choice("c1", "119"), _choice("c2", "114"), _choice("c3", "120"), _choice("c4", "12306")],
    )


def _multiple() -> dict[str, Any]:
    return _slot(
        2,
        "multiple_choice",
        _("下面哪些东西适合放进应急包？"),
        [_choice("c1", _("手电筒")), _choice("c2", _("瓶装水")), _choice("c3", _("冰箱")), _choice("c4", _("哨子"))],
    )


def _true_false() -> dict[str, Any]:
    return _slot(3, "true_false", _("交卷以前，可以回到前面的题目修改答案。"), [])

"""What can go wrong in the lane, as RFC 9457 problems: a stable `type`, a title and a detail in two languages."""

from typing import Any, NamedTuple

ZH, EN = "zh-Hans", "en"


class Kind(NamedTuple):
    """One kind of problem: status, then title and detail in Chinese and in English."""

    status: int
    title: str
    detail: str
    title_en: str
    detail_en: str


class Problem(Exception):
    """A refusal that becomes a problem document. `members` are further members of it; `status` overrides the kind's;
    `detail` names another text of TEXTS that fits better."""

    def __init__(
        self, type_: str, *, status: int = 0, detail: str = "", retry_after: float = 0, **members: Any
    ) -> None:
        super().__init__(type_)
        self.type = type_
        self.kind = KINDS[type_]
        self.status = status or self.kind.status
        self.detail = detail
        self.retry_after = retry_after
        self.members = members

    def document(self, language: str, now: int) -> dict[str, Any]:
        """The body: type, title, status, detail, now, and the members of this problem."""
        english = language == EN
        detail = DETAILS[self.detail] if self.detail else (self.kind.detail, self.kind.detail_en)
        return {
            "type": self.type,
            "title": self.kind.title_en if english else self.kind.title,
            "status": self.status,
            "detail": detail[english],
            **self.members,
            "now": now,
        }


KINDS: dict[str, Kind] = {
    "not_json": Kind(
        400,
        "请求不是 JSON",
        "请求内容不是有效的 JSON，请更新页面后重试。",
        "Not JSON",
        "The body is no valid JSON. Reload the page and try again.",
    ),
    "invalid": Kind(
        422,
        "请求内容有误",
        "请求中有一处不符合约定，本次没有保存任何内容；“pointer”指出了位置。",
        "Something in the request is not as agreed",
        "One part of the request is not as agreed, so nothing of it was stored; `pointer` says which.",
    ),
    "not_storable": Kind(
        422,
        "有答案无法保存",
        "个别记录无法保存，其余已经保存；“refused”列出了它们的序号。",
        "Some entries cannot be stored",
        "Single entries cannot be stored, the others are; `refused` lists their seqs.",
    ),
    "bad_token": Kind(
        401,
        "需要重新进入",
        "登录凭证无效，请重新输入座位卡号。已作答的内容不会丢失。",
        "Please enter again",
        "The token is not valid. Type your card number again; your answers are kept.",
    ),
    "expired_token": Kind(
        401,
        "需要重新进入",
        "登录凭证已过期，请重新输入座位卡号。已作答的内容不会丢失。",
        "Please enter again",
        "The token has expired. Type your card number again; your answers are kept.",
    ),
    "not_released": Kind(
        403, "结果尚未发布", "结果还没有发布，请稍后再来查看。", "Not released yet", "Results are not out yet."
    ),
    "not_found": Kind(404, "地址不存在", "没有这个地址。", "No such address", "There is nothing at this address."),
    "no_such_card": Kind(
        404,
        "没有这张座位卡",
        "没有找到这个卡号，请对照座位卡再输一遍，或请老师帮忙。",
        "No such card",
        "No card has this number. Compare it with your card and type it again, or ask your teacher.",
    ),
    "method_not_allowed": Kind(
        405, "方法不允许", "这个地址不支持该方法。", "Method not allowed", "This address has no such method."
    ),
    "occupied": Kind(
        409,
        "另一台设备正在作答",
        "这张卡正在另一台设备上使用。请告诉老师，由老师准许换机后再进入。",
        "In use on another device",
        "This card is in use on another device. Ask your teacher to release it, then enter again.",
    ),
    "voided": Kind(
        409,
        "本次作答已作废",
        "本次作答已被作废，请与监考老师联系。",
        "This attempt is void",
        "This attempt was declared void. Please talk to your teacher.",
    ),
    "closed": Kind(
        409,
        "已经结束",
        "本场测评对你已经结束，不能再开始作答。",
        "It is over",
        "This test is over for you; it cannot be started any more.",
    ),
    "moved": Kind(
        409,
        "已换到另一台设备",
        "作答已换到另一台设备。本机尚未上传的内容仍会上传；要在本机继续，请重新输入卡号。",
        "Moved to another device",
        "The test goes on at another device. What this one still holds can be sent; to go on here, enter again.",
    ),
    "not_started": Kind(
        409, "尚未开始", "测评还没有开始，不能提交答案。", "Not started", "The test has not been started yet."
    ),
    "paused": Kind(
        409,
        "作答已暂停",
        "老师暂停了你的作答，恢复后才能交卷。",
        "Paused",
        "Your teacher has paused your test. You can hand in once it goes on.",
    ),
    "conflict": Kind(
        409,
        "序号冲突",
        "同一序号已保存了不同的内容，本次没有确认；“conflicts”列出了序号。",
        "Same number, other content",
        "Something else is stored under the same seq, so this was not acknowledged; `conflicts` lists the seqs.",
    ),
    "incomplete": Kind(
        409,
        "还有答案没有上传",
        "还有答案没有传到服务器，请先补传“missing”中的序号，再交卷。",
        "Answers are still missing",
        "Some answers have not arrived. Send the seqs in `missing`, then hand in again.",
    ),
    "too_large": Kind(413, "请求过大", "一次最多可发送 64 KiB。", "Too large", "A request may hold at most 64 KiB."),
    "not_open": Kind(
        425,
        "还没有开放入场",
        "本场测评还没有开放入场，请稍后再试。",
        "Not open yet",
        "This sitting is not open for entering yet. Please come back later.",
    ),
    "too_early": Kind(
        425, "还没有到开始时间", "还没有到开始时间，请稍候。", "Too early", "It has not begun for you yet. Please wait."
    ),
    "too_many_entries": Kind(
        429,
        "记录过多",
        "一次最多上传 200 条，每份作答最多 3000 条。",
        "Too many entries",
        "A batch holds at most 200 entries and an attempt at most 3,000.",
    ),
    "too_many_requests": Kind(
        429, "请求过于频繁", "请求过于频繁，请稍候再试。", "Too many requests", "Too many requests; wait a moment."
    ),
    "internal": Kind(
        500,
        "服务器出错",
        "服务器出了错，没有确认任何内容；答案保存在本机，稍后会再次上传。",
        "The server failed",
        "The server failed and acknowledged nothing. Your answers are kept on this device and will be sent again.",
    ),
    "busy": Kind(
        503,
        "服务器繁忙",
        "服务器繁忙，答案保存在本机，稍后会自动重试。",
        "The server is busy",
        "The server is busy. Your answers are kept on this device and will be sent again by themselves.",
    ),
}

# Texts that say more than their kind's own: (Chinese, English).
DETAILS: dict[str, tuple[str, str]] = {
    "mistyped_card": (
        "卡号有误：应为 12 位数字，请对照座位卡检查是否有输错或颠倒的数字。",
        "The card number is mistyped: it has 12 digits. Look for a wrong digit or two swapped ones.",
    ),
    "came_too_late": (
        "你到场时已经过了允许迟到的时间，不能再开始。请告诉老师。",
        "You came after the time in which late students may still start. Please tell your teacher.",
    ),
    "held": (
        "老师让全班暂停，请等老师让大家继续。",
        "Your teacher has paused the class. Please wait until it goes on.",
    ),
    "waiting_for_go": ("请等待老师宣布开始。", "Please wait until your teacher says go."),
    "no_token": ("请求没有带上登录凭证，请重新输入座位卡号。", "The request carries no token. Please enter your card."),
    "not_scored": ("成绩正在评定，请稍后再来查看。", "It is being scored. Please come back in a while."),
}


def language(headers: dict[bytes, bytes], field: object = None) -> str:
    """The language of a client: a `lang` field of the body, else a `lang` cookie, else Accept-Language, else Chinese.
    Of the header only the first language that we have counts, quality values are not weighed."""
    if isinstance(field, str) and field:
        return _known(field) or ZH
    for part in headers.get(b"cookie", b"").split(b";"):
        name, _, value = part.strip().partition(b"=")
        if name == b"lang":
            return _known(value.decode("latin-1")) or ZH
    for offered in headers.get(b"accept-language", b"").decode("latin-1").split(","):
        found = _known(offered.strip())
        if found:
            return found
    return ZH


def _known(tag: str) -> str | None:
    plain = tag.lower()
    if plain.startswith("en"):
        return EN
    return ZH if plain.startswith("zh") else None

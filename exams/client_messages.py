"""The sentences of the exam client, translated here and handed to it as JSON."""

from django.utils.translation import gettext as _


def messages() -> dict[str, str]:
    """Key -> sentence in the reader's language; {words} in braces are filled in by the client."""
    return {
        "card_unknown": _("没有这张座位卡，请对照卡上的数字再输一次。"),
    }

"""Small words for items in templates."""

from django import template
from django.utils.translation import gettext as _

from questionbank import markup
from questionbank.models import ItemState, Review

register = template.Library()

TONES = {
    ItemState.DRAFT: "muted",
    ItemState.IN_REVIEW: "warn",
    ItemState.PUBLISHED: "ok",
    ItemState.RETIRED: "danger",
    Review.Verdict.SUBMITTED: "info",
    Review.Verdict.APPROVED: "ok",
    Review.Verdict.SENT_BACK: "warn",
}


@register.filter
def words(text: str) -> str:
    """Restricted Markdown as one line of words: {{ version.stem|words }}."""
    return markup.words(text)


@register.filter
def has_sound(text: str) -> bool:
    """Whether restricted Markdown plays a sound."""
    return any(name.endswith(".mp3") for name in markup.media_names(text))


@register.filter
def has_picture(text: str) -> bool:
    """Whether restricted Markdown shows a picture."""
    return any(not name.endswith(".mp3") for name in markup.media_names(text))


@register.filter
def tone(word: str) -> str:
    """The badge's class for a state or a verdict: {{ item.state|tone }}."""
    return TONES.get(word, "muted")  # type: ignore[call-overload]


@register.filter
def said(text: str, field: str) -> str:
    """A piece of a change as it is read; the key of a statement is a word: {{ piece.text|said:change.field }}."""
    words = {"true": _("正确"), "false": _("错误")}
    return words.get(text, text) if field == "key" else text

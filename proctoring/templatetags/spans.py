"""Amounts of time and what became of somebody, in the words of the pages."""

from typing import Any
from urllib.parse import urlencode

from django import template

from exams import compensating
from proctoring import words

register = template.Library()


@register.filter
def spoken(ms: int) -> str:
    """ "4 分 40 秒"."""
    return compensating.spoken(ms)


@register.filter
def standing(word: str) -> str:
    """What can be done for somebody whom an outage met: {{ loss.standing|standing }}."""
    return str(words.STANDINGS[word])


@register.simple_tag
def url_query(**parts: Any) -> str:
    """A query to which one more part is added: "place=3&from_at=...&"."""
    return f"{urlencode(parts)}&"

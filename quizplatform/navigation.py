"""The staff's main navigation: what a person may open, in the order of a day."""

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from schools.scoping import holds


class Entry(NamedTuple):
    """One place: its words, the name of its address, and the permission it takes ("" for every member of staff)."""

    label: Any
    url_name: str
    permission: str


ENTRIES = (
    Entry(_("今天"), "home", ""),
    Entry(_("考场"), "rooms", "room:view"),
    Entry(_("测评"), "exams", "exam:view"),
    Entry(_("题库"), "items", "item:view"),
    Entry(_("学校与名册"), "organizations", "organization:view"),
    Entry(_("结果"), "results", "result:view_summary"),
)


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def entries(user: Any, path: str) -> list[dict[str, Any]]:
    """The places `user` may open, each {"label", "url", "current"}; `path` is the address of the present page."""
    places = []
    for entry in ENTRIES:
        url = _address(entry.url_name)
        if url and (not entry.permission or holds(user, entry.permission)):
            places.append({"label": entry.label, "url": url, "current": path.startswith(url)})
    return places

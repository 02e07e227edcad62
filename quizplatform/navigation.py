"""The staff's main navigation: what a person may open, in the order of a day."""

from typing import Any, NamedTuple

from django.urls import reverse
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
    Entry(_("演练"), "rehearsals", "rehearsal:run"),
)


def entries(user: Any, path: str) -> list[dict[str, Any]]:
    """The places `user` may open, each {"label", "url", "current"}; `path` is the address of the present page."""
    places = [
        (entry.label, reverse(entry.url_name))
        for entry in ENTRIES
        if not entry.permission or holds(user, entry.permission)
    ]
    return [{"label": label, "url": url, "current": path.startswith(url)} for label, url in places]

"""The students' pages as they are sent: the same for everybody who reads a language, so rendered once."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from exams import client_messages, client_modules, rescuekeys, tutorial_paper

ENTRIES = {"front": "front.js", "attempt": "main.js", "tutorial": "tutorial.js"}
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@cache
def rendered(page: str, path: str, language: str) -> bytes:
    """The page "front", "attempt" or "tutorial". It sees a blank request: nothing of a visitor can get into it."""
    blank = HttpRequest()
    blank.path = blank.path_info = path
    with translation.override(language):
        return render_to_string(f"exams/student/{page}.html", _context(page, language), blank).encode()


def _context(page: str, language: str) -> dict[str, Any]:
    rescue_key = rescuekeys.public_key(settings.SECRET_KEY)
    told = {"base": "/lane/v1/", "language": language, "time_zone": settings.TIME_ZONE, "rescue_key": rescue_key}
    return {
        "modules": client_modules.needed_by(ENTRIES[page]),
        "client_messages": client_messages.messages(),
        "client_settings": told,
        "tutorial_paper": tutorial_paper.paper(),
    }

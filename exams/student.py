"""The students' pages: the door (card), the test itself, the tutorial. Public, without session or database; everything
personal comes from the lane. A page is the same for everybody who reads its language, so it is rendered once."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from exams import client_messages, client_modules, tutorial_paper
from schools.access import public


@cache
def _rendered(page: str, entry: str, path: str, language: str) -> bytes:
    """The page in the language that is active now. It sees a blank request: nothing of a visitor can get into it."""
    blank = HttpRequest()
    blank.path = blank.path_info = path
    context: dict[str, Any] = {
        "modules": client_modules.needed_by(entry),
        "client_messages": client_messages.messages(),
        "client_settings": {"base": "/lane/v1/", "language": language, "time_zone": settings.TIME_ZONE},
        "tutorial_paper": tutorial_paper.paper(),
    }
    return render_to_string(f"exams/student/{page}.html", context, blank).encode()


def _shell(request: HttpRequest, page: str, entry: str) -> HttpResponse:
    return HttpResponse(_rendered(page, entry, request.path, get_language() or settings.LANGUAGE_CODE))


@public
def front(request: HttpRequest) -> HttpResponse:
    """One large field for the seat card; a QR code's link carries the card in the fragment."""
    return _shell(request, "front", "front.js")


@public
def attempt(request: HttpRequest) -> HttpResponse:
    """The shell of the exam client."""
    return _shell(request, "attempt", "main.js")


@public
def tutorial(request: HttpRequest) -> HttpResponse:
    """Three harmless questions, without card and server."""
    return _shell(request, "tutorial", "tutorial.js")

"""The students' pages: the door (card), the test itself, the tutorial. Public, without session or database; everything
personal comes from the lane."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from exams import client_messages, tutorial_paper
from schools.access import public


def _shell(request: HttpRequest, template: str, **extra: Any) -> HttpResponse:
    context: dict[str, Any] = {
        **extra,
        "client_messages": client_messages.messages(),
        "client_settings": {
            "base": "/lane/v1/",
            "language": get_language(),
            "time_zone": settings.TIME_ZONE,
            "grace_ms": settings.LANE_GRACE_SECONDS * 1000,
        },
    }
    return render(request, template, context)


@public
def front(request: HttpRequest) -> HttpResponse:
    """One large field for the seat card; a QR code's link carries the card in the fragment."""
    return _shell(request, "exams/student/front.html")


@public
def attempt(request: HttpRequest) -> HttpResponse:
    """The shell of the exam client."""
    return _shell(request, "exams/student/attempt.html")


@public
def tutorial(request: HttpRequest) -> HttpResponse:
    """Three harmless questions, without card and server."""
    return _shell(request, "exams/student/tutorial.html", tutorial_paper=tutorial_paper.paper())

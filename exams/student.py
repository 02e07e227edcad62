"""The students' pages: the door (card), the test itself, the tutorial. Public, without session or database; everything
personal comes from the lane."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from exams import client_pages, client_worker
from schools.access import public


def _shell(request: HttpRequest, page: str, language: str | None = None) -> HttpResponse:
    language = language or get_language() or settings.LANGUAGE_CODE
    # The service worker knows by this header that no network's login page stands in for ours.
    return HttpResponse(client_pages.rendered(page, request.path, language), headers={"X-Exam-Client": language})


@public
def front(request: HttpRequest) -> HttpResponse:
    """One large field for the seat card; a QR code's link carries the card in the fragment."""
    return _shell(request, "front")


@public
def attempt(request: HttpRequest) -> HttpResponse:
    """The shell of the exam client; with `?language=` in that language, for the service worker to keep."""
    asked = request.GET.get("language")
    return _shell(request, "attempt", asked if asked in client_pages.LANGUAGES else None)


@public
def service_worker(request: HttpRequest) -> HttpResponse:
    """Keeps the exam page for a reload without network. Its address never changes and sets its scope: /attempt/."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(client_worker.text(), content_type="text/javascript; charset=utf-8", headers=headers)


@public
def tutorial(request: HttpRequest) -> HttpResponse:
    """Three harmless questions, without card and server."""
    return _shell(request, "tutorial")

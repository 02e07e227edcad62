"""The language switch."""

from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from schools.access import public


@public
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to where the reader was."""
    return set_language(request)

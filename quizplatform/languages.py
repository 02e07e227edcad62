"""The language switch."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from schools.access import public


@csrf_exempt  # a token would cost every student's page a session; the cookie it sets harms nobody
@public
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to where the reader was."""
    return set_language(request)

"""The page of a class: its students, its sittings, and the way to cards and results."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from common.requests import Request
from proctoring import rooms
from schools.access import requires


@requires("student:view")
@never_cache
def class_page(request: Request, pk: int) -> HttpResponse:
    """One class."""
    found = get_object_or_404(rooms.classes(request.user), pk=pk)
    return render(request, "proctoring/class.html", rooms.open_class(found, by=request.user, now=request.now))

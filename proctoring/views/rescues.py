"""Pages where rescue files are handed in: a teacher's few, an administrator's many."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams import rescue
from proctoring import afterwards, words
from proctoring.forms import RescueForm
from proctoring.views import acting
from schools.access import requires


@requires("attempt:rescue")
@never_cache
def room_rescue(request: Request, pk: int) -> HttpResponse:
    """Rescue files brought to a room's page."""
    return _page(request, {"room": acting.room_of(request, pk, "attempt:rescue")})


@requires("attempt:rescue")
@never_cache
def sitting_rescue(request: Request, pk: int) -> HttpResponse:
    """Rescue files brought to a sitting's page."""
    found = get_object_or_404(afterwards.sittings_within_reach(request.user, "attempt:rescue"), pk=pk)
    return _page(request, {"sitting": found})


def _page(request: Request, context: dict[str, Any]) -> HttpResponse:
    """The form, and after it was sent what became of every file: sending again changes nothing."""
    sent = request.method == "POST"
    form = RescueForm(request.POST, request.FILES) if sent else RescueForm()
    outcomes = rescue.take_in(form.named(), by=request.user, now=request.now) if acting.valid(request, form) else []
    told = [(outcome, words.UNUSABLE.get(outcome.trouble, "")) for outcome in outcomes]
    status = 422 if sent and not outcomes else 200
    return render(request, "proctoring/rescue.html", {**context, "form": form, "outcomes": told}, status=status)

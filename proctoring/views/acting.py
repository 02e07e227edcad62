"""What the proctor's views share: finding a room or a seat in reach, and telling how an act went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.requests import Request
from exams.lifecycle import IllegalTransition
from exams.models import Attempt, Room
from proctoring import rooms


def room_of(request: Request, pk: int, permission: str) -> Room:
    """The room, or 404 where this person may not do this."""
    found: Room = get_object_or_404(rooms.within_reach(request.user, permission), pk=pk)
    return found


def seat_of(request: Request, pk: int, permission: str) -> Attempt:
    """The attempt, or 404 where this person may not do this."""
    found: Attempt = get_object_or_404(rooms.seats_within_reach(request.user, permission), pk=pk)
    return found


def done(request: Request, room_id: int, act: Callable[[], Any], said: Callable[[Any], str]) -> HttpResponse:
    """Does it, says how it went, and goes back to the room."""
    try:
        outcome = act()
    except IllegalTransition:
        messages.warning(request, _("没有执行：状态刚刚变了，请看最新画面再操作。"))
    else:
        messages.success(request, said(outcome))
    return redirect("room", room_id)


def valid(request: Request, form: Form) -> bool:
    """Whether the form was sent and holds."""
    return request.method == "POST" and form.is_valid()


def step(request: Request, template: str, form: Form, context: dict[str, Any]) -> HttpResponse:
    """A page that asks once more, with what it needs to know; 422 when what was sent does not hold."""
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**context, "form": form}, status=status)

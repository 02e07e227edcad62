"""Pages of late answers: of a sitting, of a room, of one student; each lets them be decided."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams import late
from exams.models import Attempt, Room, Sitting
from proctoring import afterwards
from proctoring.forms import DecisionForm, EntriesForm, WideDecisionForm
from proctoring.views import acting
from schools.access import requires


@requires("late:decide")
@never_cache
def room_late(request: Request, pk: int) -> HttpResponse:
    """A room's late answers; POST decides the undecided ones that are meant."""
    found: Room = acting.room_of(request, pk, "late:decide")
    form = DecisionForm(request.POST or None)
    if acting.valid(request, form):
        acts = {"by": request.user, "now": request.now}
        _tell(request, late.decide_all(found.attempts.all(), **form.decision(), **acts))
        return redirect("room_late", pk)
    context = afterwards.open_room(found, by=request.user, now=request.now)
    return acting.step(request, "proctoring/room_late.html", form, context)


@requires("late:decide")
@never_cache
def sitting_late(request: Request, pk: int) -> HttpResponse:
    """The rooms of a sitting that have late answers; POST decides for all of them."""
    found = get_object_or_404(afterwards.sittings_within_reach(request.user, "late:decide"), pk=pk)
    form = WideDecisionForm(request.POST or None)
    if acting.valid(request, form):
        _tell(request, _decide_sitting(request, found, form))
        return redirect("sitting_late", pk)
    context = afterwards.open_sitting(found, by=request.user)
    return acting.step(request, "proctoring/sitting_late.html", form, context)


def _decide_sitting(request: Request, found: Sitting, form: WideDecisionForm) -> tuple[int, int]:
    attempts = afterwards.attempts_in(request.user, found, whole_exam=form.cleaned_data["whole_exam"])
    return late.decide_all(attempts, **form.decision(), by=request.user, now=request.now)


def _tell(request: Request, decided: tuple[int, int]) -> None:
    entry_count, student_count = decided
    if not entry_count:
        messages.info(request, _("没有符合条件的待认定答案，什么也没有改变。"))
        return
    values: dict[str, Any] = {"entries": entry_count, "students": student_count}
    said = ngettext(
        "已认定 %(students)d 名学生的 %(entries)d 条答案。",
        "已认定 %(students)d 名学生的 %(entries)d 条答案。",
        student_count,
    )
    messages.success(request, said % values)


@requires("late:decide")
@never_cache
def seat_late(request: Request, pk: int) -> HttpResponse:
    """One student's late answers; POST decides those that are picked."""
    attempt: Attempt = acting.seat_of(request, pk, "late:decide")
    context = afterwards.open_seat(attempt, by=request.user, now=request.now)
    form = EntriesForm(request.POST or None, values=[line.value for line in context["lines"]])
    if acting.valid(request, form):
        count = late.decide(attempt, **form.decision(), by=request.user, now=request.now)
        _tell(request, (count, 1))
        return redirect("seat_late", pk)
    return acting.step(request, "proctoring/seat_late.html", form, context)

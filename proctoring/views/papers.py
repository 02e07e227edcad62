"""Pages of paper: the class's papers, and the answers written on them."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams.lifecycle import IllegalTransition
from exams.models import Attempt
from proctoring import intervening, rooms, sheets
from proctoring.forms import TranscriptionForm
from proctoring.views import acting
from schools.access import requires


@requires("paper:print")
@never_cache
def papers(request: Request, pk: int) -> HttpResponse:
    """The class's papers, to print: one per student in their own order, or ?form=plain."""
    room = acting.room_of(request, pk, "paper:print")
    context = sheets.open_sheets(room, _form(request), by=request.user, now=request.now)
    return render(request, "proctoring/papers.html", context)


@requires("attempt:transcribe")
@never_cache
def transcription(request: Request, pk: int) -> HttpResponse:
    """Enters by hand what a student wrote on paper."""
    attempt = acting.seat_of(request, pk, "attempt:transcribe")
    hindrance = _hindrance(attempt, request.now)
    if hindrance:
        messages.warning(request, hindrance)
        return redirect("room", attempt.room_id)
    form = _transcription_form(request, attempt)
    if acting.valid(request, form) and _transcribed(request, attempt, form):
        return redirect("room", attempt.room_id)
    context = rooms.open_seat(attempt, by=request.user, now=request.now)
    plain = _form(request) == sheets.PLAIN
    return acting.step(request, "proctoring/transcription.html", form, {**context, "plain": plain})


def _hindrance(attempt: Attempt, now: datetime) -> str:
    """Why nothing can be entered; "" when it can. The form shows the paper, which nobody sees before the opening."""
    if attempt.state not in sheets.UNFINISHED:
        return _("这份答卷已交或已作废，不能再录入。")
    return "" if sheets.may_print(attempt.room, now) else _("开放入场之后才能录入。")


def _form(request: Request) -> str:
    return sheets.PLAIN if request.GET.get("form") == sheets.PLAIN else sheets.OWN


def _transcription_form(request: Request, attempt: Attempt) -> TranscriptionForm:
    return TranscriptionForm(
        request.POST or None,
        sections=sheets.sections_for(attempt, _form(request)),
        present=sheets.present(attempt),
        why=_("网络中断，改用纸质试卷"),
    )


def _transcribed(request: Request, attempt: Attempt, form: TranscriptionForm) -> bool:
    responses = sheets.to_enter(attempt, form.responses())
    why = form.cleaned_data["why"]
    try:
        intervening.transcribe(attempt, responses, by=request.user, why=why, now=request.now)
    except IllegalTransition:
        form.add_error(None, _("录入期间这份答卷已由学生或系统交卷，没有保存。"))
        return False
    messages.success(request, _("%(who)s 的纸质答卷已录入并交卷。") % {"who": attempt.student})
    return True

"""Pages of one seat: how a student stands, and the acts upon them, one button for each trouble."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.requests import Request
from exams import seatcards
from proctoring import intervening, rooms
from proctoring.forms import GivenReasonForm, MinutesForm, ReasonForm
from proctoring.views import acting
from schools.access import requires


@requires("room:view")
@never_cache
def seat(request: Request, pk: int) -> HttpResponse:
    """One student's seat."""
    attempt = acting.seat_of(request, pk, "room:view")
    context = rooms.open_seat(attempt, by=request.user, now=request.now)
    return render(request, "proctoring/seat.html", {**context, "extension": MinutesForm()})


@requires("room:proctor")
@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    """Lets the student go on at another device."""
    attempt = acting.seat_of(request, pk, "room:proctor")
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.release(attempt, by=request.user, now=request.now),
        lambda _none: _("%(who)s 现在可以在另一台设备上输入座位卡号继续。") % {"who": attempt.student},
    )


@requires("attempt:extend")
@never_cache
def extension(request: Request, pk: int) -> HttpResponse:
    """More time for one student."""
    attempt = acting.seat_of(request, pk, "attempt:extend")
    form = MinutesForm(request.POST or None)
    if not acting.valid(request, form):
        context = rooms.open_seat(attempt, by=request.user, now=request.now)
        return acting.step(request, "proctoring/seat_extension.html", form, context)
    values = {"who": attempt.student, "minutes": form.cleaned_data["minutes"]}
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.extend(attempt, **form.cleaned_data, by=request.user, now=request.now),
        lambda _none: _("已给 %(who)s 加时 %(minutes)d 分钟。") % values,
    )


@requires("room:proctor")
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    """Stops one student's clock."""
    attempt = acting.seat_of(request, pk, "room:proctor")
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.pause(attempt, by=request.user, now=request.now),
        lambda _none: _("%(who)s 已暂停，恢复后时间照补。") % {"who": attempt.student},
    )


@requires("room:proctor")
@require_POST
def resumption(request: Request, pk: int) -> HttpResponse:
    """Lets one student's clock run again."""
    attempt = acting.seat_of(request, pk, "room:proctor")
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.resume(attempt, by=request.user, now=request.now),
        lambda _none: _("%(who)s 已继续答题。") % {"who": attempt.student},
    )


@requires("room:proctor")
@never_cache
def ending(request: Request, pk: int) -> HttpResponse:
    """Hands in for one student; GET asks first."""
    attempt = acting.seat_of(request, pk, "room:proctor")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not acting.valid(request, form):
        context = rooms.open_seat(attempt, by=request.user, now=request.now)
        return acting.step(request, "proctoring/seat_ending.html", form, context)
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.end(attempt, **form.cleaned_data, by=request.user, now=request.now),
        lambda _none: _("已收 %(who)s 的答卷。") % {"who": attempt.student},
    )


@requires("attempt:void")
@never_cache
def voiding(request: Request, pk: int) -> HttpResponse:
    """Takes one attempt out of every count; GET asks first, and why must be said."""
    attempt = acting.seat_of(request, pk, "attempt:void")
    form = GivenReasonForm(request.POST or None)
    if not acting.valid(request, form):
        context = rooms.open_seat(attempt, by=request.user, now=request.now)
        return acting.step(request, "proctoring/seat_voiding.html", form, context)
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.void(attempt, **form.cleaned_data, by=request.user, now=request.now),
        lambda _none: _("%(who)s 的答卷已作废。") % {"who": attempt.student},
    )


@requires("attempt:reopen")
@never_cache
def reopening(request: Request, pk: int) -> HttpResponse:
    """Lets somebody who handed in go on."""
    attempt = acting.seat_of(request, pk, "attempt:reopen")
    form = MinutesForm(request.POST or None)
    if not acting.valid(request, form):
        context = rooms.open_seat(attempt, by=request.user, now=request.now)
        return acting.step(request, "proctoring/seat_reopening.html", form, context)
    return acting.done(
        request,
        attempt.room_id,
        lambda: intervening.reopen(attempt, **form.cleaned_data, by=request.user, now=request.now),
        lambda _none: _("%(who)s 的答卷已重新开放。") % {"who": attempt.student},
    )


@requires("card:print")
@never_cache
def card_replacement(request: Request, pk: int) -> HttpResponse:
    """A lost card: the card again, to print or to read out; POST makes a new one, and the old one stops working."""
    attempt = get_object_or_404(seatcards.attempts(request.user), pk=pk)
    if request.method == "POST":
        intervening.replace_card(attempt, why=_("旧卡遗失或泄露"), by=request.user, now=request.now)
        messages.success(request, _("已换新卡，旧卡号从现在起无效。"))
        return redirect("seat_card", attempt.pk)
    sheet = seatcards.single(attempt, by=request.user, now=request.now)
    return render(request, "proctoring/seat_card.html", {"room": attempt.room, "attempt": attempt, "sheet": sheet})

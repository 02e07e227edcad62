"""Pages about time that come before the start: a class that begins later, a place that does, extra time for one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams import delaying
from exams.delaying import Delayed
from exams.lifecycle import IllegalTransition
from exams.models import Attempt, Sitting
from proctoring import intervening, timing
from proctoring.forms import MinutesForm
from proctoring.timeforms import AccommodationForm, DelayForm
from proctoring.views import acting
from schools.access import requires
from schools.models import Organization

DELAY = "room:delay"


@requires(DELAY)
@never_cache
def room_delay(request: Request, pk: int) -> HttpResponse:
    """Start and close of one room come later; GET says first whether they can."""
    found = acting.room_of(request, pk, DELAY)
    form = MinutesForm(request.POST or None)
    if not acting.valid(request, form):
        foreseen = delaying.foresee(delaying.of_place(found.sitting, found.organization), request.now)
        context = {"room": found, "here": _("推迟"), "foreseen": foreseen}
        return acting.step(request, "proctoring/room_delay.html", form, context)
    _delay(request, found.sitting, found.organization, form.cleaned_data)
    return redirect("room", found.pk)


@requires(DELAY)
@never_cache
def sitting_delay(request: Request, pk: int) -> HttpResponse:
    """The same for a school, a county or the whole sitting: first what would be delayed, then the act."""
    sitting = get_object_or_404(timing.sittings(request.user, DELAY), pk=pk)
    places = timing.places(request.user, sitting, DELAY)
    sent = request.POST if request.method == "POST" else request.GET if "minutes" in request.GET else None
    form = DelayForm(sent, places=timing.choices(places, request.now), now=request.now)
    chosen = _chosen(places, form) if sent is not None and form.is_valid() else None
    if chosen is not None and request.method == "POST":
        _delay(request, sitting, chosen, form.cleaned_data)
        return redirect("sitting", sitting.pk)
    foreseen = delaying.foresee(delaying.of_place(sitting, chosen), request.now) if chosen else None
    context = {"sitting": sitting, "exam": sitting.exam, "place": chosen, "foreseen": foreseen}
    return acting.step(request, "proctoring/sitting_delay.html", form, context)


def _chosen(places: list[Organization], form: DelayForm) -> Organization:
    return next(one for one in places if str(one.pk) == form.cleaned_data["place"])


def _delay(request: Request, sitting: Sitting, place: Organization, sent: dict[str, Any]) -> None:
    minutes, why = sent["minutes"], sent["why"]
    outcome = intervening.delay(sitting, place, minutes, why=why, by=request.user, now=request.now)
    say = messages.success if outcome.room_count else messages.warning
    say(request, " ".join(_outcome(outcome, minutes)))


def _outcome(outcome: Delayed, minutes: int) -> list[str]:
    values = {"count": outcome.room_count, "minutes": minutes}
    said = [
        ngettext(
            "%(count)d 个考场推迟了 %(minutes)d 分钟。", "%(count)d 个考场推迟了 %(minutes)d 分钟。", outcome.room_count
        )
        % values
    ]
    if outcome.started_count:
        said.append(_("%(count)d 个考场已有学生开始，没有变。") % {"count": outcome.started_count})
    if outcome.closed_count:
        said.append(_("%(count)d 个考场已经结束，没有变。") % {"count": outcome.closed_count})
    return said


@requires("attempt:extend")
@never_cache
def sitting_accommodations(request: Request, pk: int) -> HttpResponse:
    """Who has extra time in a sitting, and more of it for one student, before the day too."""
    sitting = get_object_or_404(timing.sittings(request.user, "attempt:extend"), pk=pk)
    form = AccommodationForm(request.POST or None)
    if acting.valid(request, form) and _accommodated(request, sitting, form):
        return redirect("sitting_accommodations", sitting.pk)
    rows = timing.open_accommodations(request.user, sitting, request.now)
    context = {"sitting": sitting, "exam": sitting.exam, "rows": rows}
    return acting.step(request, "proctoring/sitting_accommodations.html", form, context)


def _accommodated(request: Request, sitting: Sitting, form: AccommodationForm) -> bool:
    sent = form.cleaned_data
    attempt: Attempt | None = timing.seat_by_code(request.user, sitting, sent["code"])
    if attempt is None:
        form.add_error("code", _("本场次没有这个编号的学生，或不在你管理的班级。"))
        return False
    try:
        intervening.extend(attempt, sent["minutes"], why=sent["why"], by=request.user, now=request.now)
    except IllegalTransition:
        form.add_error("code", _("这名学生已经交卷，不能再加时。"))
        return False
    values = {"who": attempt.student, "minutes": sent["minutes"]}
    messages.success(request, _("已给 %(who)s 加时 %(minutes)d 分钟。") % values)
    return True

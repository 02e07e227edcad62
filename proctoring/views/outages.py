"""Pages of outages: whom one met, the proposal to give time back, and what another administrator says to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.requests import Request
from exams import compensating
from exams.models import Compensation, Sitting
from proctoring import timing
from proctoring.timeforms import OutageForm, ProposalForm
from proctoring.views import acting
from schools import browsing
from schools.access import requires
from schools.models import Organization

PROPOSE = "compensation:propose"


@requires(PROPOSE)
@never_cache
def sitting_outages(request: Request, pk: int) -> HttpResponse:
    """Compensations of a sitting, and a new one: a look first at who would get how much, then the proposal."""
    sitting = get_object_or_404(timing.sittings(request.user, PROPOSE), pk=pk)
    places = timing.places(request.user, sitting, PROPOSE)
    asked = request.POST if request.method == "POST" else request.GET
    places = timing.with_class(places, asked.get("place", ""), request.user, PROPOSE)
    options = {"places": timing.choices(places, request.now), "now": request.now}
    form = _form(request, options)
    proposal = _proposal(request, sitting, places, form)
    if proposal is not None:
        return redirect("compensation", proposal.pk)
    context = {"sitting": sitting, "exam": sitting.exam, "form": form, **_preview(request, sitting, places, options)}
    return acting.step(request, "proctoring/sitting_outages.html", form, context)


def _form(request: Request, options: dict[str, Any]) -> OutageForm:
    if request.method == "POST":
        return ProposalForm(request.POST, **options)
    data = request.GET if "from_at" in request.GET else None
    return OutageForm(data, initial={"place": request.GET.get("place", "")}, **options)


def _place(places: list[Organization], form: OutageForm) -> Organization:
    return next(one for one in places if str(one.pk) == form.cleaned_data["place"])


def _proposal(request: Request, sitting: Sitting, places: list[Organization], form: OutageForm) -> Compensation | None:
    if request.method != "POST" or not form.is_valid():
        return None
    place, why = _place(places, form), form.cleaned_data["why"]
    try:
        made = compensating.propose(sitting.exam, place, form.outage(), why=why, by=request.user, now=request.now)
    except (compensating.NotOver, compensating.NobodyLostTime):
        form.add_error(None, _("这段时间里没有人因为断线耽误答题，或者已经补过了，没有提出补时。"))
        return None
    messages.success(request, _("已提出。请另一位管理员在这个页面上批准，批准后学生的时间才会延长。"))
    return made


def _preview(request: Request, sitting: Sitting, places: list[Organization], options: dict[str, Any]) -> dict[str, Any]:
    rows = timing.compensations(request.user).filter(exam=sitting.exam)
    context: dict[str, Any] = {"compensations": timing.listed(rows)}
    sent = request.POST if request.method == "POST" else request.GET
    form = OutageForm(sent if "from_at" in sent else None, **options)
    if not form.is_valid():
        return context
    found = timing.preview(sitting, _place(places, form), form.outage(), request.now)
    sums, asked = timing.sums(found), request.GET.get("names", "")
    named = timing.open_names(found, sums.lines, asked, by=request.user, now=request.now)
    return context | {"sums": sums, "named": named, "place": _place(places, form), "outage": form.outage()}


def _compensation(request: Request, pk: int, permission: str) -> Compensation:
    found: Compensation = get_object_or_404(timing.compensations(request.user, permission), pk=pk)
    return found


@requires(PROPOSE)
@never_cache
def compensation(request: Request, pk: int) -> HttpResponse:
    """One compensation: whom it is for, and the decision."""
    found, asked = _compensation(request, pk, PROPOSE), request.GET.get("names", "")
    context = timing.open_compensation(found, asked, by=request.user, now=request.now)
    return render(request, "proctoring/compensation.html", context)


@requires("compensation:approve")
@require_POST
def compensation_approval(request: Request, pk: int) -> HttpResponse:
    """Approves and hands out."""
    found = _compensation(request, pk, "compensation:approve")
    try:
        given = compensating.approve(found, by=request.user, now=request.now, reopen=_reopens(request, found))
    except compensating.SamePerson:
        messages.error(request, _("提出补时的人不能自己批准，请另一位管理员批准。"))
    except compensating.AlreadyDecided:
        messages.warning(request, _("这项补时刚才已经有人处理过了。"))
    else:
        messages.success(request, _given(given))
    return redirect("compensation", found.pk)


@requires("compensation:approve")
@require_POST
def compensation_completion(request: Request, pk: int) -> HttpResponse:
    """Hands out what is still missing of an approved one, and reopens whom the clock closed when that is asked."""
    found = _compensation(request, pk, "compensation:approve")
    try:
        given = compensating.hand_out(found, by=request.user, now=request.now, reopen=_reopens(request, found))
    except compensating.AlreadyDecided:
        messages.warning(request, _("这项补时没有批准，不能补。"))
    else:
        messages.success(request, _given(given))
    return redirect("compensation", found.pk)


@requires("compensation:approve")
@require_POST
def compensation_rejection(request: Request, pk: int) -> HttpResponse:
    """Turns a proposal down."""
    found = _compensation(request, pk, "compensation:approve")
    try:
        compensating.reject(found, by=request.user, now=request.now)
    except compensating.AlreadyDecided:
        messages.warning(request, _("这项补时刚才已经有人处理过了。"))
    else:
        messages.success(request, _("没有批准，谁的时间都没有变。"))
    return redirect("compensation", found.pk)


def _reopens(request: Request, found: Compensation) -> bool:
    return "reopen" in request.POST and browsing.may(request.user, "attempt:reopen", found.organization)


def _given(given: compensating.Given) -> str:
    count = given.extended_count
    said = ngettext("已给 %(count)d 名学生补时。", "已给 %(count)d 名学生补时。", count) % {"count": count}
    if given.reopened_count:
        reopened = ngettext("重新开放 %(count)d 份答卷。", "重新开放 %(count)d 份答卷。", given.reopened_count)
        said = f"{said} {reopened % {'count': given.reopened_count}}"
    return said

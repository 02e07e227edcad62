"""Pages of sittings: when, for whom, and the roster."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.requests import Request
from exams import overview, planning, scheduling
from exams.forms import SittingForm
from exams.models import Exam, Sitting
from schools import browsing
from schools.access import requires
from schools.models import Organization

PAGE_SIZE = 30
ROOMS_SHOWN = 60


@requires("sitting:view")
def sittings(request: Request) -> HttpResponse:
    """Sittings that concern somebody's places."""
    rows = Paginator(overview.sittings(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/sittings.html", {"rows": rows})


@requires("sitting:schedule")
def sitting_new(request: Request, pk: int) -> HttpResponse:
    """A new sitting of an exam."""
    exam = get_object_or_404(overview.exams_to_schedule(request.user), pk=pk)
    return _edit(request, exam, Sitting())


@requires("sitting:schedule")
def sitting_edit(request: Request, pk: int) -> HttpResponse:
    """A sitting's places and times, as far as they may still change."""
    one = get_object_or_404(overview.sittings_to_schedule(request.user), pk=pk)
    return _edit(request, one.exam, one)


def _edit(request: Request, exam: Exam, one: Sitting) -> HttpResponse:
    context = {"exam": exam, "user": request.user, "now": request.now, "opened": request.GET.get("open", "")}
    form = SittingForm(request.POST or None, instance=one, **context)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            saved = planning.save_sitting(form.instance, form.places(), by=request.user, now=request.now)
        except (planning.AlreadyOpen, planning.RosterFixed):
            refusal = _("场次已经开放入场，或已有学生入场，时间和范围不能再改。")
        else:
            messages.success(request, _("已保存：%(title)s") % {"title": saved.title})
            return redirect("sitting", saved.pk)
    context = {"form": form, "exam": exam, "sitting": one, "refusal": refusal}
    return render(request, "exams/sitting_edit.html", context, status=409 if refusal else 200)


@requires("sitting:schedule")
def class_choices(request: Request, pk: int) -> HttpResponse:
    """The classes of one school to tick, fetched when somebody opens the school in the form."""
    school: Organization = get_object_or_404(browsing.places(request.user, "sitting:schedule").of_kind("school"), pk=pk)
    classes = browsing.classes_below(school, request.GET.get("stage", ""))
    return render(request, "exams/sitting_edit.html#classes", {"classes": classes, "chosen": ()})


@requires("sitting:view")
def sitting(request: Request, pk: int) -> HttpResponse:
    """One sitting: times, roster, rooms."""
    return _sitting_page(request, get_object_or_404(overview.sittings(request.user), pk=pk))


def _sitting_page(request: Request, one: Sitting, *, status: int = 200, **extra: Any) -> HttpResponse:
    rooms = Paginator(overview.rooms(request.user, one), ROOMS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "sitting": one,
        "exam": one.exam,
        "places": overview.place_names(one),
        "rows": rooms,
        "room_rows": overview.room_rows(rooms.object_list),
        "expected": scheduling.expected(one) if one.fixed_at is None else None,
        "may_schedule": overview.sittings_to_schedule(request.user).filter(pk=one.pk).exists(),
        "changeable": planning.changeable(one, request.now),
        "past": one.closes_at <= request.now,
    } | overview.around(request.user, one)
    return render(request, "exams/sitting.html", context | extra, status=status)


@requires("sitting:schedule")
@require_POST
def sitting_roster(request: Request, pk: int) -> HttpResponse:
    """Fixes the roster, or says in plain words why not."""
    one = get_object_or_404(overview.sittings_to_schedule(request.user), pk=pk)
    try:
        count = planning.fix_roster(one, by=request.user, now=request.now)
    except (scheduling.EmptyRoster, scheduling.NoPapers, scheduling.AlreadyFixed) as refusal:
        return _refuse_roster(request, pk, refusal)
    messages.success(request, _("名单已确定：%(count)d 名学生，座位卡可以打印了。") % {"count": count})
    return redirect("sitting", one.pk)


def _refuse_roster(request: Request, pk: int, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, scheduling.AlreadyFixed):
        messages.info(request, _("名单之前已经确定。漏掉的学生可以在考场页“临时增补”。"))
        return redirect("sitting", pk)
    words = {
        scheduling.EmptyRoster: _("所选单位里没有这个年级的在册学生，名单是空的。请检查参加单位、年级和学生名册。"),
        scheduling.NoPapers: _("这次测评还没有组卷，请先组卷再确定名单。"),
    }
    one = get_object_or_404(overview.sittings(request.user), pk=pk)
    return _sitting_page(request, one, status=422, refusal=words[type(refusal)])


@requires("sitting:schedule")
@require_POST
def sitting_withdrawal(request: Request, pk: int) -> HttpResponse:
    """Takes a sitting back while nobody is in."""
    one = get_object_or_404(overview.sittings_to_schedule(request.user), pk=pk)
    try:
        planning.withdraw(one, by=request.user, now=request.now)
    except planning.AlreadyOpen:
        messages.error(request, _("场次已经开放入场，或已有学生入场，不能撤销。"))
        return redirect("sitting", pk)
    messages.success(request, _("场次已撤销，印好的座位卡不再有效。"))
    return redirect("exam", one.exam_id)

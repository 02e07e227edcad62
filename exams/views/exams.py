"""Pages of exams and their papers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.requests import Request
from exams import assembly, overview, planning, preview, supply
from exams.forms import ExamForm, PapersForm
from exams.models import Exam
from schools.access import requires
from schools.browsing import may

PAGE_SIZE = 30


@requires("exam:view")
def exams(request: Request) -> HttpResponse:
    """Exams that concern somebody's places."""
    rows = Paginator(overview.exams(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/exams.html", {"rows": rows, "may_plan": overview.homes(request.user, "exam:plan")})


@requires("exam:plan")
def exam_new(request: Request) -> HttpResponse:
    """A new exam."""
    return _edit(request, Exam())


@requires("exam:plan")
def exam_edit(request: Request, pk: int) -> HttpResponse:
    """The rules of an exam."""
    return _edit(request, get_object_or_404(overview.exams_for(request.user, "exam:plan"), pk=pk))


def _edit(request: Request, one: Exam) -> HttpResponse:
    homes = overview.homes(request.user, "exam:plan")
    form = ExamForm(request.POST or None, instance=one, user=request.user, homes=homes)
    if request.method == "POST" and form.is_valid():
        discarded = planning.save_exam(form.instance, by=request.user, now=request.now)
        messages.success(request, _("已保存：%(title)s") % {"title": form.instance.title})
        if discarded:
            messages.warning(request, _("改动涉及试卷上的内容，原来的试卷已作废，请重新组卷。"))
        return redirect("exam", form.instance.pk)
    return render(request, "exams/exam_edit.html", {"form": form, "exam": one})


@requires("exam:view")
def exam(request: Request, pk: int) -> HttpResponse:
    """One exam: its rules, papers and sittings."""
    one = get_object_or_404(overview.exams(request.user), pk=pk)
    return _exam_page(request, one)


def _exam_page(request: Request, one: Exam, *, status: int = 200, **extra: Any) -> HttpResponse:
    planner = may(request.user, "exam:plan", one.organization)
    context = {
        "exam": one,
        "summary": overview.papers(one),
        "sittings": overview.sittings(request.user).filter(exam=one),
        "may_plan": planner,
        "in_use": planning.papers_in_use(one),
        "may_release": may(request.user, "exam:release", one.organization),
        "may_schedule": overview.homes(request.user, "sitting:schedule"),
        "account": overview.account(one) if planner else None,
        "form": PapersForm(),
        "plain_http": overview.is_plain_http(),
    }
    return render(request, "exams/exam.html", context | extra, status=status)


@requires("exam:plan")
@require_POST
def exam_papers(request: Request, pk: int) -> HttpResponse:
    """Draws parallel papers from the bank, or says which cell lacks how many items."""
    one = get_object_or_404(overview.exams_for(request.user, "exam:plan"), pk=pk)
    form = PapersForm(request.POST)
    if not form.is_valid():
        return _exam_page(request, one, status=422, form=form)
    try:
        papers = planning.draw_papers(one, form.cleaned_data["paper_count"], by=request.user, now=request.now)
    except (assembly.NotEnoughItems, assembly.EmptyBlueprint, planning.PapersInUse) as refusal:
        return _exam_page(request, one, status=422, form=form, refusal=_refusal(one, refusal))
    messages.success(request, _("已组成 %(count)d 套卷。") % {"count": len(papers)})
    return redirect("exam", one.pk)


@requires("exam:plan")
@require_POST
def exam_paper_addition(request: Request, pk: int) -> HttpResponse:
    """Makes one more parallel paper beside those in use."""
    one = get_object_or_404(overview.exams_for(request.user, "exam:plan"), pk=pk)
    try:
        paper = planning.add_paper(one, by=request.user, now=request.now)
    except (assembly.NotEnoughItems, assembly.EmptyBlueprint) as refusal:
        return _exam_page(request, one, status=422, refusal=_refusal(one, refusal))
    messages.success(request, _("已组成第 %(number)d 卷。") % {"number": paper.number})
    return redirect("exam", one.pk)


def _refusal(one: Exam, refusal: Exception) -> list[str]:
    if isinstance(refusal, assembly.NotEnoughItems):
        return supply.sentences(one.stage, refusal.shortages)
    if isinstance(refusal, planning.PapersInUse):
        return [_("已有场次用这些试卷确定了名单，试卷不能再改。可以另建一次测评。")]
    return [_("细目表还是空的，请先填写题型、题数和分值。")]


@requires("exam:release")
@require_POST
def exam_release(request: Request, pk: int) -> HttpResponse:
    """Shows students their levels, when that is done by hand."""
    one = get_object_or_404(overview.exams_for(request.user, "exam:release"), pk=pk)
    try:
        planning.release(one, by=request.user, now=request.now)
    except planning.NotManual:
        messages.error(request, _("这次测评的结果按规则自动发布，不用手动发布。"))
    else:
        messages.success(request, _("已发布。学生凭座位卡可以查看等级。"))
    return redirect("exam", one.pk)


@requires("exam:plan")
@never_cache
def paper(request: Request, pk: int, number: int) -> HttpResponse:
    """One paper with its keys, for those who plan; every look is remembered."""
    one = get_object_or_404(overview.exams_for(request.user, "exam:plan"), pk=pk)
    shown = get_object_or_404(one.papers, number=number)
    sections = preview.open_paper(shown, by=request.user, now=request.now)
    return render(request, "exams/paper.html", {"exam": one, "paper": shown, "sections": sections})

"""Pages of rehearsals: order one, follow it, read what it found."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.requests import Request
from exams import ordering, rehearsal, rehearsing
from exams.forms import RehearsalForm
from reports import rehearsals as reading
from schools.access import requires

PAGE_SIZE = 20
CHART_SECONDS = 60 * 60


@requires("rehearsal:run")
@never_cache
def rehearsals(request: Request) -> HttpResponse:
    """All rehearsals, and the form that orders one."""
    form = RehearsalForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = ordering.order(reading.home(request.user), **form.cleaned_data, by=request.user, now=request.now)
        except REFUSALS as trouble:
            refusal = _in_words(trouble)
        else:
            return redirect("rehearsal", made.pk)
    rows = Paginator(rehearsing.visible(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "refusal": refusal, "rows": rows, "listed": reading.listed(rows, request.now)}
    return render(request, "reports/rehearsals.html", context, status=409 if refusal else 200)


REFUSALS = (ordering.AlreadyRehearsing, rehearsing.RealSitting, rehearsal.BankTooSmall)


def _in_words(trouble: Exception) -> str:
    if isinstance(trouble, rehearsing.RealSitting):
        words = _("真实的场次“%(title)s”正在进行，或在演练结束前开放。请另选时间。")
        return words % {"title": trouble.sitting.title}
    if isinstance(trouble, rehearsal.BankTooSmall):
        facts = {"wanted": trouble.wanted, "found": trouble.found}
        return _("题库不够：要 %(wanted)d 题，任一学段最多只有 %(found)d 道已发布的题。") % facts
    return _("已经有一次演练在排队或进行，请等它结束。")


@requires("rehearsal:run")
@never_cache
@require_safe
def rehearsal_page(request: Request, pk: int) -> HttpResponse:
    """One rehearsal: how far it is, then its verdict."""
    one = get_object_or_404(rehearsing.visible(request.user), pk=pk)
    return render(request, "reports/rehearsal.html", reading.page(one, request.now))


@requires("rehearsal:run")
@require_POST
def clearing(request: Request, pk: int) -> HttpResponse:
    """Takes away the invented students of rehearsals that have ended."""
    one = get_object_or_404(rehearsing.visible(request.user), pk=pk)
    ordering.clear(one, by=request.user, now=request.now)
    messages.success(request, _("正在清除模拟学生和他们的作答，结论和数据保留。"))
    return redirect("rehearsal", one.pk)


@requires("rehearsal:run")
@require_safe
def figures(request: Request, pk: int) -> HttpResponse:
    """Everything that was measured, as JSON."""
    one = get_object_or_404(rehearsing.visible(request.user), pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="rehearsal-{one.pk}.json"'}
    return JsonResponse(one.figures, json_dumps_params={"indent": 1}, headers=headers)


@requires("rehearsal:run")
@require_safe
def chart(request: Request, pk: int, chart: str) -> HttpResponse:
    """One curve as an SVG document."""
    one = get_object_or_404(rehearsing.visible(request.user), pk=pk)
    drawn = reading.chart(one, chart, request.GET.get("theme", "light"))
    if drawn is None:
        raise Http404
    headers = {"Cache-Control": f"private, max-age={CHART_SECONDS}"}
    return HttpResponse(drawn, content_type="image/svg+xml", headers=headers)

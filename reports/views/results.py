"""Pages of results. They read stored rows; what they show is computed by `findings`."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.requests import Request
from reports import analysis, answers, classes, drawing, exporting, places
from reports.documents import workbook
from schools.access import requires
from schools.models import Organization
from schools.models.organizations import Kind

PAGE_SIZE = 30
CHART_SECONDS = 60 * 60


@requires("result:view_summary")
@require_safe
def results(request: Request) -> HttpResponse:
    """Exams that have results for this person, and of which places."""
    rows = Paginator(places.beginnings(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/results.html", {"page": rows})


@requires("result:view_summary")
@require_safe
def exam_results(request: Request, exam: int) -> HttpResponse:
    """Where a person's view of one exam begins: with one place only, that place's page."""
    rows = list(places.beginnings(request.user).filter(exam=exam))
    if not rows:
        raise Http404
    if len(rows) == 1:
        return redirect(rows[0])
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/results.html", {"page": page, "exam": rows[0].exam})


@requires("result:view_summary")
@require_safe
def organization_results(request: Request, exam: int, organization: int) -> HttpResponse:
    """One place: who took part, how they did, and the next level down."""
    row = get_object_or_404(places.of_place(request.user, exam), organization=organization)
    if row.organization.kind == Kind.CLASS:
        return redirect("class_results", exam, organization)
    page = places.page(row, request.user, request.GET.get("sort", ""), now=request.now)
    return render(request, "reports/organization_results.html", page)


@requires("result:view_named")
@never_cache
@require_safe
def class_results(request: Request, exam: int, organization: int) -> HttpResponse:
    """One class, student by student, and what to teach it again."""
    class_: Organization = get_object_or_404(classes.seated(request.user, exam), pk=organization)
    page = classes.page(class_, exam, by=request.user, now=request.now)
    return render(request, "reports/class_results.html", page)


@requires("result:view_named")
@never_cache
@require_safe
def class_workbook(request: Request, exam: int, organization: int) -> HttpResponse:
    """The results of a class as an Excel workbook."""
    class_: Organization = get_object_or_404(classes.seated(request.user, exam), pk=organization)
    name, content = exporting.class_workbook(class_, exam, by=request.user, now=request.now)
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=workbook.CONTENT_TYPE, headers=headers)


@requires("result:view_named")
@never_cache
@require_safe
def attempt_result(request: Request, pk: int) -> HttpResponse:
    """One student's sheet, slot by slot."""
    attempt = get_object_or_404(answers.visible(request.user), pk=pk)
    page = answers.page(attempt, by=request.user, now=request.now)
    return render(request, "reports/attempt_result.html", page)


@requires("result:view_summary")
@require_safe
def results_chart(request: Request, exam: int, organization: int, chart: str) -> HttpResponse:
    """One chart of a place as an SVG document; `theme` and `language` are part of its address."""
    row = get_object_or_404(places.of_place(request.user, exam), organization=organization)
    wanted = drawing.wanted(chart, request.GET.get("theme", ""), request.GET.get("language", ""))
    if wanted is None:
        raise Http404
    headers = {"ETag": quote_etag(drawing.name(row, wanted)), "Cache-Control": f"private, max-age={CHART_SECONDS}"}
    if get_conditional_response(request, etag=headers["ETag"]) is not None:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(drawing.draw(row, wanted), content_type="image/svg+xml", headers=headers)


@requires("item:view")
@never_cache
@require_safe
def item_results(request: Request, exam: int) -> HttpResponse:
    """How the items of an exam did over everybody; no person and no place is named."""
    found = get_object_or_404(analysis.visible(request.user), pk=exam)
    page = analysis.page(found, request.GET.get("sort", ""), now=request.now)
    return render(request, "reports/item_results.html", page)

"""The page that compares what devices were told is saved with what is stored."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from common.requests import Request
from proctoring import afterwards
from schools.access import requires


@requires("room:view")
@never_cache
def sitting_reconciliation(request: Request, pk: int) -> HttpResponse:
    """The classes of a sitting, fifty to a page; ?all=1 goes through all of them and shows those that stand out."""
    found = get_object_or_404(afterwards.sittings_within_reach(request.user, "room:view"), pk=pk)
    rows = afterwards.rooms_to_compare(request.user, found)
    whole = request.GET.get("all") == "1"
    page = Paginator(rows, afterwards.ROOMS_PER_PAGE).get_page(request.GET.get("page"))
    context = afterwards.compare(found, rows if whole else page, by=request.user, now=request.now)
    context |= {"rows": page, "all": whole, "outstanding": afterwards.conspicuous(context["compared"])}
    return render(request, "proctoring/reconciliation.html", context)

"""Pages of blueprints."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.requests import Request
from exams import overview, planning
from exams.forms import BlueprintDesk, with_blank_lines
from exams.models import Blueprint
from schools.access import requires

PAGE_SIZE = 30


@requires("blueprint:edit")
def blueprints(request: Request) -> HttpResponse:
    """All blueprints of the places somebody plans for."""
    rows = Paginator(overview.blueprints(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/blueprints.html", {"rows": rows})


@requires("blueprint:edit")
def blueprint_new(request: Request) -> HttpResponse:
    """An empty blueprint to fill in."""
    return _edit(request, Blueprint())


@requires("blueprint:edit")
def blueprint(request: Request, pk: int) -> HttpResponse:
    """One blueprint, to look at and to change."""
    return _edit(request, get_object_or_404(overview.blueprints(request.user), pk=pk))


def _edit(request: Request, one: Blueprint) -> HttpResponse:
    """Saves only when asked to and when all of it is whole; whatever was typed is shown again."""
    action = request.POST.get("action", "save")
    data = with_blank_lines(request.POST) if action == "lines" else request.POST
    desk = BlueprintDesk(data if request.method == "POST" else None, blueprint=one, user=request.user)
    if desk.whole and action == "save":
        saved = planning.save_blueprint(desk.form.instance, desk.cells, by=request.user, now=request.now)
        messages.success(request, _("已保存：%(title)s") % {"title": saved.title})
        return redirect("blueprint", saved.pk)
    return render(request, "exams/blueprint.html", {"desk": desk, "blueprint": one})


@requires("blueprint:edit")
@require_POST
def blueprint_supply(request: Request) -> HttpResponse:
    """What the bank can give the table as it stands on the screen; saves nothing."""
    desk = BlueprintDesk(request.POST, blueprint=Blueprint(), user=request.user)
    return render(request, "exams/blueprint.html#supply", {"desk": desk, "out_of_band": True})

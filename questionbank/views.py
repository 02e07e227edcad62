"""Pages of the question bank: for authors, reviewers, and administrators who look on."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from common.requests import Request
from questionbank import authoring, complaints, lifecycle, mediastore, readings, showing
from questionbank.forms import FilterForm, ItemForm, RetirementForm, ReviewForm, UploadForm
from questionbank.models import Item, ItemState
from schools.access import requires
from schools.scoping import holds

PAGE_SIZE = 25
REFUSALS = {
    authoring.OwnWork: gettext_lazy("不能审核自己写的题目，请由另一位审题人审核。"),
    authoring.Outdated: gettext_lazy("您阅读之后，作者又保存了新的版本。请重新阅读后再决定。"),
    lifecycle.IllegalTransition: gettext_lazy("这道题已经不在待审状态，可能有人先作了决定。"),
}


@requires("item:view")
@vary_on_headers("HX-Request")
def items(request: Request) -> HttpResponse:
    """The items one may see, searched and narrowed."""
    form = FilterForm(request.GET)
    wanted = form.wanted()
    counts = readings.state_counts(request.user, wanted)
    context = {
        "form": form,
        "wanted": wanted,
        "page": Paginator(readings.find(request.user, wanted), PAGE_SIZE).get_page(request.GET.get("page")),
        "states": [(state, label, counts.get(state, 0)) for state, label in ItemState.choices],
        "total": sum(counts.values()),
        "may_write": holds(request.user, "item:edit"),
    }
    part = "#results" if request.htmx and not request.htmx.history_restore_request else ""
    return render(request, f"questionbank/items.html{part}", context)


@requires("item:view")
def item(request: Request, pk: int) -> HttpResponse:
    """One item: what it asks, where it stands, what was said about it."""
    return _item_page(request, _item(request, pk, "item:view"))


@requires("item:view")
def item_versions(request: Request, pk: int) -> HttpResponse:
    """Every version of an item and what it changed."""
    one = _item(request, pk, "item:view")
    return render(request, "questionbank/item_versions.html", {"item": one, "versions": readings.versions(one)})


@requires("item:edit")
def item_new(request: Request) -> HttpResponse:
    """A new item: an empty form, or the first version of what was typed."""
    if request.method == "POST" and request.POST.get("action") == "upload":
        return _with_upload(request, None)
    form = ItemForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        place, draft = form.cleaned_data["organization"], form.cleaned_data["draft"]
        one = authoring.write(place, draft, by=request.user, now=request.now, hand_in=form.hands_in())
        return _saved(request, one)
    return _edit_page(request, None, form)


@requires("item:edit")
def item_edit(request: Request, pk: int) -> HttpResponse:
    """An item's form, or its next version."""
    one = _item(request, pk, "item:edit")
    if request.method == "POST" and request.POST.get("action") == "upload":
        return _with_upload(request, one)
    form = ItemForm(request.POST or None, item=one, user=request.user)
    if request.method == "POST" and form.is_valid() and _save(request, one, form):
        return _saved(request, one)
    return _edit_page(request, one, form)


@requires("item:edit")
@require_POST
def item_preview(request: Request) -> HttpResponse:
    """What was typed so far, as a student will see it, and what it still lacks."""
    form = ItemForm(request.POST, user=request.user)
    form.full_clean()
    kind = form.cleaned_data.get("kind") or "single_choice"
    shown = showing.show(kind, form.content(), form.cleaned_data.get("explanation", ""))
    part = "#preview" if request.htmx else ""
    return render(request, f"questionbank/item_preview.html{part}", {"shown": shown, "remarks": form.remarks()})


@requires("item:edit")
@require_POST
def item_submission(request: Request, pk: int) -> HttpResponse:
    """Hands an item in for review."""
    one = _item(request, pk, "item:edit")
    try:
        authoring.submit(one, by=request.user, now=request.now)
    except authoring.Unsound as unsound:
        return _item_page(request, one, problems=[complaints.say(code) for code in unsound.codes], status=422)
    except lifecycle.IllegalTransition:
        messages.warning(request, _("这道题现在不是草稿，不能提交。"))
    else:
        messages.success(request, _("已提交审核。"))
    return redirect("item", one.pk)


@requires("item:review")
@require_POST
def item_review(request: Request, pk: int) -> HttpResponse:
    """A reviewer's verdict: published, or sent back with a comment."""
    one = _item(request, pk, "item:review")
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _item_page(request, one, review=form, status=422)
    decide = authoring.approve if form.cleaned_data["verdict"] == "approve" else authoring.send_back
    values = {name: form.cleaned_data[name] for name in ("version", "comment")}
    try:
        decide(one, **values, by=request.user, now=request.now)
    except (authoring.OwnWork, authoring.Outdated, lifecycle.IllegalTransition) as refused:
        form.add_error(None, REFUSALS[type(refused)])
        return _item_page(request, _item(request, pk, "item:review"), review=form, status=409)
    return redirect("item", one.pk)


@requires("item:publish")
@require_POST
def item_retirement(request: Request, pk: int) -> HttpResponse:
    """Takes an item out of the bank."""
    one = _item(request, pk, "item:publish")
    form = RetirementForm(request.POST)
    if not form.is_valid():
        return _item_page(request, one, retirement=form, status=422)
    try:
        authoring.retire(one, comment=form.cleaned_data["comment"], by=request.user, now=request.now)
    except lifecycle.IllegalTransition:
        messages.warning(request, _("这道题现在不能停用。"))
    return redirect("item", one.pk)


@requires("item:view")
def topics(request: Request) -> HttpResponse:
    """The topics, and how many items there are in each."""
    return render(request, "questionbank/topics.html", {"topics": readings.topic_counts(request.user)})


def _item(request: Request, pk: int, permission: str) -> Item:
    return get_object_or_404(readings.items(request.user, permission), pk=pk)


def _item_page(request: Request, one: Item, *, status: int = 200, **context: Any) -> HttpResponse:
    version = one.current
    context = {
        "review": ReviewForm(initial={"version": version and version.number}),
        "retirement": RetirementForm(),
        "item": one,
        "shown": version and showing.version(one.kind, version),
        "events": readings.events(one, request.user),
        "reviews": readings.reviews(one),
        **context,
    }
    return render(request, "questionbank/item.html", context, status=status)


def _edit_page(
    request: Request, one: Item | None, form: ItemForm, upload: UploadForm | None = None, status: int = 422
) -> HttpResponse:
    context = {"item": one, "form": form, "upload": upload or UploadForm()}
    return render(request, "questionbank/item_edit.html", context, status=status if request.POST else 200)


def _with_upload(request: Request, one: Item | None) -> HttpResponse:
    """The form as it was typed, with the uploaded file in the text where it was wanted."""
    upload = UploadForm(request.POST, request.FILES)
    typed = request.POST.copy()
    if not upload.is_valid() or not _take(upload, typed):
        return _edit_page(request, one, ItemForm(initial=typed.dict(), item=one, user=request.user), upload)
    messages.info(request, _("文件已放进题目，题目还没有保存。"))
    return _edit_page(request, one, ItemForm(initial=typed.dict(), item=one, user=request.user), status=200)


def _take(upload: UploadForm, typed: QueryDict) -> bool:
    """Keeps the file and writes its markup into the field it was meant for."""
    try:
        asset = mediastore.keep(upload.cleaned_data["file"].read())
    except mediastore.UnfitFile as unfit:
        upload.add_error("file", complaints.say(unfit.code))
        return False
    field = upload.cleaned_data["place"] or "stem"
    words = re.sub(r"[\[\]\s]+", " ", upload.cleaned_data["words"]).strip()
    typed[field] = f"{typed.get(field, '')}\n![{words}](media:{asset.name})".strip()
    return True


def _save(request: Request, one: Item, form: ItemForm) -> bool:
    draft, based_on = form.cleaned_data["draft"], form.cleaned_data["based_on"] or 0
    try:
        authoring.save(one, draft, based_on=based_on, by=request.user, now=request.now, hand_in=form.hands_in())
    except authoring.Outdated as outdated:
        form.show_newer(outdated.version.number)
        return False
    return True


def _saved(request: Request, one: Item) -> HttpResponse:
    one.refresh_from_db()
    handed_in = one.state == ItemState.IN_REVIEW
    messages.success(request, _("已保存并提交审核。") if handed_in else _("已保存为草稿。"))
    return redirect("item", one.pk)

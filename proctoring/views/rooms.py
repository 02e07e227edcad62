"""Pages of rooms: the list of the day, the room itself, and the acts upon a whole room."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.requests import Request
from exams.models import Attempt, Room
from exams.scheduling import AlreadySeated, NoPapers
from proctoring import board, intervening, rooms
from proctoring.forms import MinutesForm, ReasonForm, WalkInForm
from proctoring.views import acting
from schools.access import requires

PAGE_SIZE = 40
MOST_CLASSES = 24


@requires("room:view")
@never_cache
def room_list(request: Request) -> HttpResponse:
    """Today's rooms of the classes this person looks after, and those classes."""
    rows = Paginator(rooms.of_day(request.user, request.now), PAGE_SIZE).get_page(request.GET.get("page"))
    classes = rooms.classes_with_schools(rooms.classes(request.user)[: MOST_CLASSES + 1])
    context = {"rows": rows, "rooms": rooms.with_schools(rows), "classes": classes, "most": MOST_CLASSES}
    return render(request, "proctoring/rooms.html", context)


@requires("room:view")
@never_cache
def room(request: Request, pk: int) -> HttpResponse:
    """The room page."""
    found = acting.room_of(request, pk, "room:view")
    return render(request, "proctoring/room.html", rooms.open_room(found, by=request.user, now=request.now))


@requires("room:view")
@never_cache
def snapshot(request: Request, pk: int) -> HttpResponse:
    """The room's picture for a page whose socket is gone; opaque ids, no names."""
    found = acting.room_of(request, pk, "room:view")
    return JsonResponse(board.picture(found.pk, request.now))


@requires("room:proctor")
@require_POST
def go(request: Request, pk: int) -> HttpResponse:
    """The proctor's go."""
    found = acting.room_of(request, pk, "room:proctor")
    return acting.done(
        request,
        pk,
        lambda: intervening.go(found, by=request.user, now=request.now),
        lambda _none: _("已宣布开始。"),
    )


@requires("room:proctor")
@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    """Releases every device of the room."""
    found = acting.room_of(request, pk, "room:proctor")
    return acting.done(
        request,
        pk,
        lambda: intervening.release_room(found, by=request.user, now=request.now),
        lambda count: _("已准许 %(count)d 名学生换设备继续。") % {"count": count},
    )


@requires("room:proctor")
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    """Stops the clock of everybody at work in the room."""
    found = acting.room_of(request, pk, "room:proctor")
    return acting.done(
        request,
        pk,
        lambda: intervening.pause_room(found, by=request.user, now=request.now),
        lambda count: (
            _("全班已暂停，%(count)d 名学生停了计时，其他人先不能开始。继续以后时间照补。") % {"count": count}
        ),
    )


@requires("room:proctor")
@require_POST
def resumption(request: Request, pk: int) -> HttpResponse:
    """Lets every clock in the room run again."""
    found = acting.room_of(request, pk, "room:proctor")
    return acting.done(
        request,
        pk,
        lambda: intervening.resume_room(found, by=request.user, now=request.now),
        lambda count: _("%(count)d 名学生接着答题，停了多久就补多久；其他人可以开始了。") % {"count": count},
    )


@requires("attempt:extend")
@never_cache
def extension(request: Request, pk: int) -> HttpResponse:
    """More time for the whole room."""
    found = acting.room_of(request, pk, "attempt:extend")
    form = MinutesForm(request.POST or None)
    if not acting.valid(request, form):
        context = {"room": found, "here": _("全班加时")}
        return acting.step(request, "proctoring/room_extension.html", form, context)
    return acting.done(
        request,
        pk,
        lambda: intervening.extend_room(found, **form.cleaned_data, by=request.user, now=request.now),
        lambda count: _("已给 %(count)d 名学生加时。") % {"count": count},
    )


@requires("room:proctor")
@never_cache
def ending(request: Request, pk: int) -> HttpResponse:
    """Collects the whole room; GET asks first and says who is still at work."""
    found = acting.room_of(request, pk, "room:proctor")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not acting.valid(request, form):
        context = {"room": found, "here": _("全班收卷"), "counts": rooms.standing(found, request.now)}
        return acting.step(request, "proctoring/room_ending.html", form, context)
    return acting.done(
        request,
        pk,
        lambda: intervening.end_room(found, **form.cleaned_data, by=request.user, now=request.now),
        lambda count: _("已收卷，%(count)d 份答卷由你代为交卷。") % {"count": count},
    )


@requires("room:proctor")
@never_cache
def walk_ins(request: Request, pk: int) -> HttpResponse:
    """Admits a student who is not on the roster: from the class list, or by student code."""
    found = acting.room_of(request, pk, "room:proctor")
    form = WalkInForm(request.POST or None)
    seat = _admit(request, found, form) if acting.valid(request, form) else None
    if seat is not None:
        return redirect("seat_card", seat.pk)
    context = {"room": found, "candidates": intervening.open_candidates(found, by=request.user, now=request.now)}
    return acting.step(request, "proctoring/walk_ins.html", form, context)


def _admit(request: Request, found: Room, form: WalkInForm) -> Attempt | None:
    try:
        seat = intervening.admit(found, form.cleaned_data["code"], by=request.user, now=request.now)
    except intervening.UnknownStudent:
        form.add_error("code", _("没有这个编号的学生，或不在你管理的班级。外班学生请学校管理员增补。"))
    except AlreadySeated:
        form.add_error("code", _("这名学生在本场次已有座位。"))
    except NoPapers:
        form.add_error("code", _("这次测评还没有试卷，请联系管理员。"))
    else:
        messages.success(request, _("已增补，座位卡如下，可以打印或抄给学生。"))
        return seat
    return None

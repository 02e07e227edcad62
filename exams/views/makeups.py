"""The page of a make-up: who would sit it, and when."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from common.requests import Request
from exams import making_up, overview, scheduling
from exams.forms import MakeUpForm
from exams.models import Sitting
from schools import browsing
from schools.access import requires


@requires("sitting:schedule")
@never_cache
def sitting_make_up(request: Request, pk: int) -> HttpResponse:
    """Plans a make-up of a sitting for those of one's own places; ?names= shows who of a class would sit it."""
    first = get_object_or_404(overview.sittings(request.user).filter(fixed_at__isnull=False), pk=pk)
    form = MakeUpForm(request.POST or None, instance=overview.as_make_up(first), now=request.now)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        made, refusal = _make_up(request, first, form)
        if made is not None:
            return redirect("sitting", made.pk)
    context = {"sitting": first, "exam": first.exam, "form": form, "refusal": refusal, **_people(request, first)}
    return render(request, "exams/sitting_make_up.html", context, status=422 if request.method == "POST" else 200)


def _make_up(request: Request, first: Sitting, form: MakeUpForm) -> tuple[Sitting | None, str]:
    places = browsing.places(request.user, "sitting:schedule")
    try:
        made = making_up.make_up(first, form.instance, by=request.user, now=request.now, within=places)
    except (making_up.NobodyToSit, making_up.NoOtherPaper, scheduling.NoPapers) as refusal:
        return None, _why_not(refusal)
    messages.success(request, _("补考场次已建立，名单已确定，座位卡可以打印了。"))
    return made, ""


def _why_not(refusal: Exception) -> str:
    if not isinstance(refusal, making_up.NoOtherPaper):
        return _("现在没有需要补考的学生。")
    count = refusal.student_count
    sentence = ngettext(
        "有 %(count)d 名学生已经拿过全部试卷，没有另一套卷可用。请市管理员先在测评页“再组一套卷”。",
        "有 %(count)d 名学生已经拿过全部试卷，没有另一套卷可用。请市管理员先在测评页“再组一套卷”。",
        count,
    )
    return sentence % {"count": count}


def _people(request: Request, first: Sitting) -> dict[str, Any]:
    places = browsing.places(request.user, "sitting:schedule")
    found = making_up.missing(first, request.now, places)
    asked = request.GET.get("names", "")
    class_ = next((one.organization for one in found if str(one.organization.pk) == asked), None)
    names = making_up.open_names(first, class_, by=request.user, now=request.now) if class_ else []
    return {
        "missing": overview.with_schools(found),
        "student_count": sum(one.absent_count + one.voided_count for one in found),
        "named_class": class_,
        "names": names,
        "keys_seen": overview.keys_were_open(first.exam, request.now),
        "still_open": overview.open_room_count(first, request.now),
    }

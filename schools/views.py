"""Pages of places, their staff and their students."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.requests import Request
from schools import browsing, enrollment, staffing
from schools.access import requires
from schools.forms import MoveForm, NewStudentForm, SearchForm, StaffForm, StudentNameForm
from schools.models import Organization, Student

PAGE_SIZE = 50


@requires("organization:view")
def organizations(request: Request) -> HttpResponse:
    """Where a person's view begins; with one beginning only, that place itself."""
    tops = browsing.tops(request.user, "organization:view")
    if len(tops) == 1:
        return redirect("organization", tops[0].pk)
    return render(request, "schools/organizations.html", {"tops": tops, "search": SearchForm()})


@requires("organization:view")
def organization(request: Request, pk: int) -> HttpResponse:
    """One place: what it is, and what lies directly below it."""
    place = _place(request, pk, "organization:view")
    context = {
        "organization": place,
        "trail": browsing.trail(place, request.user, "organization:view"),
        "rows": Paginator(browsing.rows(place), PAGE_SIZE).get_page(request.GET.get("page")),
        "student_count": browsing.student_count(place),
        "may_staff": browsing.may(request.user, "staff:manage", place),
        "may_roster": browsing.may(request.user, "roster:manage", place),
        "may_search": browsing.may(request.user, "student:view", place),
        "search": SearchForm(),
    }
    return render(request, "schools/organization.html", context)


@requires("staff:manage")
@never_cache
def staff(request: Request, pk: int) -> HttpResponse:
    """Who holds a role at a place or directly below it; POST appoints somebody and shows a new password once."""
    place = _place(request, pk, "staff:manage")
    form = StaffForm(
        request.POST or None, user=request.user, places=browsing.household(place), on=timezone.localdate(request.now)
    )
    appointment = _appoint(request, form) if request.method == "POST" and form.is_valid() else None
    if appointment is not None and appointment.password is None:
        return redirect("staff", place.pk)
    return _staff_page(request, place, form, appointment)


def _appoint(request: Request, form: StaffForm) -> staffing.Appointment | None:
    try:
        done = staffing.appoint(**form.cleaned_data, by=request.user, now=request.now)
    except staffing.NameTaken:
        form.add_error("username", _("这个用户名已有人使用，请换一个。"))
    except staffing.AlreadyHeld:
        form.add_error("role", _("此人在这个单位已有这个角色。"))
    else:
        messages.success(request, _("已添加：%(who)s") % {"who": done.membership})
        return done
    return None


def _staff_page(
    request: Request, place: Organization, form: StaffForm, appointment: staffing.Appointment | None
) -> HttpResponse:
    rows = [
        (one, one.user_id != request.user.pk and one.role in staffing.appointable(request.user, one.organization))
        for one in browsing.staff_of(place, request.user)
    ]
    context = {
        "organization": place,
        "trail": browsing.trail(place, request.user, "organization:view"),
        "rows": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": form,
        "appointment": appointment,
    }
    return render(request, "schools/staff.html", context)


@requires("staff:manage")
@require_POST
def membership_removal(request: Request, pk: int) -> HttpResponse:
    """Takes a role away."""
    membership = get_object_or_404(staffing.within_reach(request.user), pk=pk)
    try:
        staffing.dismiss(membership, by=request.user, now=request.now)
    except staffing.Oneself:
        messages.error(request, _("不能移除自己的角色，请由上级管理员操作。"))
    except staffing.NotYours:
        messages.error(request, _("这个角色要由上级管理员移除。"))
    else:
        messages.success(request, _("已移除：%(who)s") % {"who": membership})
    return redirect("staff", browsing.desk_of(membership.organization).pk)


@requires("staff:manage")
@never_cache
@require_POST
def membership_password(request: Request, pk: int) -> HttpResponse:
    """Gives somebody who forgot it a new password, shown once."""
    membership = get_object_or_404(staffing.within_reach(request.user), pk=pk)
    appointment = None
    try:
        appointment = staffing.renew_password(membership, by=request.user, now=request.now)
    except staffing.Oneself:
        messages.error(request, _("自己的密码请在“修改密码”里改。"))
    except staffing.NotYours:
        messages.error(request, _("此人还有别处的角色，密码要由上级管理员重设。"))
    if appointment is None:
        return redirect("staff", browsing.desk_of(membership.organization).pk)
    return render(request, "schools/password.html", {"appointment": appointment, "membership": membership})


@requires("roster:manage")
def class_students(request: Request, pk: int) -> HttpResponse:
    """The students of a class; POST adds one."""
    class_ = _place(request, pk, "roster:manage", kind="class")
    form = NewStudentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _enroll(request, class_, form):
        return redirect("class_students", class_.pk)
    context = {
        "organization": class_,
        "trail": browsing.trail(class_, request.user, "organization:view"),
        "enrollments": enrollment.open_class_list(class_, by=request.user, now=request.now),
        "form": form,
    }
    return render(request, "schools/class_students.html", context)


def _enroll(request: Request, class_: Organization, form: NewStudentForm) -> Student | None:
    code, name = form.cleaned_data["student_code"], form.cleaned_data["name"]
    try:
        added = enrollment.enroll(class_, code=code, name=name, by=request.user, now=request.now)
    except enrollment.CodeTaken:
        form.add_error("student_code", _("这个编号已有学生使用。转班请在该学生的页面操作。"))
        return None
    messages.success(request, _("已添加：%(who)s") % {"who": added})
    return added


@requires("student:view")
@never_cache
def students(request: Request) -> HttpResponse:
    """Finds students by code or name. By POST, so that no child's name stands in an address or a log."""
    form = SearchForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = enrollment.search(form.cleaned_data["text"], by=request.user, now=request.now)
    context = {
        "form": form,
        "found": None if found is None else browsing.with_schools(found),
        "most": enrollment.MOST_FOUND,
        "manageable": enrollment.manageable(found or [], request.user),
    }
    return render(request, "schools/students.html", context)


@requires("roster:manage")
def student(request: Request, pk: int) -> HttpResponse:
    """One student: name, class and where they were; ?school= offers the classes of another school to move to."""
    return _student_page(request, _student(request, pk))


@requires("roster:manage")
@require_POST
def student_name(request: Request, pk: int) -> HttpResponse:
    """Corrects a name."""
    one = _student(request, pk)
    form = StudentNameForm(request.POST)
    if not form.is_valid():
        return _student_page(request, one, name_form=form)
    enrollment.rename(one, form.cleaned_data["name"], by=request.user, now=request.now)
    messages.success(request, _("姓名已改正。"))
    return redirect("student", one.pk)


@requires("roster:manage")
@require_POST
def student_enrollment(request: Request, pk: int) -> HttpResponse:
    """Moves a student to another class."""
    one = _student(request, pk)
    form = _move_form(request, one, request.POST)
    if not form.is_valid():
        return _student_page(request, one, move_form=form)
    class_ = _place(request, form.cleaned_data["organization"], "roster:manage", kind="class")
    try:
        enrollment.move(one, class_, by=request.user, now=request.now)
    except enrollment.SameClass:
        messages.info(request, _("该学生已在这个班，没有改动。"))
    else:
        messages.success(request, _("已转班。已经确定名单的场次不受影响。"))
    return redirect("student", one.pk)


@requires("roster:manage")
@require_POST
def student_departure(request: Request, pk: int) -> HttpResponse:
    """Takes a student out of the class; the results stay."""
    one = _student(request, pk)
    class_ = browsing.class_of(one)
    enrollment.leave(one, by=request.user, now=request.now)
    messages.success(request, _("已移出班级；已有的成绩保留。"))
    return redirect("class_students", class_.pk)


def _place(request: Request, pk: int, permission: str, **conditions: Any) -> Organization:
    found: Organization = get_object_or_404(browsing.places(request.user, permission), pk=pk, **conditions)
    return found


def _student(request: Request, pk: int) -> Student:
    found: Student = get_object_or_404(enrollment.within_reach(request.user, "roster:manage"), pk=pk)
    return found


def _move_form(request: Request, one: Student, data: Any = None) -> MoveForm:
    on = timezone.localdate(request.now)
    school = browsing.chosen_school(one, request.user, request.GET.get("school", ""))
    classes = [(class_.pk, class_.display_name(on)) for class_ in browsing.classes_below(school)]
    return MoveForm(data, classes=classes)


def _student_page(request: Request, one: Student, **forms: Any) -> HttpResponse:
    history = enrollment.open_student(one, by=request.user, now=request.now)
    context = {
        "student": one,
        "history": browsing.with_schools(history),
        "reachable_schools": browsing.places(request.user, "roster:manage").of_kind("school"),
        "school": browsing.chosen_school(one, request.user, request.GET.get("school", "")),
        "name_form": forms.get("name_form") or StudentNameForm(initial={"name": one.name}),
        "move_form": forms.get("move_form") or _move_form(request, one),
    }
    return render(request, "schools/student.html", context)

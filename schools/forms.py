"""Forms of places and people. They judge what was typed; nothing is saved here."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from schools import staffing
from schools.models import Organization
from schools.models.people import ROLE_CHOICES
from schools.roles import PLACES, Role

# An ID number, alone or in a national student number (a letter and the ID number): it is never to be held.
ID_NUMBER = re.compile(r"^[A-Z]?\d{17}[\dX]$")
STUDENT_CODE = re.compile(r"^[A-Z0-9-]{2,20}$")


class StudentNameField(forms.CharField):
    """A name of at most 40 characters; spaces around it and within it are made one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("姓名"), max_length=40, **options)

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class NewStudentForm(forms.Form):
    """One student to be added to a class."""

    student_code = forms.CharField(
        label=_("学生编号"),
        max_length=20,
        help_text=_("学校自编的编号，2 到 20 位字母、数字或短横线。不要用身份证号或全国学籍号。"),
    )
    name = StudentNameField()

    def clean_student_code(self) -> str:
        code = str(self.cleaned_data["student_code"]).upper()
        if ID_NUMBER.match(code):
            raise forms.ValidationError(_("这像是身份证号或全国学籍号，平台不收。请改用学校自编的编号。"))
        if not STUDENT_CODE.match(code):
            raise forms.ValidationError(_("编号只能由字母、数字和短横线组成，2 到 20 位。"))
        return code


class StudentNameForm(forms.Form):
    """The corrected name of a student."""

    name = StudentNameField()


class MoveForm(forms.Form):
    """The class a student moves to: one of those the mover looks after in the same school, or in all of them."""

    organization = forms.TypedChoiceField(label=_("转到"), coerce=int)

    def __init__(self, *args: Any, classes: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organization"].choices = [("", _("请选择班级")), *classes]  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """A student code, its beginning, or a part of a name."""

    text = forms.CharField(label=_("学生编号或姓名"), max_length=40)


class StaffForm(forms.Form):
    """A person, a role and the place where it holds."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("登录时用。此人已有账号时填原来的用户名，只添加角色。"),
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"))
    organization = forms.TypedChoiceField(label=_("任职单位"), coerce=int)

    def __init__(self, *args: Any, user: Any, places: Iterable[Organization], on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.places = {one.pk: one for one in places}
        may = {role for one in self.places.values() for role in staffing.appointable(user, one)}
        self.fields["role"].choices = [one for one in ROLE_CHOICES if one[0] in may]  # type: ignore[attr-defined]
        named = [(one.pk, one.display_name(on)) for one in self.places.values()]
        self.fields["organization"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, place = cleaned.get("role"), self.places.get(cleaned.get("organization", 0))
        if role and place is not None:
            cleaned["organization"] = place
            if place.kind not in PLACES[Role(role)]:
                self.add_error("organization", _("这个角色不设在这一级单位，请换一个单位或角色。"))
            elif Role(role) not in staffing.appointable(self.user, place):
                self.add_error("role", _("你不能在这个单位授予这个角色。"))
        return cleaned

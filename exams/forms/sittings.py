"""A sitting: for whom; when and how long is asked in `times`."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exams.forms.times import TimesForm
from exams.models import Exam
from schools import browsing, grades
from schools.grades import Stage
from schools.models import Organization
from schools.models.organizations import GRADE_LABELS

ALL = "all"


def _grade(value: str) -> int | None:
    return None if value == ALL else int(value)


class GradeField(forms.TypedChoiceField):
    """One grade of the exam's stage, or all of them; lower grades than the lowest are told that they only practice."""

    def __init__(self, stage: str) -> None:
        self.stage = Stage(stage)
        choices = [(ALL, _("全部年级")), *((str(one), GRADE_LABELS[one - 1]) for one in self._grades(self._lowest()))]
        super().__init__(label=_("年级"), coerce=_grade, choices=choices)
        if self._first() < self._lowest():
            self.help_text = self._why()

    def _first(self) -> int:
        return grades.FIRST_GRADE[self.stage]

    def _lowest(self) -> int:
        return max(self._first(), settings.EXAM_LOWEST_GRADE)

    def _grades(self, first: int) -> range:
        return range(first, self._first() + grades.YEARS[self.stage])

    def _why(self) -> str:
        names = gettext("、").join(str(GRADE_LABELS[one - 1]) for one in range(self._first(), self._lowest()))
        return gettext("%(grades)s只练习，不参加测评：教育部规定小学一、二年级不进行纸笔考试。") % {"grades": names}

    def prepare_value(self, value: Any) -> Any:
        return ALL if value is None else value

    def validate(self, value: Any) -> None:
        if str(value).isdecimal() and self._first() <= int(value) < self._lowest():
            raise forms.ValidationError(self._why())
        super().validate(value)


class SittingForm(TimesForm):
    """All of a sitting. Once the roster is fixed, places and grade stand."""

    class Meta(TimesForm.Meta):
        fields = ["organizations", "grade", *TimesForm.Meta.fields]
        widgets = TimesForm.Meta.widgets | {"organizations": forms.CheckboxSelectMultiple()}

    field_order = ["title", "organizations", "grade", *TimesForm.field_order]

    def __init__(self, *args: Any, exam: Exam, user: Any, now: datetime, opened: str = "", **options: Any) -> None:
        super().__init__(*args, now=now, **options)
        self.exam, self.user, self.opened = exam, user, opened
        self.fixed = self.instance.fixed_at is not None
        self.fields["grade"] = GradeField(exam.stage)
        self.initial["grade"] = self.instance.grade or ALL
        places = browsing.places(user, "sitting:schedule")
        self.fields["organizations"].queryset = places  # type: ignore[attr-defined]
        self.fields["organizations"].error_messages["required"] = _("请至少选择一个参加单位。")
        for name in ("organizations", "grade") if self.fixed else ():
            self.fields[name].disabled = True
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.exam = self.exam
        return cleaned

    def places(self) -> list[Organization]:
        """The chosen organizations."""
        return list(self.cleaned_data["organizations"])

    def chosen(self) -> set[str]:
        """The ids that are ticked, as far as they are ids."""
        return {str(pk) for pk in self["organizations"].value() or []}

    def tops(self) -> list[Organization]:
        """The largest places that may be ticked whole: the city or county itself."""
        own = browsing.tops(self.user, "sitting:schedule")
        return [one for one in own if one.kind == "city"]

    def branches(self) -> list[browsing.Branch]:
        """The places to tick, county by county."""
        return browsing.branches(self.user, "sitting:schedule", self.exam.stage, self.chosen(), self.opened)

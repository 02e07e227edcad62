"""A sitting: for whom, when, how long."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exams.models import Exam, Sitting
from exams.models.sittings import StartMode
from schools import browsing, grades
from schools.grades import Stage
from schools.models import Organization
from schools.models.organizations import GRADE_LABELS

LONGEST_MINUTES = 240
ALL = "all"


def _grade(value: str) -> int | None:
    return None if value == ALL else int(value)


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


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


class SittingForm(forms.ModelForm):  # type: ignore[type-arg]
    """All of a sitting. Once the roster is fixed, places and grade stand."""

    minutes = forms.IntegerField(label=_("答题时长（分钟）"), min_value=1, max_value=LONGEST_MINUTES, initial=40)

    class Meta:
        model = Sitting
        fields = ["title", "organizations", "grade", "start_mode", "opens_at", "starts_at", "closes_at", "closing_cuts"]
        widgets = {
            "opens_at": MomentInput(),
            "starts_at": MomentInput(),
            "closes_at": MomentInput(),
            "start_mode": forms.RadioSelect(),
            "organizations": forms.CheckboxSelectMultiple(),
        }
        help_texts = {
            "opens_at": _("学生从这时起可以凭卡入场等候，一般比开始早 10 到 15 分钟。"),
            "starts_at": _("选“监考教师宣布开始”时不填。"),
            "closes_at": _("此后不能再开始答题。"),
            "closing_cuts": _("不勾选时，开始得晚的学生也有完整的答题时长。监考教师的加时总在此之外。"),
        }

    field_order = [
        "title",
        "organizations",
        "grade",
        "start_mode",
        "opens_at",
        "starts_at",
        "minutes",
        "closes_at",
        "closing_cuts",
    ]

    def __init__(self, *args: Any, exam: Exam, user: Any, now: datetime, opened: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.exam, self.user, self.now, self.opened = exam, user, now, opened
        self.fixed = self.instance.fixed_at is not None
        self.fields["grade"] = GradeField(exam.stage)
        self.initial["grade"] = self.instance.grade or ALL
        places = browsing.places(user, "sitting:schedule")
        self.fields["organizations"].queryset = places  # type: ignore[attr-defined]
        self.fields["organizations"].error_messages["required"] = _("请至少选择一个参加单位。")
        self.fields["starts_at"].required = False
        if self.instance.time_limit_ms:
            self.fields["minutes"].initial = self.instance.time_limit_ms // 60_000
        for name in ("organizations", "grade") if self.fixed else ():
            self.fields[name].disabled = True
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        clock = cleaned.get("start_mode") == StartMode.CLOCK
        if not clock:
            cleaned["starts_at"] = None
        elif not cleaned.get("starts_at") and "starts_at" not in self.errors:
            self.add_error("starts_at", _("统一时间开始的场次要写明开始时间。"))
        if not self.errors:
            self._judge_times(cleaned)
        if cleaned.get("minutes"):
            self.instance.time_limit_ms = cleaned["minutes"] * 60_000
        self.instance.exam = self.exam
        return cleaned

    def _judge_times(self, cleaned: dict[str, Any]) -> None:
        opens_at, starts_at, closes_at = (cleaned[name] for name in ("opens_at", "starts_at", "closes_at"))
        began = starts_at or opens_at
        room = (closes_at - began) // timedelta(minutes=1)
        if starts_at is not None and starts_at < opens_at:
            self.add_error("starts_at", _("开始时间早于开放入场的时间。"))
        elif closes_at <= began:
            self.add_error("closes_at", _("结束时间要晚于开始时间。"))
        elif closes_at <= self.now:
            self.add_error("closes_at", _("结束时间已经过去。"))
        elif cleaned.get("closing_cuts") and room < cleaned["minutes"]:
            words = {"room": room, "minutes": cleaned["minutes"]}
            message = _("从开始到结束只有 %(room)d 分钟，少于答题时长 %(minutes)d 分钟，所有学生都会被提前收卷。")
            self.add_error("closes_at", forms.ValidationError(message, params=words))

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

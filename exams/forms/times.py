"""When and how long: what every sitting is asked, a make-up too."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exams.models import Sitting
from exams.models.sittings import StartMode

LONGEST_MINUTES = 240


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class TimesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title, window, time limit, and what becomes of those who are late."""

    minutes = forms.IntegerField(label=_("答题时长（分钟）"), min_value=1, max_value=LONGEST_MINUTES, initial=40)
    admission = forms.IntegerField(
        label=_("迟到多少分钟以内还能入场"),
        min_value=0,
        max_value=LONGEST_MINUTES,
        required=False,
        help_text=_("从开始（或宣布开始）算起。不填就是到结束时间为止；按时入场、因故障晚开始的学生不受限制。"),
    )

    class Meta:
        model = Sitting
        fields = ["title", "start_mode", "opens_at", "starts_at", "closes_at", "closing_cuts", "late_start"]
        widgets = {
            "opens_at": MomentInput(),
            "starts_at": MomentInput(),
            "closes_at": MomentInput(),
            "start_mode": forms.RadioSelect(),
            "late_start": forms.RadioSelect(),
        }
        help_texts = {
            "opens_at": _("学生从这时起可以凭卡入场等候，一般比开始早 10 到 15 分钟。"),
            "starts_at": _("选“监考教师宣布开始”时不填。"),
            "closes_at": _("此后不能再开始答题。"),
            "closing_cuts": _("不勾选时，开始得晚的学生也有完整的答题时长。监考教师的加时总在此之外。"),
            "late_start": _("选“与大家同时结束”时，迟到的时间不补。座位卡上会写明。"),
        }

    field_order = [
        "title",
        "start_mode",
        "opens_at",
        "starts_at",
        "minutes",
        "closes_at",
        "closing_cuts",
        "admission",
        "late_start",
    ]

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.fields["starts_at"].required = False
        if self.instance.time_limit_ms:
            self.fields["minutes"].initial = self.instance.minutes
        self.fields["admission"].initial = self.instance.admission_minutes

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
        admission = cleaned.get("admission")
        self.instance.admission_ms = None if admission is None else admission * 60_000
        return cleaned

    def _judge_times(self, cleaned: dict[str, Any]) -> None:
        # In UTC: between two times of one zone Python counts the hours that clocks on the wall jump over or repeat.
        moments = (cleaned[name] for name in ("opens_at", "starts_at", "closes_at"))
        opens_at, starts_at, closes_at = (moment and moment.astimezone(UTC) for moment in moments)
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


class MakeUpForm(TimesForm):
    """When a make-up is sat; who sits it follows from the sitting it makes up for."""

"""What is filled in about time: an outage and whom it met, a delay, extra time for one student."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exams import delaying
from exams.forms.times import MomentInput
from exams.outages import Interval
from proctoring.forms import GivenReasonForm


class PlaceForm(forms.Form):
    """Which part of a sitting is meant."""

    place = forms.ChoiceField(label=_("范围"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class OutageForm(PlaceForm):
    """Where something failed, and from when to when."""

    from_at = forms.DateTimeField(label=_("中断开始"), widget=MomentInput())
    until_at = forms.DateTimeField(
        label=_("中断结束"), widget=MomentInput(), help_text=_("要等中断过去以后才能算出每人耽误了多少。")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        from_at, until_at = cleaned.get("from_at"), cleaned.get("until_at")
        if from_at is not None and until_at is not None and until_at <= from_at:
            self.add_error("until_at", ValidationError(_("结束要晚于开始。")))
        elif until_at is not None and until_at > self.now:
            self.add_error("until_at", ValidationError(_("这个时间还没有到。")))
        return cleaned

    def outage(self) -> Interval:
        """From when to when."""
        return Interval(self.cleaned_data["from_at"], self.cleaned_data["until_at"])


class ProposalForm(OutageForm):
    """The same, to be proposed: why, too."""

    why = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class DelayForm(PlaceForm):
    """How much later rooms begin, and why."""

    minutes = forms.IntegerField(label=_("推迟多少分钟"), min_value=1, max_value=delaying.LONGEST_MINUTES, initial=10)
    why = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("会写入操作记录。"),
    )


class AccommodationForm(GivenReasonForm):
    """Extra time for one student, named by student code."""

    field_order = ("code", "minutes", "why")
    code = forms.CharField(label=_("学生编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    minutes = forms.IntegerField(label=_("分钟"), min_value=1, max_value=120, initial=10)

"""What proctors fill in: minutes and reasons, a student code, the letters written on a paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from proctoring import letters
from proctoring.letters import Question, Section, Unreadable

TROUBLES = {
    "unknown_letter": _("第 %(number)d 题没有“%(letter)s”这个选项。"),
    "one_only": _("第 %(number)d 题只能选一项。"),
    "twice": _("第 %(number)d 题有字母写了两次。"),
}


def _why(*, required: bool = True, initial: str = "", help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=_("原因"), max_length=200, required=required, initial=initial, help_text=help_text, widget=widget
    )


class ReasonForm(forms.Form):
    """Why; it may be left out."""

    why = _why(required=False)


class GivenReasonForm(forms.Form):
    """Why; it must be said."""

    why = _why(help_text=_("会写入操作记录。"))


class MinutesForm(GivenReasonForm):
    """How many minutes more, and why."""

    field_order = ("minutes", "why")
    minutes = forms.IntegerField(label=_("分钟"), min_value=1, max_value=120, initial=5)


class WalkInForm(forms.Form):
    """Who is to be admitted."""

    code = forms.CharField(
        label=_("学生编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )


class LettersField(forms.CharField):
    """The letters written for one question; cleans to a response."""

    def __init__(self, question: Question, initial: str) -> None:
        self.question = question
        attributes = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "letters"}
        label = f"{question.number}. {strip_tags(question.stem)}"
        widget = forms.TextInput(attrs=attributes)
        super().__init__(required=False, max_length=30, label=label, initial=initial, widget=widget)

    def clean(self, value: Any) -> Any:
        """A response, [] for nothing written. Raises ValidationError that names the question."""
        try:
            return letters.read(super().clean(value), self.question)
        except Unreadable as unreadable:
            values = {"number": self.question.number, "letter": unreadable.letter}
            raise ValidationError(TROUBLES[unreadable.code], params=values) from None


class TranscriptionForm(forms.Form):
    """One sheet: a field per question in the printed order, and why it was written on paper."""

    def __init__(self, data: Any, *, sections: list[Section], present: dict[int, list[Any]], why: str) -> None:
        super().__init__(data)
        self.questions = [question for section in sections for question in section.questions]
        for question in self.questions:
            initial = letters.written(present.get(question.slot, []), question)
            self.fields[f"slot_{question.slot}"] = LettersField(question, initial)
        self.fields["why"] = _why(initial=why)

    def rows(self) -> list[tuple[Question, Any]]:
        """Every question with its field."""
        return [(question, self[f"slot_{question.slot}"]) for question in self.questions]

    def responses(self) -> dict[int, list[Any]]:
        """slot -> response, for all slots of the sheet."""
        return {question.slot: self.cleaned_data[f"slot_{question.slot}"] for question in self.questions}

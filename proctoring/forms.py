"""What proctors fill in: minutes and reasons, a student code, the letters written on a paper."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from exams import rescue
from exams.lateanswers import Which
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


def _counts() -> forms.TypedChoiceField:
    choices = [("yes", _("计入")), ("no", _("不计入"))]
    return forms.TypedChoiceField(
        label=_("这些答案"), widget=forms.RadioSelect, choices=choices, coerce=lambda value: value == "yes"
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


class DecisionForm(GivenReasonForm):
    """Whether the undecided late answers that are meant count, and why."""

    field_order: tuple[str, ...] = ("which", "counts", "why")
    which = forms.ChoiceField(
        label=_("哪些答案"),
        widget=forms.RadioSelect,
        choices=[
            (Which.EXPLAINED, _("写于截止之前、并且看得到断网或失联的")),
            (Which.IN_TIME, _("写于截止之前的（按学生设备的时间）")),
            (Which.ALL, _("全部待认定的")),
        ],
        initial=Which.EXPLAINED,
    )
    counts = _counts()

    def decision(self) -> dict[str, Any]:
        """What the verb is told."""
        cleaned = self.cleaned_data
        return {"which": Which(cleaned["which"]), "counts": cleaned["counts"], "why": cleaned["why"]}


class WideDecisionForm(DecisionForm):
    """The same for a sitting, or for the whole exam."""

    field_order = ("which", "whole_exam", "counts", "why")
    whole_exam = forms.BooleanField(
        label=_("同一测评的其他场次也这样认定"), required=False, help_text=_("只包括你管理的班级。")
    )


class EntriesForm(GivenReasonForm):
    """Late answers of one student, picked one by one, whether they count, and why."""

    field_order = ("counts", "why")
    entries = forms.MultipleChoiceField(
        error_messages={"required": _("请先在表里勾选要认定的答案。")}, widget=forms.CheckboxSelectMultiple
    )
    counts = _counts()

    def __init__(self, data: Any, *, values: Sequence[str]) -> None:
        super().__init__(data)
        picked = self.fields["entries"]
        assert isinstance(picked, forms.MultipleChoiceField)
        picked.choices = [(value, value) for value in values]

    def decision(self) -> dict[str, Any]:
        """What the verb is told; an entry is (epoch, seq)."""
        cleaned = self.cleaned_data
        pairs = (value.split("-") for value in cleaned["entries"])
        identities = {(int(epoch), int(seq)) for epoch, seq in pairs}
        return {"identities": identities, "counts": cleaned["counts"], "why": cleaned["why"]}


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file by the rules of one."""
        files = data if isinstance(data, list | tuple) and data else [None]
        if len(files) > rescue.MOST_FILES:
            raise ValidationError(_("一次最多 %(most)d 个文件，请分几次上传。"), params={"most": rescue.MOST_FILES})
        return [super(FilesField, self).clean(file, initial) for file in files]


class RescueForm(forms.Form):
    """Rescue files."""

    sent = FilesField(
        label=_("救援文件"),
        help_text=_("可以一次选多个，最多 100 个、总共不超过 8 MB。同一个文件上传两次也没有关系。"),
    )

    def named(self) -> list[tuple[str, bytes]]:
        """Every file's name and content."""
        return [(file.name, file.read()) for file in self.cleaned_data["sent"]]


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

"""Forms of items. They judge what was typed and say what to do; nothing is saved here."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from questionbank import authoring, complaints, readings
from questionbank.authoring import Draft
from questionbank.models import Cognition, Difficulty, Item, ItemKind, ItemState, Topic
from schools.models import Organization
from schools.models.organizations import STAGE_CHOICES

LETTERS = "ABCDEF"
ANY = [("", _("全部"))]

# Where on the form a problem is shown; those that are not named are shown above it.
PLACES = {
    "no_explanation": "explanation",
    "no_citation": "citation",
}


class FilterForm(forms.Form):
    """What the list of items is narrowed to; what makes no sense is left out."""

    q = forms.CharField(
        label=_("搜索"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("题干、选项、依据或编号")}),
    )
    topic = forms.ModelChoiceField(
        label=_("主题"), required=False, queryset=Topic.objects.none(), to_field_name="slug", empty_label=_("全部")
    )
    stage = forms.ChoiceField(label=_("学段"), required=False, choices=[*ANY, *STAGE_CHOICES])
    kind = forms.ChoiceField(label=_("题型"), required=False, choices=[*ANY, *ItemKind.choices])
    difficulty = forms.ChoiceField(label=_("难度"), required=False, choices=[*ANY, *Difficulty.choices])
    state = forms.ChoiceField(required=False, choices=[*ANY, *ItemState.choices], widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].queryset = readings.topics()  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What was asked for and makes sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ItemForm(forms.Form):
    """The whole of an item as its author types it."""

    use_required_attribute = False

    organization = forms.ModelChoiceField(label=_("所属单位"), queryset=Organization.objects.none(), empty_label=None)
    topic = forms.ModelChoiceField(
        label=_("主题"),
        queryset=Topic.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择主题。")},
    )
    kind = forms.ChoiceField(label=_("题型"), choices=ItemKind)
    stage = forms.ChoiceField(label=_("学段"), choices=STAGE_CHOICES)
    difficulty = forms.ChoiceField(label=_("难度"), choices=Difficulty)
    cognition = forms.ChoiceField(label=_("认知层次"), choices=Cognition)
    stem = forms.CharField(
        label=_("题干"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("题干是空的，请写出要问的问题。")},
    )
    truth = forms.ChoiceField(
        label=_("这句话"),
        required=False,
        choices=[("true", _("正确")), ("false", _("错误"))],
        widget=forms.RadioSelect,
    )
    explanation = forms.CharField(
        label=pgettext_lazy("题目", "解析"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提交审核前要写好：答案为什么对，最容易选错的一项为什么错。"),
    )
    citation = forms.CharField(
        label=_("依据"),
        max_length=300,
        required=False,
        help_text=_("提交审核前要写好：法律的条文，或资料的发布者、名称和日期。"),
    )
    facts = forms.CharField(
        label=_("事实编号"), max_length=200, required=False, help_text=_("题库事实表中的编号，用逗号隔开。")
    )
    speech = forms.CharField(
        label=_("朗读文本"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("题干照字面朗读不好懂时才填写。"),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: Item | None = None, user: Any = None, **options: Any) -> None:
        self.item = item
        options.setdefault("initial", initial(item))
        super().__init__(*args, **options)
        self.fields["topic"].queryset = readings.topics()  # type: ignore[attr-defined]
        self._place_organization(user)
        for letter in LETTERS:
            self.fields[f"choice_{letter}"] = _choice_field(letter)
            self.fields[f"key_{letter}"] = _key_field(letter)
        if item is not None and item.was_published():
            self.fields["kind"].choices = [(item.kind, item.get_kind_display())]  # type: ignore[attr-defined]
            self.fields["kind"].help_text = _("发布过的题目不能更改题型。")

    def _place_organization(self, user: Any) -> None:
        """An author of one place is not asked where; an item never moves."""
        places = readings.authoring_places(user) if self.item is None else readings.places_of(self.item)
        self.fields["organization"].queryset = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["organization"].disabled = True
            self.fields["organization"].widget = forms.HiddenInput()
            self.initial["organization"] = places[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            judge = authoring.problems if self.hands_in() else authoring.contradictions
            cleaned["draft"] = self._draft(cleaned)
            self._complain(judge(cleaned["draft"]))
        return cleaned

    def hands_in(self) -> bool:
        """Whether the author means to hand the item in."""
        return self.data.get("action") == "submit"

    def rows(self) -> Iterator[tuple[str, Any, Any]]:
        """Letter, text and tick of every choice, for the page."""
        for letter in LETTERS:
            yield letter, self[f"choice_{letter}"], self[f"key_{letter}"]

    def remarks(self) -> list[str]:
        """All that keeps the item, as it is typed now, from being handed in."""
        said = [str(message) for messages in self.errors.values() for message in messages]
        draft = self.cleaned_data.get("draft")
        found = authoring.problems(draft) if draft else []
        return list(dict.fromkeys([*said, *(complaints.say(code, detail) for code, detail in found)]))

    def show_newer(self, number: int) -> None:
        """Says that somebody was faster, and lets the next save go through knowingly."""
        self.data = {**self.data.dict(), "based_on": str(number)}  # type: ignore[attr-defined]
        text = gettext("您编辑的时候，有人保存了第 %(number)d 版。您的内容都在下面；请对照新版本，确认后再保存。")
        self.add_error(None, text % {"number": number})

    def _complain(self, problems: list[tuple[str, str]]) -> None:
        for code, detail in problems:
            self.add_error(PLACES.get(code), complaints.say(code, detail))

    def content(self) -> dict[str, Any]:
        """Stem, choices and key as typed; empty choices that are not ticked are left out, the rest lettered anew."""
        typed = self.cleaned_data
        stem, truth = typed.get("stem", "").strip(), typed.get("truth", "")
        if typed.get("kind") == ItemKind.TRUE_FALSE:
            return {"stem": stem, "choices": [], "key": [truth] if truth else []}
        rows = [(typed.get(f"choice_{letter}", "").strip(), typed.get(f"key_{letter}")) for letter in LETTERS]
        lettered = list(zip(LETTERS, [row for row in rows if any(row)], strict=False))
        choices = [{"id": letter, "content": text} for letter, (text, _ticked) in lettered]
        return {"stem": stem, "choices": choices, "key": [letter for letter, (_text, ticked) in lettered if ticked]}

    def _draft(self, cleaned: dict[str, Any]) -> Draft:
        names = ("topic", "kind", "stage", "difficulty", "cognition", "explanation", "citation", "speech")
        facts = [fact for fact in re.split(r"[\s,，、;；]+", cleaned["facts"]) if fact]
        return Draft(**{name: cleaned[name] for name in names}, **self.content(), facts=facts)


class UploadForm(forms.Form):
    """A picture or sound to be put into the item, and the words that stand for it."""

    file = forms.FileField(
        label=_("图片或声音"), required=False, help_text=_("SVG、PNG、JPEG 或 MP3。不会保留文件名。")
    )
    words = forms.CharField(
        label=_("替代文字"),
        max_length=200,
        required=False,
        help_text=_("给看不到或听不到的学生：描述它，但不要说出答案。"),
    )
    place = forms.ChoiceField(label=_("放在"), required=False, choices=[])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(f"choice_{letter}", _("选项 %(letter)s") % {"letter": letter}) for letter in LETTERS]
        self.fields["place"].choices = [("stem", _("题干")), *choices, ("explanation", pgettext_lazy("题目", "解析"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file"):
            self.add_error("file", gettext("请先选择一个文件。"))
        if not cleaned.get("words"):
            self.add_error("words", gettext("请写出替代文字。"))
        return cleaned


class ReviewForm(forms.Form):
    """A reviewer's word on the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[("approve", ""), ("send_back", "")], widget=forms.HiddenInput, required=True)
    comment = forms.CharField(
        label=_("意见"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "send_back" and not cleaned.get("comment", "").strip():
            self.add_error("comment", gettext("退回时请写明要改什么。"))
        return cleaned


class RetirementForm(forms.Form):
    """Why an item is taken out of the bank."""

    comment = forms.CharField(label=_("停用原因"), max_length=300)


def initial(item: Item | None) -> dict[str, Any]:
    """What the form shows before anything is typed."""
    if item is None or item.current is None:
        return {}
    draft = authoring.as_draft(item)
    names = ("kind", "stage", "difficulty", "cognition", "stem", "explanation", "citation", "speech")
    values = {name: getattr(draft, name) for name in names}
    values |= {f"choice_{choice['id']}": choice["content"] for choice in draft.choices}
    values |= {f"key_{letter}": True for letter in draft.key if letter in LETTERS}
    return values | {
        "topic": item.topic_id,
        "truth": draft.key[0] if draft.kind == ItemKind.TRUE_FALSE and draft.key else "",
        "facts": ", ".join(draft.facts),
        "based_on": item.current.number,
    }


def _choice_field(letter: str) -> forms.CharField:
    label = _("选项 %(letter)s") % {"letter": letter}
    return forms.CharField(
        label=label, max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 1, "aria-label": label})
    )


def _key_field(letter: str) -> forms.BooleanField:
    return forms.BooleanField(label=_("设为答案"), required=False)

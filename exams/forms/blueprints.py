"""A blueprint: its head, and a table with one line per cell."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exams import freezing, overview, supply
from exams.models import Blueprint, BlueprintCell
from questionbank.models import Difficulty, ItemKind, Topic
from schools.grades import Stage
from schools.models import Organization

MOST_ITEMS = 200
MOST_POINTS = Decimal(1000)
BLANK_LINES = 3
MOST_LINES = 60


class BlueprintForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title and stage; the place too, for somebody who plans for several."""

    class Meta:
        model = Blueprint
        fields = ["organization", "title", "stage"]
        labels = {"organization": _("所属单位")}

    def __init__(self, *args: Any, homes: Sequence[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        choose_home(self, homes)
        name_blank(self.fields["stage"], _("请选择学段"))


def choose_home(form: "forms.ModelForm[Any]", homes: Sequence[Organization]) -> None:
    """Offers the places somebody plans for; a row that exists keeps its own, a single place is not asked for."""
    if not form.instance._state.adding:
        del form.fields["organization"]
    elif len(homes) == 1:
        del form.fields["organization"]
        form.instance.organization = homes[0]
    else:
        named = [(home.pk, home.name) for home in homes]
        field = forms.TypedChoiceField(label=_("所属单位"), coerce=_among(homes), choices=named)
        form.fields["organization"] = field


def name_blank(field: forms.Field, words: Any) -> None:
    """Says in words what the empty choice of a field means."""
    choices = [choice for choice in field.choices if choice[0]]  # type: ignore[attr-defined]
    field.choices = [("", words), *choices]  # type: ignore[attr-defined]


def _among(homes: Sequence[Organization]) -> Callable[[str], Any]:
    return one_of({str(home.pk): home for home in homes})


def one_of(rows: dict[str, Any]) -> Callable[[str], Any]:
    """Turns an id that was typed into its row; ValueError, as fields expect it, for one that is not offered."""

    def coerce(pk: str) -> Any:
        if pk not in rows:
            raise ValueError(pk)
        return rows[pk]

    return coerce


class CellForm(forms.Form):
    """One line: topic x kind x difficulty, how many and how much each."""

    topic = forms.TypedChoiceField(label=_("主题"), required=False, empty_value=None)
    kind = forms.ChoiceField(label=_("题型"), choices=[("", _("选择题型")), *ItemKind.choices])
    difficulty = forms.ChoiceField(label=_("难度"), required=False, choices=[("", _("不限")), *Difficulty.choices])
    count = forms.IntegerField(label=_("题数"), min_value=1, max_value=MOST_ITEMS)
    points = forms.DecimalField(
        label=_("每题分值"), min_value=Decimal("0.5"), max_value=Decimal(100), max_digits=5, decimal_places=2
    )

    def __init__(self, *args: Any, topics: Sequence[tuple[str, str]], by_pk: dict[str, Topic], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].choices = topics  # type: ignore[attr-defined]
        self.fields["topic"].coerce = one_of(by_pk)  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = field.label
            if name in ("count", "points"):
                field.widget.attrs["inputmode"] = "decimal"

    def cell(self) -> BlueprintCell | None:
        """What the line says, if it says something whole and is not struck out."""
        data = getattr(self, "cleaned_data", {})
        if self.errors or not data.get("count") or data.get("DELETE"):
            return None
        return BlueprintCell(**{name: data[name] for name in ("topic", "kind", "difficulty", "count", "points")})


class BaseCellFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The table. `cells` are its whole lines, `problems` what is wrong with the table as a whole."""

    def __init__(self, data: Any = None, *, topics: Sequence[Topic], initial: Any = None) -> None:
        names = [(str(topic.pk), "　" * (topic.depth - 1) + supply.topic_name(topic)) for topic in topics]
        choices = {"topics": [("", _("全部主题")), *names], "by_pk": {str(topic.pk): topic for topic in topics}}
        super().__init__(data, prefix="cells", initial=initial, form_kwargs=choices)

    def clean(self) -> None:
        if any(self.errors):
            return
        cells = self.cells()
        if not cells:
            raise forms.ValidationError(_("至少要有一行：写明题型、题数和分值。"))
        if sum(cell.count for cell in cells) > MOST_ITEMS:
            raise forms.ValidationError(_("一份试卷最多 %(most)d 题。"), params={"most": MOST_ITEMS})
        if sum(cell.count * cell.points for cell in cells) > MOST_POINTS:
            raise forms.ValidationError(_("总分最多 %(most)d 分。"), params={"most": MOST_POINTS})

    def cells(self) -> list[BlueprintCell]:
        """The cells of all whole lines, in their order."""
        return [cell for cell in (form.cell() for form in self.forms) if cell is not None]


CellFormSet = cast(
    type[BaseCellFormSet],
    forms.formset_factory(
        CellForm,
        formset=BaseCellFormSet,
        extra=BLANK_LINES,
        can_delete=True,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES + 20,
    ),
)


class BlueprintDesk:
    """Head and table of one blueprint as they are edited together, with what the bank can give each line."""

    def __init__(self, data: QueryDict | None, *, blueprint: Blueprint, user: Any) -> None:
        self.blueprint = blueprint
        stored = list(blueprint.cells.select_related("topic")) if blueprint.pk else []
        self.form = BlueprintForm(data, instance=blueprint, homes=overview.homes(user, "blueprint:edit"))
        self.table = CellFormSet(data, topics=supply.topics(), initial=[_as_typed(cell) for cell in stored])
        self.whole = self.form.is_valid() & self.table.is_valid() if data is not None else False
        self.cells = self.table.cells() if data is not None else stored
        self.account = self._account()

    def _account(self) -> supply.Account | None:
        stage = self.form["stage"].value()
        return supply.account(stage, self.cells) if stage in set(Stage) else None

    def rows(self) -> list[tuple[CellForm, supply.Line | None]]:
        """Every line of the table with what the bank can give it; None for a line that is not whole."""
        lines = iter(self.account.lines if self.account else [])
        if not self.table.is_bound:
            return [(form, next(lines, None)) for form in self.table.forms]
        return [(form, next(lines, None) if form.cell() is not None else None) for form in self.table.forms]


def with_blank_lines(data: QueryDict) -> QueryDict:
    """What was typed, with a few more empty lines below."""
    longer = data.copy()
    total = data.get("cells-TOTAL_FORMS", "")
    if total.isascii() and total.isdigit():
        longer["cells-TOTAL_FORMS"] = str(min(int(total) + BLANK_LINES, MOST_LINES))
    return longer


def _as_typed(cell: BlueprintCell) -> dict[str, Any]:
    names = ("topic_id", "kind", "difficulty", "count")
    typed = {name.removesuffix("_id"): getattr(cell, name) for name in names}
    return typed | {"points": freezing.number(cell.points)}

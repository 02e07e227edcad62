"""What the bank can give a blueprint: how many items each cell can draw on, and in words what is lacking."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from exams import assembly
from exams.assembly import Shortage
from exams.models import BlueprintCell
from questionbank.models import Difficulty, Item, ItemKind, Topic

# As teachers say it in a table of specifications; a kind without a short word goes by its label.
SHORT_KINDS = {
    ItemKind.SINGLE_CHOICE: _("单选"),
    ItemKind.MULTIPLE_CHOICE: _("多选"),
    ItemKind.TRUE_FALSE: _("判断"),
}


class Line(NamedTuple):
    """One cell: how many published items fit it, and how many it lacks once narrower cells have drawn theirs."""

    found: int
    short: int


class Account(NamedTuple):
    """A whole blueprint: its lines in the order of the cells, totals, and what is lacking in words."""

    lines: list[Line]
    item_count: int
    points: Decimal
    sentences: list[str]


class Stock:
    """The published items of a stage, counted per topic, kind and difficulty; one query."""

    def __init__(self, stage: str) -> None:
        rows = Item.objects.published().for_stage(stage).order_by()
        self.counts = list(rows.values_list("topic__path", "kind", "difficulty").annotate(Count("pk")))

    def fitting(self, cell: BlueprintCell) -> int:
        """How many items may stand in the cell; a topic covers the topics below it."""
        path = cell.topic.path if cell.topic is not None else ""
        return sum(
            number
            for topic, kind, difficulty, number in self.counts
            if kind == cell.kind and topic.startswith(path) and cell.difficulty in ("", difficulty)
        )


def account(stage: str, cells: Sequence[BlueprintCell]) -> Account:
    """What the bank can give these cells, stored or not."""
    stock = Stock(stage)
    lacking = assembly.lacking(stage, cells)
    short: Counter[int] = Counter()
    for one in lacking:
        short[id(one.cell)] = one.wanted - one.found
    return Account(
        lines=[Line(stock.fitting(cell), short[id(cell)]) for cell in cells],
        item_count=sum(cell.count for cell in cells),
        points=sum((cell.count * cell.points for cell in cells), Decimal()),
        sentences=[sentence(one, stock.fitting(one.cell)) for one in lacking],
    )


def sentences(stage: str, shortages: Iterable[Shortage]) -> list[str]:
    """Every shortage in words."""
    stock = Stock(stage)
    return [sentence(one, stock.fitting(one.cell)) for one in shortages]


def sentence(shortage: Shortage, fitting: int) -> str:
    """ "缺 3 题：防空警报·多选·难，题库只有 2 题"; `fitting` is what the cell could draw on if it were alone."""
    words = {"lack": shortage.wanted - shortage.found, "cell": describe(shortage.cell), "found": shortage.found}
    if fitting > shortage.found:
        return gettext("缺 %(lack)d 题：%(cell)s，其他行先取后只剩 %(found)d 题") % words
    return gettext("缺 %(lack)d 题：%(cell)s，题库只有 %(found)d 题") % words


def describe(cell: BlueprintCell) -> str:
    """ "防空警报·多选·难"."""
    topic = topic_name(cell.topic) if cell.topic is not None else gettext("全部主题")
    kind = str(SHORT_KINDS.get(ItemKind(cell.kind), ItemKind(cell.kind).label))
    parts = [topic, kind, str(Difficulty(cell.difficulty).label) if cell.difficulty else ""]
    return "·".join(part for part in parts if part)


def topics() -> list[Topic]:
    """All topics in the order of the tree."""
    return list(Topic.objects.order_by("path"))


def topic_name(topic: Topic) -> str:
    """The topic's name in the reader's language."""
    return topic.title_en if (get_language() or "").startswith("en") and topic.title_en else topic.title

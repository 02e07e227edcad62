"""Fills a blueprint from the bank: K parallel papers, or an exact account of what the bank lacks."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max

from exams import freezing
from exams.freezing import Pick
from exams.models import Blueprint, BlueprintCell, Exam, Paper
from questionbank.models import Item


class Shortage(NamedTuple):
    """A cell that the bank cannot fill: how many it wants, how many there are."""

    cell: BlueprintCell
    wanted: int
    found: int


class NotEnoughItems(Exception):
    """The bank cannot fill the blueprint; `shortages` says which cell lacks how many."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__("; ".join(f"{s.cell}: {s.found}/{s.wanted}" for s in shortages))
        self.shortages = list(shortages)


class EmptyBlueprint(Exception):
    """The blueprint has no cell, so there is nothing to ask."""


def shortages(blueprint: Blueprint) -> list[Shortage]:
    """Every cell that the published items of the blueprint's stage cannot fill; empty when all can be."""
    return lacking(blueprint.stage, blueprint.cells.select_related("topic"))


def lacking(stage: str, cells: Iterable[BlueprintCell]) -> list[Shortage]:
    """The same for cells that are not stored yet."""
    return _fill(stage, cells, random.Random(0), Counter())[1]  # noqa: S311 - a dry run, no secret


def assemble(exam: Exam, paper_count: int, seed: int, now: datetime) -> list[Paper]:
    """Makes `paper_count` more parallel papers, sharing as few items as the bank allows, also with the papers there
    are; the same seed draws the same papers. Raises NotEnoughItems, EmptyBlueprint."""
    blueprint = exam.blueprint
    if blueprint is None or not blueprint.cells.exists():
        raise EmptyBlueprint
    chance = random.Random(seed)  # noqa: S311 - reproducible by design; secrecy lies in when a paper is released
    used = Counter(exam.papers.exclude(slots=None).values_list("slots__item_version__item", flat=True))
    last = exam.papers.aggregate(last=Max("number"))["last"] or 0
    papers = []
    for number in range(last + 1, last + paper_count + 1):
        picks, missing = _fill(blueprint.stage, blueprint.cells.select_related("topic"), chance, used)
        if missing:
            raise NotEnoughItems(missing)
        used.update(pick.item.pk for pick in picks)
        papers.append(freezing.freeze(exam, number, picks, chance.getrandbits(48), now))
    return papers


def _fill(
    stage: str, cells: Iterable[BlueprintCell], chance: random.Random, used: "Counter[int]"
) -> tuple[list[Pick], list[Shortage]]:
    """Picks for one paper. Narrow cells choose before wide ones; items used least by earlier papers come first."""
    items = list(Item.objects.published().for_stage(stage).with_current().order_by("pk"))
    taken: set[int] = set()
    picks: list[Pick] = []
    missing: list[Shortage] = []
    for cell in sorted(cells, key=_width):
        fitting = [item for item in items if item.pk not in taken and fits(item, cell)]
        chance.shuffle(fitting)
        fitting.sort(key=lambda item: used[item.pk])
        chosen = fitting[: cell.count]
        if len(chosen) < cell.count:
            missing.append(Shortage(cell, cell.count, len(chosen)))
        taken.update(item.pk for item in chosen)
        picks.extend(Pick(item, cell.points) for item in chosen)
    return picks, missing


def fits(item: Item, cell: BlueprintCell) -> bool:
    """Whether the item may stand in the cell; a topic of the cell covers the topics below it."""
    if item.kind != cell.kind or (cell.difficulty and item.difficulty != cell.difficulty):
        return False
    return cell.topic is None or item.topic.path.startswith(cell.topic.path)


def _width(cell: BlueprintCell) -> tuple[int, int]:
    """How freely a cell chooses: those that name topic and difficulty first."""
    depth = -cell.topic.depth if cell.topic is not None else 1
    return (0 if cell.difficulty else 1) + (0 if cell.topic is not None else 2), depth

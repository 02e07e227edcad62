"""All that is summed over the answer sheets of one paper, in one piece that merges."""

from typing import NamedTuple, Self

import numpy as np

from reports.statistics import Counts, Floats, choices
from reports.statistics.choices import Masks
from reports.statistics.groups import ScoreTable
from reports.statistics.items import ItemSums

PART = 8192


class PaperSums(NamedTuple):
    """Item sums, the table of totals, and choice counts (k, choice_count + 1) of the same sheets."""

    items: ItemSums
    table: ScoreTable
    choices: Counts

    @classmethod
    def of(cls, scores: Floats, points: Floats, masks: Masks, choice_count: int) -> Self:
        """`scores` (n, k) in points, `points` (k,), `masks` (n, k) as in `choices`."""
        return cls(ItemSums.of(scores, points), ScoreTable.of(scores, points), choices.counts(masks, choice_count))

    def merge(self, other: "PaperSums") -> "PaperSums":
        """Of both parts together."""
        return PaperSums(
            self.items.merge(other.items), self.table.merge(other.table), np.add(self.choices, other.choices)
        )


def in_parts(scores: Floats, points: Floats, masks: Masks, choice_count: int) -> PaperSums:
    """PaperSums of a large matrix, part by part, so that the temporary arrays stay small."""
    whole = PaperSums.of(scores[:PART], points, masks[:PART], choice_count)
    for start in range(PART, len(scores), PART):
        part = slice(start, start + PART)
        whole = whole.merge(PaperSums.of(scores[part], points, masks[part], choice_count))
    return whole

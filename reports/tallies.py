"""What is counted per class and added up the tree: frames in, tallies out. No database."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from exams.levels import Level
from reports.frames import ExamFrame, Sheets
from reports.statistics import Counts, Floats, choices, distribution
from reports.statistics.groups import Groups
from reports.statistics.items import Products
from reports.statistics.moments import Moments
from reports.statistics.papers import PaperSums

LEVELS = list(Level)


class TopicTally(NamedTuple):
    """Points earned and points there were on the items of one topic."""

    title: str
    title_en: str
    earned: float
    possible: float


class Tally(NamedTuple):
    """What a summary is made of; merged by adding."""

    rostered: int
    participants: int
    absent: int
    moments: Moments
    levels: dict[str, int]
    bins: Counts
    topics: dict[str, TopicTally]


class ItemTally(NamedTuple):
    """Of one item version: how many had it, points earned and points there were, how often each choice was taken
    ("" for blank)."""

    participants: int
    earned: float
    possible: float
    choices: dict[str, int]

    def merge(self, other: "ItemTally") -> "ItemTally":
        return ItemTally(
            self.participants + other.participants,
            self.earned + other.earned,
            self.possible + other.possible,
            {name: count + other.choices.get(name, 0) for name, count in self.choices.items()},
        )


class ItemAnalysis(NamedTuple):
    """What only a whole paper tells of an item, pooled over the papers it stands on; arrays of shape (1,)."""

    products: Products
    groups: Groups

    def merge(self, other: "ItemAnalysis") -> "ItemAnalysis":
        return ItemAnalysis(self.products.merge(other.products), self.groups.merge(other.groups))


def by_class(frame: ExamFrame) -> dict[int, Tally]:
    """The tally of every class in the frame."""
    earned, possible = _topic_points(frame)
    people = frame.people
    percent, level = people["percent"].to_numpy(), people["level"].to_numpy()
    absent = people["absent"].to_numpy(dtype=bool)
    tallies = {}
    for organization, rows in people.groupby("organization", sort=False).indices.items():
        took_part = rows[~np.isnan(percent[rows])]
        tallies[int(organization)] = Tally(
            rostered=len(rows),
            participants=len(took_part),
            absent=int(absent[rows].sum()),
            moments=Moments.of(percent[took_part]),
            levels=distribution.levels(level[took_part], LEVELS),
            bins=distribution.bins(percent[took_part]),
            topics={
                slug: TopicTally(*titles, round(float(of_earned), 4), round(float(of_possible), 4))
                for (slug, titles), of_earned, of_possible in zip(
                    frame.topics.items(), earned[rows].sum(axis=0), possible[rows].sum(axis=0), strict=True
                )
            },
        )
    return tallies


def empty() -> Tally:
    """Of nobody."""
    return Tally(0, 0, 0, Moments(), dict.fromkeys(LEVELS, 0), np.zeros(distribution.BIN_COUNT, dtype=np.int64), {})


def merged(tallies: Iterable[Tally]) -> Tally:
    """Of all of them together."""
    whole = empty()
    for one in tallies:
        topics = dict(whole.topics)
        for slug, topic in one.topics.items():
            known = topics.get(slug, topic._replace(earned=0.0, possible=0.0))
            topics[slug] = topic._replace(
                earned=round(known.earned + topic.earned, 4), possible=round(known.possible + topic.possible, 4)
            )
        whole = Tally(
            whole.rostered + one.rostered,
            whole.participants + one.participants,
            whole.absent + one.absent,
            whole.moments.merge(one.moments),
            {name: whole.levels[name] + one.levels.get(name, 0) for name in LEVELS},
            whole.bins + one.bins,
            topics,
        )
    return whole


def items_by_class(frame: ExamFrame) -> dict[tuple[int, int], ItemTally]:
    """(class, item version) -> what the class did on it, over all papers that it sat."""
    organizations = frame.people["organization"].to_numpy()
    found: dict[tuple[int, int], ItemTally] = {}
    for sheets in frame.sheets:
        of_rows = organizations[sheets.rows]
        order = np.argsort(of_rows, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(of_rows[order])) + 1):
            organization = int(of_rows[part[0]])
            counts = choices.counts(sheets.masks[part], sheets.choice_count)
            for version, tally in _item_tallies(sheets, len(part), sheets.scores[part].sum(axis=0), counts):
                known = found.get((organization, version))
                found[organization, version] = known.merge(tally) if known else tally
    return found


def items_of_whole(
    sums: Iterable[tuple[Sheets, PaperSums]],
) -> dict[int, tuple[ItemTally, ItemAnalysis]]:
    """Item version -> its tally and analysis over all papers."""
    found: dict[int, tuple[ItemTally, ItemAnalysis]] = {}
    for sheets, paper in sums:
        products, groups = paper.items.products(), paper.table.groups()
        tallies = _item_tallies(sheets, paper.items.sheet_count, paper.items.item, paper.choices)
        for index, (version, tally) in enumerate(tallies):
            one = slice(index, index + 1)
            analysis = ItemAnalysis(
                Products(*(field[one] for field in products)), Groups(*(field[one] for field in groups))
            )
            known = found.get(version)
            found[version] = (known[0].merge(tally), known[1].merge(analysis)) if known else (tally, analysis)
    return found


def _item_tallies(sheets: Sheets, participants: int, earned: Floats, counts: Counts) -> Iterator[tuple[int, ItemTally]]:
    for index, column in enumerate(sheets.columns):
        taken = dict(zip(column.names, counts[index].tolist(), strict=False))
        if taken:
            taken[""] = int(counts[index, -1])
        yield (
            column.item_version,
            ItemTally(participants, float(earned[index]), participants * column.points, taken),
        )


def _topic_points(frame: ExamFrame) -> tuple[Floats, Floats]:
    """Points earned and points there were, each (people, topics)."""
    shape = (len(frame.people), len(frame.topics))
    earned, possible = np.zeros(shape), np.zeros(shape)
    position = {slug: index for index, slug in enumerate(frame.topics)}
    for sheets in frame.sheets:
        member: Any = np.zeros((len(sheets.columns), len(position)))
        for index, column in enumerate(sheets.columns):
            member[index, position[column.topic]] = 1.0
        earned[sheets.rows] = sheets.scores @ member
        possible[sheets.rows] = sheets.points @ member
    return earned, possible

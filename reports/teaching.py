"""Which topics a class should be taught again. Pure: shares of points in, advice out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Below the share that counts as passed a topic is taught again; so is one on which the class lies that far behind all.
PASSED = 0.6
BEHIND = 0.1
MOST = 4


class Advice(NamedTuple):
    """One topic to teach again: the share of its points that the class earned, and that everybody earned."""

    topic: dict[str, Any]
    share: float
    whole_share: float | None
    is_low: bool
    is_behind: bool


def share(topic: Mapping[str, Any]) -> float | None:
    """Share of a topic's points that were earned, 0 to 1; None where there were none."""
    return topic["earned"] / topic["possible"] if topic["possible"] else None


def advise(of_class: Sequence[dict[str, Any]], of_whole: Sequence[dict[str, Any]]) -> list[Advice]:
    """The weakest topics of a class, weakest first, at most four. A topic is {"topic", "earned", "possible", ...}."""
    whole = {one["topic"]: share(one) for one in of_whole}
    found = []
    for topic in of_class:
        own, other = share(topic), whole.get(topic["topic"])
        if own is None:
            continue
        is_low, is_behind = own < PASSED, other is not None and own < other - BEHIND
        if is_low or is_behind:
            found.append(Advice(topic, own, other, is_low, is_behind))
    return sorted(found, key=lambda one: one.share)[:MOST]

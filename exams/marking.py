"""Marks answer sheets: from a journal to score, slots and topics. Pure; every distinct response is judged once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from questionbank import interactions


class Mark(NamedTuple):
    """What a sheet came to, as a result row keeps it: points, `slots` and `topics` as JSON."""

    score: Decimal
    max_score: Decimal
    slots: str
    topics: str


class _Judged(NamedTuple):
    """One response to one slot: what it earns in hundredths of a point, and its part of the JSON of `slots`."""

    cents: int
    fragment: str


class Marker:
    """Marks the sheets of one paper. `keys` as a paper keeps them; `topic_order` the slugs in the order of the tree."""

    def __init__(self, keys: dict[str, Any], topic_order: Sequence[str] = ()) -> None:
        self._policy: str = keys["scoring_policy"]
        self._keys: dict[str, dict[str, Any]] = dict(sorted(keys["slots"].items(), key=lambda one: int(one[0])))
        self._judged: dict[tuple[str, str], _Judged] = {}
        known = {slug: place for place, slug in enumerate(topic_order)}
        first = {key["topic"]: key for key in self._keys.values()}
        self._topics = [first[slug] for slug in sorted(first, key=lambda slug: known.get(slug, len(known)))]
        place = {key["topic"]: index for index, key in enumerate(self._topics)}
        self._topic_of = [place[key["topic"]] for key in self._keys.values()]
        self._worth = [_cents(Decimal(str(key["points"]))) for key in self._keys.values()]
        self._topic_worth = self._by_topic(self._worth)
        self._max_score = Decimal(sum(self._worth)) / 100

    def mark(self, answers: Iterable[tuple[str, str]]) -> Mark:
        """The mark of a sheet from (slot, response as JSON text) in the order of its journal: the last one counts, what
        is no slot of the paper does not. Raises KeyError for an unknown kind or policy."""
        final = dict(answers)
        judged = [self._judge(slot, final.get(slot, "[]")) for slot in self._keys]
        cents = [one.cents for one in judged]
        return Mark(
            Decimal(sum(cents)) / 100,
            self._max_score,
            "{" + ",".join(one.fragment for one in judged) + "}",
            self._topics_json(self._by_topic(cents)),
        )

    def _judge(self, slot: str, response: str) -> _Judged:
        known = self._judged.get((slot, response))
        if known is None:
            key = self._keys[slot]
            points = Decimal(str(key["points"]))
            given = orjson.loads(response)
            score = interactions.of(key["kind"]).score(given, key["key"], points, self._policy)
            part = {"response": given, "score": float(score), "max": float(points)}
            known = _Judged(_cents(score), f'"{slot}":{orjson.dumps(part).decode()}')
            self._judged[slot, response] = known
        return known

    def _by_topic(self, cents: Sequence[int]) -> list[int]:
        sums = [0] * len(self._topics)
        for topic, earned in zip(self._topic_of, cents, strict=True):
            sums[topic] += earned
        return sums

    def _topics_json(self, earned: Sequence[int]) -> str:
        rows = [
            {
                "topic": key["topic"],
                "title": key["topic_title"],
                "title_en": key["topic_title_en"],
                "score": score / 100,
                "max": worth / 100,
            }
            for key, score, worth in zip(self._topics, earned, self._topic_worth, strict=True)
        ]
        return orjson.dumps(rows).decode()


def _cents(points: Decimal) -> int:
    return int(points * 100)

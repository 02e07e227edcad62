"""The order in which one student sees a paper: drawn from the attempt's seed, the same for ever. Pure.

The draw is SHAKE-256 of the seed's decimal digits, read as big-endian 32-bit numbers, consumed by Fisher-Yates
shuffles from the last place down (swap place i with number mod (i + 1)): first the slots of every section in turn,
then the choices of every slot in the order of the paper."""

import hashlib
import struct
from collections.abc import Iterator
from typing import Any, TypeVar

T = TypeVar("T")

# Choices that are not the item's own but the language's, "right" and "wrong", keep their order.
FIXED_ORDER = frozenset({"true_false"})


def layout(
    content: dict[str, Any], seed: int, shuffle_slots: bool, shuffle_choices: bool
) -> dict[str, dict[str, list[str]] | list[int]]:
    """{"slots": [3, 1, ...], "choices": {"1": ["c3", "c1", ...]}}: slots are shuffled within their section only;
    choices are given for every slot that has some."""
    sections = [section["slots"] for section in content["sections"]]
    draws = _draws(seed, _places(sections))
    slots: list[int] = []
    for section in sections:
        numbers = [slot["slot"] for slot in section]
        slots += _shuffled(numbers, draws) if shuffle_slots else numbers
    choices: dict[str, list[str]] = {}
    for slot in (slot for section in sections for slot in section):
        ids = [choice["id"] for choice in slot.get("choices") or ()]
        if ids:
            free = shuffle_choices and slot["kind"] not in FIXED_ORDER
            choices[str(slot["slot"])] = _shuffled(ids, draws) if free else ids
    return {"slots": slots, "choices": choices}


def _places(sections: list[list[dict[str, Any]]]) -> int:
    return sum(1 + len(slot.get("choices") or ()) for section in sections for slot in section)


def _draws(seed: int, count: int) -> Iterator[int]:
    stream = hashlib.shake_256(str(seed).encode()).digest(4 * count)
    return iter(struct.unpack(f">{count}I", stream))


def _shuffled(values: list[T], draws: Iterator[int]) -> list[T]:
    """Fisher-Yates; the modulo's bias is below 10^-7 for lists as short as a paper's."""
    mixed = list(values)
    for last in range(len(mixed) - 1, 0, -1):
        other = next(draws) % (last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed

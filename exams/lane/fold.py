"""What a journal says: the answer to a slot is its entry highest by (epoch, seq). Pure; the order of reading and
reading twice change nothing."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One stored journal entry, as far as answers go; events have no slot."""

    epoch: int
    seq: int
    slot: int | None
    response: list[Any] | None


def responses(entries: Iterable[Entry]) -> dict[int, list[Any]]:
    """The response of every slot that was ever answered, by slot; [] where the answer was cleared."""
    highest: dict[int, Entry] = {}
    for entry in entries:
        if entry.slot is None:
            continue
        known = highest.get(entry.slot)
        if known is None or (entry.epoch, entry.seq) > (known.epoch, known.seq):
            highest[entry.slot] = entry
    return {slot: entry.response or [] for slot, entry in sorted(highest.items())}


def next_seq(entries: Iterable[Entry], epoch: int) -> int:
    """The first seq this epoch has not used: one more than the highest stored."""
    return max((entry.seq for entry in entries if entry.epoch == epoch), default=0) + 1


def missing(stored: Iterable[int], last_seq: int) -> list[int]:
    """The seqs from 1 to `last_seq` that are not among `stored`."""
    return sorted(set(range(1, last_seq + 1)).difference(stored))

"""In which order places stand: by name, as a person looks them up, unless somebody sorts. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Column(NamedTuple):
    """One column by which a table may be sorted: its name in the address, and what it sorts by (None stands last)."""

    name: str
    value: Callable[[Any], Any]


def collated(name: str) -> tuple[Any, ...]:
    """Sorts names as a person looks them up: numbers by their value, common Chinese characters by their sound.

    GB 2312, and so GB 18030, holds the 3,755 characters of its first level in the order of their pinyin."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(
        (0, int(part), b"") if part.isascii() and part.isdigit() else (1, 0, part.encode("gb18030", "replace"))
        for part in parts
    )


def wanted(asked: str, columns: Sequence[Column]) -> tuple[Column | None, bool]:
    """The column asked for ("mean", "-mean" for the largest first) and whether it falls; None when there is no such."""
    for column in columns:
        if asked.removeprefix("-") == column.name:
            return column, asked.startswith("-")
    return None, False


def arranged(rows: Sequence[Any], column: Column, falling: bool) -> list[Any]:
    """The rows by that column, those without a value last; equal ones keep the order they had."""
    known = [row for row in rows if column.value(row) is not None]
    unknown = [row for row in rows if column.value(row) is None]
    return sorted(known, key=column.value, reverse=falling) + unknown

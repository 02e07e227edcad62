"""What changed from one version of an item to the next, piece by piece. Pure."""

from difflib import SequenceMatcher
from typing import Any, NamedTuple

TEXTS = ("stem", "explanation", "citation", "speech")
LISTS = ("key", "facts")


class Piece(NamedTuple):
    """A run of text that was kept, removed or added."""

    kind: str  # "same", "removed", "added"
    text: str


class Change(NamedTuple):
    """One field that is not as it was; `part` is the letter of a choice."""

    field: str
    part: str
    pieces: list[Piece]


def between(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Change]:
    """The changes from `old` (None before the first version) to `new`, both as ItemVersion names its fields."""
    before = _flat(old) if old else {}
    after = _flat(new)
    places = [*after, *(place for place in before if place not in after)]
    return [
        Change(*place, _of(place[0], before.get(place, ""), after.get(place, "")))
        for place in places
        if before.get(place, "") != after.get(place, "")
    ]


def pieces(old: str, new: str) -> list[Piece]:
    """Runs of characters that lead from `old` to `new`, in reading order."""
    runs = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Piece("same", new[new_from:new_to]))
            continue
        runs.append(Piece("removed", old[old_from:old_to]))
        runs.append(Piece("added", new[new_from:new_to]))
    return [run for run in runs if run.text]


def _of(field: str, old: str, new: str) -> list[Piece]:
    if field not in LISTS:
        return pieces(old, new)
    return [piece for piece in (Piece("removed", old), Piece("added", new)) if piece.text]


def _flat(version: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Every text of a version by (field, letter of the choice)."""
    flat = {("stem", ""): version["stem"]}
    flat |= {("choices", choice["id"]): choice["content"] for choice in version["choices"]}
    flat |= {(name, ""): "、".join(version[name]) for name in LISTS}
    return flat | {(name, ""): version[name] for name in TEXTS}

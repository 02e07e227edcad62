"""A paper as it is printed, and the letters written on it. Pure.

On paper every choice has a letter by its place; which choice that is depends on the printed order, a student's own
or the paper's plain one. True and false are A and B, and read in the ways people write them."""

import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TRUE_FALSE = [("A", "true"), ("B", "false")]
_SIGNS = dict.fromkeys("√✓✔对T", "A") | dict.fromkeys("×✗✘X错F", "B")
_BETWEEN = " ,;、，；./-"


class Unreadable(ValueError):
    """What was written is no answer to this question; `code` is "unknown_letter", "one_only" or "twice"."""

    def __init__(self, code: str, letter: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.letter = letter


class Choice(NamedTuple):
    """One printed choice."""

    letter: str
    id: str
    content: str


class Question(NamedTuple):
    """One printed question; `number` counts on the sheet, `slot` is its place on the paper."""

    number: int
    slot: int
    kind: str
    points: Any
    stem: str
    choices: list[Choice]

    @property
    def by_ear(self) -> bool:
        """Whether there is something to listen to, which paper cannot do."""
        return "<audio" in self.stem


class Section(NamedTuple):
    """One part of the sheet."""

    title: str
    note: str
    questions: list[Question]


def printed(content: dict[str, Any], layout: dict[str, Any] | None = None) -> list[Section]:
    """The paper's sections in the order of a layout (exams.layout), or in the paper's own."""
    places = {slot: place for place, slot in enumerate(layout["slots"])} if layout else {}
    sections, number = [], 0
    for section in content["sections"]:
        slots = sorted(section["slots"], key=lambda slot: places.get(slot["slot"], slot["slot"]))
        questions = [_question(slot, number + offset, layout) for offset, slot in enumerate(slots, start=1)]
        number += len(questions)
        sections.append(Section(section["title"], section.get("note") or "", questions))
    return sections


def _question(slot: dict[str, Any], number: int, layout: dict[str, Any] | None) -> Question:
    offered = {choice["id"]: choice["content"] for choice in slot.get("choices") or ()}
    order = list(offered)
    if layout:
        order = layout["choices"].get(str(slot["slot"]), order)
    choices = [Choice(letter, one, offered[one]) for letter, one in zip(LETTERS, order, strict=False)]
    return Question(number, slot["slot"], slot["kind"], slot["points"], slot["stem"], choices)


def ids(question: Question) -> dict[str, str]:
    """letter -> what it stands for."""
    if question.kind == "true_false":
        return dict(TRUE_FALSE)
    return {choice.letter: choice.id for choice in question.choices}


def read(text: str, question: Question) -> list[str]:
    """The response that was written: "ac" -> ["c3", "c1"]; nothing written is []. Raises Unreadable."""
    offered = ids(question)
    written = [character for character in unicodedata.normalize("NFKC", text).upper() if character not in _BETWEEN]
    if question.kind == "true_false":
        written = [_SIGNS.get(character, character) for character in written]
    for letter in written:
        if letter not in offered:
            raise Unreadable("unknown_letter", letter)
    if len(set(written)) < len(written):
        raise Unreadable("twice")
    if question.kind != "multiple_choice" and len(written) > 1:
        raise Unreadable("one_only")
    return [offered[letter] for letter in sorted(written)]


def written(response: Iterable[Any], question: Question) -> str:
    """The letters of a response, as one would write them."""
    chosen = set(response)
    return "".join(letter for letter, one in ids(question).items() if one in chosen)

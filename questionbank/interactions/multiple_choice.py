"""Multiple choice: several choices, two or more of them right. Response: ["c1", "c4"], in any order."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from questionbank.interactions import Content, Render, Response, choices, to_cents

KIND = "multiple_choice"

choice_ids = choices.ids
paper_key = choices.paper_key


def problems(content: Content) -> list[str]:
    """Codes of what is wrong: those of `choices.problems`, and "one_key", "all_keys"."""
    found = choices.problems(content)
    keyed = len(set(content["key"]))
    if keyed == 1:
        found.append("one_key")
    if keyed and keyed >= len(content["choices"]):
        found.append("all_keys")
    return found


def public(content: Content, renamed: dict[str, str], render: Render) -> dict[str, Any]:
    """{"stem": html, "choices": [{"id", "content": html}]}."""
    return choices.public(content, renamed, render)


def well_formed(response: object, slot: dict[str, Any]) -> bool:
    """Any number of the slot's choices, each once."""
    return choices.are_offered(response, slot, most=len(slot["choices"]))


def is_answered(response: Response) -> bool:
    """Whether any choice is taken."""
    return bool(response)


def _missing_half(right: int, wrong: int, keys: int) -> Decimal:
    """All right: 1. Some right and none wrong: 1/2. Anything wrong: 0."""
    if wrong or not right:
        return Decimal(0)
    return Decimal(1) if right == keys else Decimal("0.5")


def _all_or_nothing(right: int, wrong: int, keys: int) -> Decimal:
    """All right and none wrong: 1, else 0."""
    return Decimal(right == keys and not wrong)


def _proportional(right: int, wrong: int, keys: int) -> Decimal:
    """max(0, (right - wrong) / keys)."""
    return max(Decimal(0), Decimal(right - wrong) / keys)


# Share of the points earned from the counts of right and wrong choices taken and of keys there are.
POLICIES: dict[str, Callable[[int, int, int], Decimal]] = {
    "missing_half": _missing_half,
    "all_or_nothing": _all_or_nothing,
    "proportional": _proportional,
}


def score(response: Response, key: list[str], points: Decimal, policy: str) -> Decimal:
    """`points` times the policy's share. Raises KeyError for an unknown policy."""
    taken, keyed = set(response), set(key)
    if not taken:
        return to_cents(Decimal(0))
    return to_cents(points * POLICIES[policy](len(taken & keyed), len(taken - keyed), len(keyed)))

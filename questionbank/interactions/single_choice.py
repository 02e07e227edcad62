"""Single choice: several choices, one of them right. Response: ["c3"]."""

from decimal import Decimal
from typing import Any

from questionbank.interactions import Content, Render, Response, choices, to_cents

KIND = "single_choice"

choice_ids = choices.ids
paper_key = choices.paper_key


def problems(content: Content) -> list[str]:
    """Codes of what is wrong: those of `choices.problems`, and "two_keys"."""
    return choices.problems(content) + (["two_keys"] if len(set(content["key"])) > 1 else [])


def public(content: Content, renamed: dict[str, str], render: Render) -> dict[str, Any]:
    """{"stem": html, "choices": [{"id", "content": html}]}."""
    return choices.public(content, renamed, render)


def well_formed(response: object, slot: dict[str, Any]) -> bool:
    """None or one of the slot's choices."""
    return choices.are_offered(response, slot, most=1)


def is_answered(response: Response) -> bool:
    """Whether a choice is taken."""
    return bool(response)


def score(response: Response, key: list[str], points: Decimal, policy: str) -> Decimal:
    """All points for the key, else none."""
    return to_cents(points) if response and set(response) == set(key) else to_cents(Decimal(0))

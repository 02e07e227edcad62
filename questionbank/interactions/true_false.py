"""True or false: one statement. Response: ["true"] or ["false"]; there are no choices to rename."""

from decimal import Decimal
from typing import Any

from questionbank.interactions import Content, Render, Response, to_cents

KIND = "true_false"
VALUES = ("true", "false")


def problems(content: Content) -> list[str]:
    """Codes of what is wrong: "no_stem", "no_key", "two_keys", "key_not_among_choices", "choices_not_wanted"."""
    key = content["key"]
    checks = {
        "no_stem": not content["stem"].strip(),
        "no_key": not key,
        "two_keys": len(key) > 1,
        "key_not_among_choices": not set(key) <= set(VALUES),
        "choices_not_wanted": bool(content["choices"]),
    }
    return [code for code, found in checks.items() if found]


def choice_ids(content: Content) -> list[str]:
    """None: a paper renames nothing here."""
    return []


def public(content: Content, renamed: dict[str, str], render: Render) -> dict[str, Any]:
    """{"stem": html, "choices": []}; the client offers the two words itself."""
    return {"stem": render(content["stem"]), "choices": []}


def paper_key(content: Content, renamed: dict[str, str]) -> list[str]:
    """["true"] or ["false"], on every paper the same."""
    return list(content["key"])


def well_formed(response: object, slot: dict[str, Any]) -> bool:
    """[], ["true"] or ["false"]."""
    return response in ([], ["true"], ["false"])


def is_answered(response: Response) -> bool:
    """Whether one of the two is taken."""
    return bool(response)


def score(response: Response, key: list[str], points: Decimal, policy: str) -> Decimal:
    """All points for the key, else none."""
    return to_cents(points) if response and response == key else to_cents(Decimal(0))

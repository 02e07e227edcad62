"""What the kinds that offer choices have in common. No kind of its own."""

from collections import Counter
from typing import Any

from questionbank.interactions import Content, Render

FEWEST, MOST = 2, 6  # the client's keyboard has A to F


def ids(content: Content) -> list[str]:
    """The ids of the offered choices in the author's order."""
    return [choice["id"] for choice in content["choices"]]


def problems(content: Content) -> list[str]:
    """What is wrong with stem, choices and key, whatever the number of keys should be."""
    offered = ids(content)
    texts = [_plain(choice["content"]) for choice in content["choices"]]
    key = content["key"]
    checks = {
        "no_stem": not _plain(content["stem"]),
        "too_few_choices": len(offered) < FEWEST,
        "too_many_choices": len(offered) > MOST,
        "empty_choice": not all(texts),
        "same_choice_twice": _repeated([text for text in texts if text]),
        "same_choice_id": _repeated(offered),
        "no_key": not key,
        "same_key_twice": _repeated(key),
        "key_not_among_choices": not set(key) <= set(offered),
    }
    return [code for code, found in checks.items() if found]


def public(content: Content, renamed: dict[str, str], render: Render) -> dict[str, Any]:
    """Stem and choices, rendered, under the paper's ids and in the author's order."""
    return {
        "stem": render(content["stem"]),
        "choices": [
            {"id": renamed[choice["id"]], "content": render(choice["content"])} for choice in content["choices"]
        ],
    }


def paper_key(content: Content, renamed: dict[str, str]) -> list[str]:
    """The key in the paper's ids, sorted, so that equal keys look equal."""
    return sorted(renamed[choice] for choice in content["key"])


def are_offered(response: object, slot: dict[str, Any], most: int) -> bool:
    """Whether `response` is a list of at most `most` different choices of the slot."""
    if not isinstance(response, list) or not all(isinstance(choice, str) for choice in response):
        return False
    offered = {choice["id"] for choice in slot["choices"]}
    return len(response) <= most and len(set(response)) == len(response) and offered.issuperset(response)


def _plain(text: str) -> str:
    return "".join(text.split())


def _repeated(values: list[str]) -> bool:
    return any(count > 1 for count in Counter(values).values())

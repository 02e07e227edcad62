"""An item as pages show it: rendered, with its key marked. Reads the media it names; changes nothing."""

from dataclasses import dataclass
from typing import Any

from questionbank import interactions, markup, mediastore
from questionbank.models import ItemVersion


@dataclass(frozen=True)
class Choice:
    """One offered choice."""

    letter: str
    html: str
    is_key: bool


@dataclass(frozen=True)
class Shown:
    """One wording of an item, ready for a template. `truth` is the key of a statement, "" where there is none yet."""

    kind: str
    stem: str
    choices: list[Choice]
    truth: str
    explanation: str


def show(kind: str, content: dict[str, Any], explanation: str) -> Shown:
    """A wording as it stands, finished or not; `content` as interactions read it."""
    texts = [content["stem"], explanation, *(choice["content"] for choice in content["choices"])]
    media = mediastore.named([name for text in texts for name in markup.media_names(text)])
    own = {choice["id"]: choice["id"] for choice in content["choices"]}
    public = interactions.of(kind).public(content, own, lambda text: markup.render(text, media))
    choices = [Choice(one["id"], one["content"], one["id"] in content["key"]) for one in public["choices"]]
    truth = content["key"][0] if content["key"] and not own else ""
    return Shown(kind, public["stem"], choices, truth, markup.render(explanation, media))


def version(kind: str, one: ItemVersion) -> Shown:
    """One version of an item."""
    return show(kind, one.content(), one.explanation)

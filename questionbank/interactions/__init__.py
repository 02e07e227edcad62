"""The ways of answering an item: one module per kind, found by itself. Pure; no Django, no database.

A new kind is one new module here that keeps the protocol `Interaction`. A module without KIND is shared ground."""

import importlib
import pkgutil
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Protocol, cast

Content = dict[str, Any]  # {"stem": md, "choices": [{"id": "A", "content": md}, ...], "key": ["A", ...]}
Response = list[Any]  # as the lane stores it; [] where nothing is answered
Render = Callable[[str], str]  # restricted Markdown -> cleaned HTML

CENT = Decimal("0.01")


class Interaction(Protocol):
    """What the module of every kind offers."""

    KIND: str

    def problems(self, content: Content) -> list[str]:
        """Codes of what makes the content unfit to be asked; [] when it is sound. Edges translate the codes."""

    def choice_ids(self, content: Content) -> list[str]:
        """The item's own ids that every paper renames; [] where there is nothing to rename."""

    def public(self, content: Content, renamed: dict[str, str], render: Render) -> dict[str, Any]:
        """What stands in a paper's slot besides slot, kind and points; never the key."""

    def paper_key(self, content: Content, renamed: dict[str, str]) -> list[str]:
        """The key in the paper's ids."""

    def well_formed(self, response: object, slot: dict[str, Any]) -> bool:
        """Whether a response that came from outside can be one to this public slot; [] always can."""

    def is_answered(self, response: Response) -> bool:
        """Whether a well-formed response says anything."""

    def score(self, response: Response, key: list[str], points: Decimal, policy: str) -> Decimal:
        """Points earned, 0 to `points`, in hundredths. `policy` is a name of `multiple_choice.POLICIES`."""


class UnknownKind(KeyError):
    """No module here answers to this kind."""


@cache
def _found() -> dict[str, Interaction]:
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {module.KIND: cast("Interaction", module) for module in modules if hasattr(module, "KIND")}


def kinds() -> list[str]:
    """The kinds there are, in the order of their names."""
    return sorted(_found())


def of(kind: str) -> Interaction:
    """The module of a kind. Raises UnknownKind."""
    try:
        return _found()[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def to_cents(score: Decimal) -> Decimal:
    """A score as it is stored: two places, halves up."""
    return score.quantize(CENT, rounding=ROUND_HALF_UP)

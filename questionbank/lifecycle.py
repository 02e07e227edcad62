"""The states of an item: one table, event -> (sources, target). Pure.

A new wording takes an item back to draft from wherever it stands; what papers already ask stays as it was."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where an item stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Transition(NamedTuple):
    """From which states an event leads where."""

    sources: frozenset[State]
    target: State


class IllegalTransition(Exception):
    """The item was in no state from which this event leads anywhere."""


TRANSITIONS: dict[str, Transition] = {
    "edit": Transition(frozenset(State), State.DRAFT),
    "submit": Transition(frozenset({State.DRAFT}), State.IN_REVIEW),
    "approve": Transition(frozenset({State.IN_REVIEW}), State.PUBLISHED),
    "send_back": Transition(frozenset({State.IN_REVIEW}), State.DRAFT),
    "retire": Transition(frozenset({State.DRAFT, State.PUBLISHED}), State.RETIRED),
}


def allowed(event: str, state: str) -> bool:
    """Whether `event` leads anywhere from `state`. Raises KeyError for an event the table does not have."""
    return state in TRANSITIONS[event].sources


def target(event: str, state: str) -> State:
    """The state `event` leads to. Raises IllegalTransition where it leads nowhere, KeyError for an unknown event."""
    if not allowed(event, state):
        raise IllegalTransition(f"{event} from {state}")
    return TRANSITIONS[event].target

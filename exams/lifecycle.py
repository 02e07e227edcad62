"""The states of an attempt: one table, event -> (sources, target). Pure.

"Absent" and "overdue" are derived, never stored."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where an attempt stands."""

    ASSIGNED = "assigned"
    ENTERED = "entered"
    ACTIVE = "active"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    SCORED = "scored"
    VOIDED = "voided"


class Transition(NamedTuple):
    """From which states an event leads where."""

    sources: frozenset[State]
    target: State


class IllegalTransition(Exception):
    """The attempt was in no state from which this event leads anywhere."""


def _from(*sources: State) -> frozenset[State]:
    return frozenset(sources)


TRANSITIONS: dict[str, Transition] = {
    "enter": Transition(_from(State.ASSIGNED), State.ENTERED),
    "start": Transition(_from(State.ENTERED), State.ACTIVE),
    "pause": Transition(_from(State.ACTIVE), State.PAUSED),
    "resume": Transition(_from(State.PAUSED), State.ACTIVE),
    "submit": Transition(_from(State.ACTIVE), State.SUBMITTED),
    "expire": Transition(_from(State.ACTIVE), State.SUBMITTED),
    "end": Transition(_from(State.ACTIVE, State.PAUSED), State.SUBMITTED),
    "transcribe": Transition(_from(State.ASSIGNED, State.ENTERED, State.ACTIVE, State.PAUSED), State.SUBMITTED),
    "score": Transition(_from(State.SUBMITTED), State.SCORED),
    "reopen": Transition(_from(State.SUBMITTED, State.SCORED), State.ACTIVE),
    "void": Transition(
        _from(State.ASSIGNED, State.ENTERED, State.ACTIVE, State.PAUSED, State.SUBMITTED, State.SCORED),
        State.VOIDED,
    ),
}

# Acts that leave an event and change no state.
ACTS = frozenset(
    {"extend", "release", "move", "leave", "replace_card", "delay", "compensate", "decide_late", "rescue", "report"}
)

# States in which answers that arrive in time count.
ANSWERING = frozenset({State.ACTIVE, State.PAUSED})
FINISHED = frozenset({State.SUBMITTED, State.SCORED})


def allowed(event: str, state: State) -> bool:
    """Whether `event` leads anywhere from `state`. Raises KeyError for an event the table does not have."""
    return state in TRANSITIONS[event].sources


def target(event: str, state: State) -> State:
    """The state `event` leads to. Raises IllegalTransition where it leads nowhere, KeyError for an unknown event."""
    transition = TRANSITIONS[event]
    if state not in transition.sources:
        raise IllegalTransition(f"{event} from {state}")
    return transition.target

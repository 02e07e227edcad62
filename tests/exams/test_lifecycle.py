"""The table of an attempt's states, event by event and state by state."""

import pytest

from exams import lifecycle
from exams.lifecycle import TRANSITIONS, IllegalTransition, State

# The whole product: for every event, where it leads from each state; what is not named is refused.
EXPECTED = {
    "enter": {"assigned": "entered"},
    "start": {"entered": "active"},
    "pause": {"active": "paused"},
    "resume": {"paused": "active"},
    "submit": {"active": "submitted"},
    "expire": {"active": "submitted"},
    "end": {"active": "submitted", "paused": "submitted"},
    "transcribe": dict.fromkeys(("assigned", "entered", "active", "paused"), "submitted"),
    "score": {"submitted": "scored"},
    "reopen": {"submitted": "active", "scored": "active"},
    "void": dict.fromkeys(("assigned", "entered", "active", "paused", "submitted", "scored"), "voided"),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(TRANSITIONS))
def test_every_event_leads_from_every_state_where_the_table_says_and_nowhere_else(event: str, state: State) -> None:
    expected = EXPECTED[event].get(state)
    assert lifecycle.allowed(event, state) == (expected is not None)
    if expected is None:
        with pytest.raises(IllegalTransition):
            lifecycle.target(event, state)
    else:
        assert lifecycle.target(event, state) == expected


def test_the_product_above_names_every_event_of_the_table() -> None:
    assert set(EXPECTED) == set(TRANSITIONS)


def test_an_unknown_event_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        lifecycle.allowed("teleport", State.ACTIVE)


def test_nothing_leads_out_of_voided() -> None:
    assert not any(State.VOIDED in transition.sources for transition in TRANSITIONS.values())

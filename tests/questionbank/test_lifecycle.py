"""The whole product of states and events of an item."""

import pytest

from questionbank import lifecycle
from questionbank.lifecycle import State
from questionbank.models import ItemState

LEADS = {
    ("edit", "draft"): "draft",
    ("edit", "in_review"): "draft",
    ("edit", "published"): "draft",
    ("edit", "retired"): "draft",
    ("submit", "draft"): "in_review",
    ("approve", "in_review"): "published",
    ("send_back", "in_review"): "draft",
    ("retire", "draft"): "retired",
    ("retire", "published"): "retired",
}


@pytest.mark.parametrize("event", lifecycle.TRANSITIONS)
@pytest.mark.parametrize("state", [state.value for state in State])
def test_every_event_from_every_state(event, state):
    wanted = LEADS.get((event, state))
    assert lifecycle.allowed(event, state) == (wanted is not None)
    if wanted:
        assert lifecycle.target(event, state) == wanted
    else:
        with pytest.raises(lifecycle.IllegalTransition):
            lifecycle.target(event, state)


def test_the_states_are_those_of_the_database():
    assert {state.value for state in State} == set(ItemState.values)


def test_an_unknown_event_is_an_error():
    with pytest.raises(KeyError):
        lifecycle.allowed("burn", "draft")

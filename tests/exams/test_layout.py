"""The order of a paper is the attempt's own, the same for ever, and never crosses a section."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exams import layout

seeds = st.integers(-(2**63), 2**63 - 1)


def paper(*sections: list[tuple[str, int]]) -> dict[str, Any]:
    """Sections of (kind, number of choices)."""
    content: dict[str, Any] = {"sections": []}
    number = 0
    for section in sections:
        slots = []
        for kind, choices in section:
            number += 1
            ids = [{"id": f"c{index}"} for index in range(1, choices + 1)]
            slots.append({"slot": number, "kind": kind, "choices": ids})
        content["sections"].append({"slots": slots})
    return content


papers = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["single_choice", "multiple_choice"]), st.integers(2, 6))
        | st.just(("true_false", 0)),
        max_size=8,
    ),
    max_size=4,
).map(lambda sections: paper(*sections))


@given(papers, seeds)
def test_everything_is_there_once_and_sections_keep_their_place(content: dict[str, Any], seed: int) -> None:
    order = layout.layout(content, seed, True, True)
    slots = list(order["slots"])
    for section in content["sections"]:
        numbers = [slot["slot"] for slot in section["slots"]]
        assert sorted(slots[: len(numbers)]) == numbers
        del slots[: len(numbers)]
    assert slots == []
    wanted = {
        str(slot["slot"]): sorted(choice["id"] for choice in slot["choices"])
        for section in content["sections"]
        for slot in section["slots"]
        if slot["choices"]
    }
    choices = order["choices"]
    assert isinstance(choices, dict)
    assert {slot: sorted(ids) for slot, ids in choices.items()} == wanted


@given(papers, seeds, st.booleans(), st.booleans())
def test_a_seed_draws_the_same_order_every_time(content: dict[str, Any], seed: int, slots: bool, choices: bool) -> None:
    assert layout.layout(content, seed, slots, choices) == layout.layout(content, seed, slots, choices)


@given(papers, seeds)
def test_what_is_not_shuffled_stays_as_it_is_printed(content: dict[str, Any], seed: int) -> None:
    order = layout.layout(content, seed, False, False)
    assert order["slots"] == sorted(order["slots"])
    assert all(ids == sorted(ids) for ids in order["choices"].values())  # type: ignore[union-attr]


def test_true_and_false_are_never_swapped() -> None:
    content = paper([("true_false", 2)])
    assert {str(layout.layout(content, seed, True, True)["choices"]) for seed in range(50)} == {"{'1': ['c1', 'c2']}"}


def test_an_order_that_was_drawn_once_is_drawn_by_every_later_release() -> None:
    content = paper([("single_choice", 4), ("single_choice", 4), ("multiple_choice", 5)], [("true_false", 0)])
    assert layout.layout(content, 44, True, True) == EXPECTED


EXPECTED = {
    "slots": [3, 1, 2, 4],
    "choices": {"1": ["c1", "c2", "c3", "c4"], "2": ["c4", "c3", "c1", "c2"], "3": ["c5", "c3", "c1", "c4", "c2"]},
}


def test_seeds_spread_evenly_over_the_orders() -> None:
    content = paper([("single_choice", 4)])
    counts: dict[str, int] = {}
    for seed in range(4800):
        order = str(layout.layout(content, seed, True, True)["choices"])
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 24
    assert 130 < min(counts.values()) <= max(counts.values()) < 280

"""Marking one sheet: the last answer counts, every slot of the paper is there, topics add up."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from exams.marking import Marker


def key(kind: str, keyed: list[str], topic: str, points: float = 2.0) -> dict[str, object]:
    return {"kind": kind, "key": keyed, "points": points, "topic": topic, "topic_title": topic, "topic_title_en": topic}


KEYS = {
    "scoring_policy": "missing_half",
    "slots": {
        "1": key("single_choice", ["c2"], "law"),
        "2": key("multiple_choice", ["c1", "c3"], "fire"),
        "10": key("true_false", ["true"], "law", 1.5),
    },
}


def marked(*answers: tuple[str, str]) -> tuple[Decimal, dict[str, dict[str, object]], list[dict[str, object]]]:
    mark = Marker(KEYS, ["fire", "law"]).mark(answers)
    assert mark.max_score == Decimal("5.5")
    return mark.score, json.loads(mark.slots), json.loads(mark.topics)


def test_a_sheet_with_nothing_on_it_has_every_slot_and_no_points() -> None:
    score, slots, _ = marked()
    assert score == 0
    assert slots == {
        "1": {"response": [], "score": 0.0, "max": 2.0},
        "2": {"response": [], "score": 0.0, "max": 2.0},
        "10": {"response": [], "score": 0.0, "max": 1.5},
    }


def test_the_last_answer_to_a_slot_counts_and_an_empty_one_clears() -> None:
    score, slots, _ = marked(("1", '["c1"]'), ("1", '["c2"]'), ("10", '["true"]'), ("10", "[]"))
    assert score == 2
    assert slots["1"] == {"response": ["c2"], "score": 2.0, "max": 2.0}
    assert slots["10"]["response"] == []


def test_what_is_no_slot_of_the_paper_counts_for_nothing() -> None:
    assert marked(("77", '["c2"]'))[0] == 0


def test_topics_stand_in_the_order_of_the_tree_and_add_up() -> None:
    _, _, topics = marked(("1", '["c2"]'), ("2", '["c3"]'), ("10", '["true"]'))
    assert [(one["topic"], one["score"], one["max"]) for one in topics] == [("fire", 1.0, 2.0), ("law", 3.5, 3.5)]


def test_a_topic_that_left_the_tree_stands_last() -> None:
    topics = json.loads(Marker(KEYS, ["law"]).mark([]).topics)
    assert [one["topic"] for one in topics] == ["law", "fire"]


RESPONSE = st.lists(st.sampled_from(["c1", "c2", "c3", "true"]), max_size=3, unique=True).map(json.dumps)


@given(st.lists(st.tuples(st.sampled_from(["1", "2", "10", "11"]), RESPONSE), max_size=12))
def test_what_a_marker_has_seen_before_changes_nothing(answers: list[tuple[str, str]]) -> None:
    used = Marker(KEYS)
    first = used.mark(answers)
    assert used.mark(answers) == first == Marker(KEYS).mark(answers)
    slots, topics = json.loads(first.slots), json.loads(first.topics)
    assert float(first.score) == sum(one["score"] for one in slots.values()) == sum(one["score"] for one in topics)

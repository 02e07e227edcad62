"""Printed order and written letters: what stands on the sheet is what is entered."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.layout import layout
from proctoring import letters
from proctoring.letters import Question, Unreadable
from questionbank import interactions


def slot(number: int, kind: str, count: int = 4) -> dict[str, Any]:
    choices = [{"id": f"c{index}", "content": f"<p>{number}.{index}</p>"} for index in range(1, count + 1)]
    offered = [] if kind == "true_false" else choices
    return {"slot": number, "kind": kind, "points": 2, "stem": f"<p>{number}</p>", "choices": offered}


CONTENT: dict[str, Any] = {
    "sections": [
        {"title": "一、单选题", "note": "", "slots": [slot(1, "single_choice"), slot(2, "single_choice", 3)]},
        {"title": "二、多选题", "note": "全对", "slots": [slot(3, "multiple_choice", 5), slot(4, "multiple_choice")]},
        {"title": "三、判断题", "note": "", "slots": [slot(5, "true_false"), slot(6, "true_false")]},
    ]
}


def questions(seed: int | None) -> list[Question]:
    order = layout(CONTENT, seed, True, True) if seed is not None else None
    return [question for section in letters.printed(CONTENT, order) for question in section.questions]


def public(slot_number: int) -> dict[str, Any]:
    return next(one for section in CONTENT["sections"] for one in section["slots"] if one["slot"] == slot_number)


SINGLE, MULTIPLE, TRUE_FALSE = questions(None)[0], questions(None)[2], questions(None)[4]


@given(st.one_of(st.none(), st.integers(0, 2**40)))
def test_every_slot_is_printed_once_in_its_section_and_numbered_through(seed: int | None) -> None:
    sections = letters.printed(CONTENT, layout(CONTENT, seed, True, True) if seed is not None else None)
    assert [[q.slot for q in section.questions] for section in sections] != []
    assert [sorted(q.slot for q in section.questions) for section in sections] == [[1, 2], [3, 4], [5, 6]]
    assert [q.number for section in sections for q in section.questions] == [1, 2, 3, 4, 5, 6]


@given(st.integers(0, 2**40))
def test_a_students_sheet_has_the_order_of_the_students_screen(seed: int) -> None:
    order = layout(CONTENT, seed, True, True)
    assert [q.slot for q in questions(seed)] == order["slots"]
    for question in questions(seed):
        assert [choice.id for choice in question.choices] == order["choices"].get(str(question.slot), [])


@given(st.integers(0, 2**40), st.data())
def test_what_is_written_is_read_back_and_well_formed(seed: int, data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(questions(seed)))
    most = len(letters.ids(question)) if question.kind == "multiple_choice" else 1
    taken = data.draw(st.lists(st.sampled_from(sorted(letters.ids(question))), unique=True, max_size=most))
    response = letters.read("".join(taken), question)
    assert letters.written(response, question) == "".join(sorted(taken))
    assert interactions.of(question.kind).well_formed(response, public(question.slot))


@pytest.mark.parametrize("text", ["ac", "AC", "ＡＣ", "A C", "A、C", "c,a", "A，C", "A. C."])
def test_letters_are_read_however_they_are_typed(text: str) -> None:
    assert letters.read(text, MULTIPLE) == ["c1", "c3"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("√", "true"), ("对", "true"), ("A", "true"), ("t", "true"), ("×", "false"), ("x", "false"), ("错", "false")],
)
def test_true_and_false_are_read_as_people_write_them(text: str, value: str) -> None:
    assert letters.read(text, TRUE_FALSE) == [value]


def test_nothing_written_is_no_answer() -> None:
    assert letters.read("  ", SINGLE) == []


@pytest.mark.parametrize(
    ("text", "question", "code"),
    [
        ("E", SINGLE, "unknown_letter"),
        ("AB", SINGLE, "one_only"),
        ("AA", MULTIPLE, "twice"),
        ("1", MULTIPLE, "unknown_letter"),
        ("√×", TRUE_FALSE, "one_only"),
        ("C", TRUE_FALSE, "unknown_letter"),
        ("甲", SINGLE, "unknown_letter"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(text: str, question: Question, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        letters.read(text, question)
    assert refusal.value.code == code

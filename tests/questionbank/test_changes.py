"""What changed between two versions."""

from hypothesis import given
from hypothesis import strategies as st

from questionbank import changes

VERSION = {
    "stem": "人民防空是什么的组成部分？",
    "choices": [{"id": "A", "content": "国防"}, {"id": "B", "content": "交通"}],
    "key": ["A"],
    "explanation": "",
    "citation": "第二条",
    "facts": ["L04"],
    "speech": "",
}


def test_nothing_changed():
    assert changes.between(VERSION, VERSION) == []


def test_the_first_version_is_all_new():
    found = changes.between(None, VERSION)
    assert [(change.field, change.part) for change in found] == [
        ("stem", ""),
        ("choices", "A"),
        ("choices", "B"),
        ("key", ""),
        ("facts", ""),
        ("citation", ""),
    ]
    assert {piece.kind for change in found for piece in change.pieces} == {"added"}


def test_a_change_is_shown_piece_by_piece():
    (change,) = changes.between(VERSION, {**VERSION, "stem": "人民防空是哪一项的组成部分？"})
    assert change.field == "stem"
    assert ("removed", "什么") in change.pieces
    assert ("added", "哪一项") in change.pieces


def test_choices_that_come_and_go_are_shown():
    new = {**VERSION, "choices": [{"id": "A", "content": "国防"}, {"id": "C", "content": "保险"}]}
    found = changes.between(VERSION, new)
    assert [(change.part, change.pieces) for change in found] == [
        ("C", [("added", "保险")]),
        ("B", [("removed", "交通")]),
    ]


def test_another_key_is_shown_whole():
    (change,) = changes.between({**VERSION, "key": ["true"]}, {**VERSION, "key": ["false"]})
    assert change.pieces == [("removed", "true"), ("added", "false")]


@given(st.text(max_size=30), st.text(max_size=30))
def test_pieces_give_back_both_texts(old, new):
    runs = changes.pieces(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new

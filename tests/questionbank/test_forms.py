"""What an author types becomes a draft, or a sentence that says what to do."""

import pytest

from questionbank.forms import FilterForm, ItemForm, UploadForm
from tests.world import make_item, make_topic

TYPED = {
    "kind": "single_choice",
    "stage": "junior",
    "difficulty": "easy",
    "cognition": "remember",
    "stem": "人民防空是下列哪一项的组成部分？",
    "choice_A": "国防",
    "choice_B": "交通",
    "choice_C": "保险",
    "key_A": "on",
    "explanation": "人民防空法第二条这样规定。",
    "citation": "《中华人民共和国人民防空法》第二条",
    "facts": "L04，L05 L06",
    "action": "submit",
}


def form(world, item=None, **changes):
    data = {name: value for name, value in {**TYPED, "topic": make_topic().pk, **changes}.items() if value is not None}
    from django.http import QueryDict

    typed = QueryDict(mutable=True)
    typed.update(data)
    return ItemForm(typed, item=item, user=world.author)


def test_what_was_typed_becomes_a_draft(world):
    typed = form(world)
    assert typed.is_valid(), typed.errors
    draft = typed.cleaned_data["draft"]
    assert draft.choices == [
        {"id": "A", "content": "国防"},
        {"id": "B", "content": "交通"},
        {"id": "C", "content": "保险"},
    ]
    assert (draft.key, draft.facts) == (["A"], ["L04", "L05", "L06"])
    assert typed.cleaned_data["organization"] == world.city


def test_an_empty_row_between_choices_is_closed_up(world):
    typed = form(world, choice_B="", choice_D="军事", key_A=None, key_D="on")
    assert typed.is_valid()
    draft = typed.cleaned_data["draft"]
    assert [choice["content"] for choice in draft.choices] == ["国防", "保险", "军事"]
    assert draft.key == ["C"]


def test_a_statement_has_no_choices(world):
    typed = form(world, kind="true_false", truth="false")
    assert typed.is_valid()
    assert typed.cleaned_data["draft"].choices == []
    assert typed.cleaned_data["draft"].key == ["false"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"key_B": "on"}, None, "只能有一个正确答案"),
        ({"key_A": None}, None, "勾选"),
        ({"key_D": "on", "key_A": None}, None, "没有内容"),
        ({"choice_B": "国防"}, None, "内容相同"),
        ({"kind": "multiple_choice"}, None, "至少要有两个正确答案"),
        ({"kind": "true_false", "truth": ""}, None, "勾选"),
        ({"stem": ""}, "stem", "题干是空的"),
        ({"topic": ""}, "topic", "请选择主题"),
        ({"explanation": ""}, "explanation", "解析"),
        ({"citation": " "}, "citation", "依据"),
        ({"stem": "![标志](media:none.svg)"}, None, "none.svg"),
    ],
)
def test_each_fault_is_said_where_it_can_be_mended(world, changes, field, words):
    typed = form(world, **changes)
    assert not typed.is_valid()
    assert words in "".join(typed.errors[field or "__all__"])


@pytest.mark.parametrize("changes", [{"explanation": ""}, {"citation": ""}, {"key_A": None}])
def test_a_draft_may_be_unfinished(world, changes):
    assert form(world, action="save", **changes).is_valid()


def test_a_draft_may_not_contradict_itself(world):
    assert not form(world, action="save", key_B="on").is_valid()


def test_the_form_shows_an_item_as_it_stands(world):
    item = make_item(world.city)
    shown = ItemForm(item=item, user=world.author)
    assert shown.initial["stem"] == item.current.stem
    assert [letter for letter, _, tick in shown.rows() if tick.value()] == ["A"]
    assert shown.initial["based_on"] == 1


def test_an_item_of_the_bank_offers_no_other_kind(world):
    item = make_item(world.city)
    assert [kind for kind, _ in ItemForm(item=item, user=world.author).fields["kind"].choices] == ["single_choice"]
    assert "kind" in form(world, item=item, kind="true_false", truth="true").errors


def test_a_filter_that_makes_no_sense_is_left_out(world):
    make_topic("law")
    wanted = FilterForm({"topic": "law", "stage": "college", "kind": "true_false", "q": " "}).wanted()
    assert wanted == {"topic": make_topic("law"), "kind": "true_false"}


def test_an_upload_needs_a_file_and_words(world):
    upload = UploadForm({"words": ""}, {})
    assert set(upload.errors) == {"file", "words"}

"""From files to plain values; what has not the right shape is named, not guessed."""

import pytest

from questionbank import bankfiles
from tests.questionbank import banks


def test_a_sound_bank_is_read_whole(tmp_path):
    bank = bankfiles.read(banks.write(tmp_path))
    assert bank.problems == []
    assert [(topic.slug, topic.title, topic.title_en) for topic in bank.topics] == [("law", "人防法律", "Law")]
    assert [item.code for item in bank.items] == ["law-001", "law-002", "law-003"]
    assert list(bank.media) == ["sign.svg"]
    assert [fact.id for fact in bank.facts] == ["L04", "X01"]


def test_an_item_becomes_what_its_kind_reads(tmp_path):
    single, true_false, multiple = bankfiles.read(banks.write(tmp_path)).items
    assert single.content["choices"][1] == {"id": "B", "content": "城市规划"}
    assert single.content["key"] == ["A"]
    assert true_false.content == {"stem": "人民防空是国防的组成部分。", "choices": [], "key": ["true"]}
    assert multiple.content["key"] == ["A", "C"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"stem": None}, ("law-001", "field_missing", "stem")),
        ({"facts": None}, ("law-001", "field_missing", "facts")),
        ({"colour": "red"}, ("law-001", "field_unknown", "colour")),
        ({"stem": 119}, ("law-001", "field_not_text", "stem")),
        ({"choices": {"A": 110, "B": 119}}, ("law-001", "field_not_text", "choices")),
        ({"choices": ["国防"]}, ("law-001", "field_not_text", "choices")),
        ({"key": "A"}, ("law-001", "field_not_list", "key")),
        ({"facts": "L04"}, ("law-001", "field_not_list", "facts")),
        ({"code": None}, ("#1", "field_missing", "code")),
    ],
)
def test_each_wrong_shape_is_named_with_file_and_code(tmp_path, changes, problem):
    bank = bankfiles.read(banks.write(tmp_path, [banks.changed(banks.SINGLE, **changes), banks.TRUE_FALSE]))
    assert bank.problems == [bankfiles.Problem("law.yaml", *problem)]
    assert [item.code for item in bank.items] == ["law-002"]


def test_many_faults_are_named_at_once(tmp_path):
    bad = [banks.changed(banks.SINGLE, stem=None, citation=None), "只有一句话"]
    banks.write(tmp_path)
    (tmp_path / "topics" / "law.yaml").write_text(
        bankfiles.yaml.safe_dump({"topic": "law", "title": "法", "title_en": "Law", "items": bad}), "utf-8"
    )
    codes = [problem.code for problem in bankfiles.read(tmp_path).problems]
    assert codes == ["field_missing", "field_missing", "not_an_item"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("topic: [", "not_yaml"),
        ("topic: law\ntopic: alarm\n", "not_yaml"),
        ("- a\n- b\n", "no_items"),
        ("topic: law\ntitle: 法\nitems: []\n", "field_missing"),
        ("topic: !!python/object/apply:os.system [ls]\n", "not_yaml"),
    ],
)
def test_a_file_that_is_no_topic_is_named(tmp_path, text, code):
    banks.write(tmp_path)
    (tmp_path / "topics" / "law.yaml").write_text(text, "utf-8")
    assert [problem.code for problem in bankfiles.read(tmp_path).problems] == [code]


def test_a_choice_given_twice_is_refused(tmp_path):
    banks.write(tmp_path)
    path = tmp_path / "topics" / "law.yaml"
    path.write_text(path.read_text("utf-8").replace("B: 城市规划", "A: 城市规划", 1), "utf-8")
    (problem,) = bankfiles.read(tmp_path).problems
    assert problem.code == "not_yaml"
    assert "'A' stands twice" in problem.detail


def test_text_that_is_not_utf8_is_named(tmp_path):
    banks.write(tmp_path)
    (tmp_path / "topics" / "law.yaml").write_bytes("题".encode("gb18030"))
    assert [problem.code for problem in bankfiles.read(tmp_path).problems] == ["not_yaml"]


def test_facts_that_are_incomplete_or_no_list_are_named(tmp_path):
    banks.write(tmp_path, facts=[{"id": "L04"}])
    (tmp_path / "facts" / "more.yaml").write_text("id: L05", "utf-8")
    assert [problem.code for problem in bankfiles.read(tmp_path).problems] == ["fact_incomplete", "no_facts"]


def test_an_empty_folder_is_named(tmp_path):
    assert [problem.code for problem in bankfiles.read(tmp_path).problems] == ["no_topics"]

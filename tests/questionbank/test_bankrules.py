"""Each rule for an item finds what it is there to find; the starter bank keeps them all."""

import pytest

from questionbank import bankfiles, bankrules
from tests.questionbank import banks

LONG_SOUND = (banks.STARTER / "media" / "alarm-raid-full.mp3").read_bytes()


def codes(folder, item, **parts):
    bank = bankfiles.read(banks.write(folder, [item], **parts))
    assert bank.problems == []
    return [problem.code for problem in bankrules.item_problems(bank)]


@pytest.mark.parametrize("item", [banks.SINGLE, banks.TRUE_FALSE, banks.MULTIPLE], ids=lambda item: item["kind"])
def test_a_sound_item_has_no_problems(tmp_path, item):
    assert codes(tmp_path, item) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "essay"}, "word_unknown"),
        ({"stage": "college"}, "word_unknown"),
        ({"difficulty": "terrible"}, "word_unknown"),
        ({"cognition": "create"}, "word_unknown"),
        ({"key": ["A", "B"]}, "two_keys"),
        ({"key": ["E"]}, "key_not_among_choices"),
        ({"choices": {"A": "国防", "B": "规划"}}, "choice_count"),
        ({"facts": []}, "no_facts_named"),
        ({"facts": ["L99"]}, "fact_unknown"),
        ({"facts": ["X01"]}, "fact_contested"),
        ({"citation": ""}, "no_citation"),
        ({"citation": "https://example.com/law"}, "citation_is_address"),
        ({"explanation": "因为对。"}, "explanation_length"),
        ({"explanation": "长" * 121}, "explanation_length"),
        ({"choices": {"A": "国防", "B": "规划", "C": "交通", "D": "以上都对"}}, "all_of_the_above"),
        ({"choices": {"A": "国防", "B": "规划", "C": "交通", "D": "都可以"}}, "all_of_the_above"),
        ({"choices": {"A": "国防", "B": "规划", "C": "交通", "D": "A和B"}}, "combined_choice"),
        ({"choices": {"A": "国防", "B": "城市规划的一个部分", "C": "交通", "D": "保险"}}, "choice_lengths"),
        ({"stem": "下列说法不正确的是"}, "negation_not_bold"),
        ({"stem": "哪些地方不能停留？"}, "negation_not_bold"),
        ({"stem": "![一个标志](media:none.svg)"}, "media_missing"),
        ({"stem": "![一个标志](https://example.com/a.svg)"}, "media_outside"),
        ({"stem": "![](media:sign.svg)"}, "media_without_words"),
        ({"stem": "![警报](media:raid.mp3)"}, "sound_too_long"),
        ({"stage": "primary", "stem": "《人民防空法》第二条说了什么？"}, "article_for_children"),
    ],
)
def test_each_rule_finds_its_fault(tmp_path, changes, code):
    item = banks.changed(banks.SINGLE, **changes)
    assert codes(tmp_path, item, media={"sign.svg": banks.SVG, "raid.mp3": LONG_SOUND}) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": ["X01"], "stem": "按照2025年版指南，应当怎样做？"},
        {"stem": "下列说法**不**正确的是"},
        {"stem": "高压线断落时不能迈开大步跑离，主要原因是什么？"},
        {"stem": "刮台风时，为什么不能站在广告牌下面？"},
        {"choices": {"A": "两个字", "B": "一共有九个字的选项", "C": "五个字选项", "D": "五个字答案"}},
        {"explanation": "人民防空法第二条说，人民防空是国防的组成部分；声音全长在此。![全长](media:raid.mp3)"},
    ],
)
def test_what_only_looks_like_a_fault_is_let_pass(tmp_path, changes):
    item = banks.changed(banks.SINGLE, **changes)
    assert codes(tmp_path, item, media={"sign.svg": banks.SVG, "raid.mp3": LONG_SOUND}) == []


def test_too_many_keys_are_found(tmp_path):
    choices = dict(zip("ABCDEF", ["一甲", "二乙", "三丙", "四丁", "五戊", "六己"], strict=True))
    item = banks.changed(banks.MULTIPLE, choices=choices, key=list("ABCDE"))
    assert codes(tmp_path, item) == ["choice_count", "too_many_keys"]


def test_every_item_of_the_starter_bank_keeps_every_rule():
    assert bankrules.item_problems(bankfiles.read(banks.STARTER)) == []

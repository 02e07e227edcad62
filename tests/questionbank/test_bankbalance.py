"""The mixture of a whole bank; the starter bank is the one that must keep every rule."""

from dataclasses import replace

import pytest

from questionbank import bankbalance, bankfiles
from tests.questionbank import banks


@pytest.fixture(scope="module")
def starter():
    return bankfiles.read(banks.STARTER)


def codes(bank):
    return {problem.code for problem in bankbalance.problems(bank)}


def altered(starter, change):
    """The starter bank with every item changed by a function; items for which it gives None are left out."""
    items = [changed for item in starter.items if (changed := change(item)) is not None]
    return replace(starter, items=items)


def test_the_starter_bank_keeps_every_rule(starter):
    assert bankbalance.problems(starter) == []


def test_the_starter_bank_has_what_was_asked_for(starter):
    stages = [item.stage for item in starter.items]
    assert len(stages) >= 320
    assert stages.count("primary") >= 90
    assert stages.count("junior") >= 130
    assert stages.count("senior") >= 100


def test_each_alarm_signal_is_asked_by_ear(starter):
    heard = {name for item in starter.items for name in bankbalance.by_ear(item, starter)}
    assert heard == {"alarm-sound-1.mp3", "alarm-sound-2.mp3", "alarm-sound-3.mp3"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda item: replace(item, stage="junior"), "too_few_items"),
        (lambda item: None if item.topic == "days" else item, "topic_missing"),
        (lambda item: None if item.kind == "true_false" else item, "out_of_balance"),
        (lambda item: replace(item, difficulty="hard"), "out_of_balance"),
        (lambda item: replace(item, cognition="remember"), "too_little_thinking"),
        (lambda item: replace(item, code="law-001"), "code_twice"),
        (lambda item: replace(item, stage="junior", content={**item.content, "stem": "什么？"}), "stem_twice"),
        (lambda item: replace(item, content={**item.content, "stem": "哪一项**不**正确？"}), "too_many_negations"),
        (lambda item: replace(item, content={**item.content, "stem": "什么？"}), "too_few_by_ear"),
        (lambda item: replace(item, content={**item.content, "stem": "什么？", "choices": []}), "too_few_by_picture"),
    ],
)
def test_each_rule_finds_its_fault(starter, change, code):
    assert code in codes(altered(starter, change))


def test_a_key_that_is_always_the_first_is_found(starter):
    def first(item):
        return item if item.kind != "single_choice" else replace(item, content={**item.content, "key": ["A"]})

    details = [p.detail for p in bankbalance.keys_are_balanced(altered(starter, first))]
    assert [detail[0] for detail in details] == ["A", "B", "C", "D"]


def test_statements_that_are_always_true_are_found(starter):
    def true(item):
        return item if item.kind != "true_false" else replace(item, content={**item.content, "key": ["true"]})

    (problem,) = bankbalance.keys_are_balanced(altered(starter, true))
    assert problem.detail.startswith("true")


def test_keys_that_are_always_the_longest_are_found(starter):
    def longest(item):
        key = item.content["key"][0]
        choices = [{"id": c["id"], "content": "长" * (3 if c["id"] == key else 2)} for c in item.content["choices"]]
        return replace(item, content={**item.content, "choices": choices})

    assert len(list(bankbalance.keys_are_not_the_longest(altered(starter, longest)))) == 15


def test_the_same_question_at_another_stage_is_another_question(tmp_path):
    twin = banks.changed(banks.SINGLE, code="law-009", stage="senior")
    bank = bankfiles.read(banks.write(tmp_path, [banks.SINGLE, twin]))
    assert list(bankbalance.no_stem_twice(bank)) == []


def test_only_the_sound_tells_one_listening_item_from_another(starter):
    heard = [item for item in starter.items if bankbalance.by_ear(item, starter)]
    assert len({bankbalance.asked(item) for item in heard}) > len({item.stem.split("\n")[0] for item in heard})


def test_files_and_facts_are_judged_too(tmp_path):
    facts = [*banks.FACTS, banks.FACTS[0] | {"status": "rumour"}]
    bank = bankfiles.read(banks.write(tmp_path, facts=facts, media={"a.svg": b"<svg><script/></svg>", "b.txt": b"x"}))
    found = [(problem.file, problem.code) for problem in bankbalance.loading_problems(bank)]
    assert found == [
        ("media/a.svg", "svg_not_harmless"),
        ("media/b.txt", "file_type_unknown"),
        ("law.yaml", "fact_twice"),
        ("law.yaml", "fact_twice"),
        ("law.yaml", "word_unknown"),
    ]


def test_a_topic_file_is_named_for_its_topic(tmp_path):
    bank = bankfiles.read(banks.write(tmp_path, topic="alarm"))
    assert "topic_file_name" in codes(bank)
    bank.topics.append(bank.topics[0])
    assert "topic_twice" in codes(bank)

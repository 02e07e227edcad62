"""Every code that a rule can give has words for its reader, and there are no words for nothing."""

import ast

import pytest

from questionbank import complaints
from questionbank.bankfiles import Problem
from tests.questionbank.banks import REPOSITORY

MODULES = [
    "bankfiles.py",
    "bankrules.py",
    "bankbalance.py",
    "mediafiles.py",
    "mediastore.py",
    "importing.py",
    "authoring.py",
    "interactions/choices.py",
    "interactions/single_choice.py",
    "interactions/multiple_choice.py",
    "interactions/true_false.py",
]


def texts_of(module):
    tree = ast.parse((REPOSITORY / "questionbank" / module).read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def codes_of(module):
    """First of a yielded pair, third of a Problem, keys of a table of checks, what is appended."""
    tree = ast.parse((REPOSITORY / "questionbank" / module).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            yield node.value.elts[0]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and len(node.args) > 2:
            yield node.args[2]
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "checks":
            yield from node.value.keys
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
            yield from node.args


@pytest.mark.parametrize("module", MODULES)
def test_every_code_has_its_sentence(module):
    codes = {node.value for node in codes_of(module) if isinstance(node, ast.Constant)}
    assert codes - complaints.SAYS.keys() == set()


def test_every_sentence_has_its_code():
    written = set().union(*map(texts_of, MODULES))
    assert complaints.SAYS.keys() - written == set()


@pytest.mark.parametrize("code", complaints.SAYS)
def test_every_sentence_can_be_said(code):
    assert "%" not in complaints.say(code, "甲").replace("100%", "")


def test_a_problem_is_said_with_its_place():
    said = complaints.say_where(Problem("law.yaml", "law-001", "fact_unknown", "L99"))
    assert said.startswith("law.yaml law-001: ")
    assert "L99" in said
    assert complaints.say_where(Problem("", "", "too_few_items", "x")).startswith("整个题库: ")

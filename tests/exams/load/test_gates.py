"""What a run must keep to have passed."""

import copy
from typing import Any

import pytest

from exams.load import gates
from tests.reports.measured import MEASURED


def figures(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(MEASURED) | changes


def failing(measured: dict[str, Any]) -> list[str]:
    return [gate.word for gate in gates.of(measured) if not gate.holds]


def test_a_run_in_order_passes() -> None:
    assert gates.passed(gates.of(figures()))


@pytest.mark.parametrize("name", ["missing", "different", "not_counted", "strange"])
def test_one_entry_lost_fails_it(name: str) -> None:
    measured = figures()
    measured["verdict"][name] = 1
    assert failing(measured) == ["lost"]


def test_one_error_shown_fails_it_and_one_tried_again_does_not() -> None:
    assert failing(figures(shown={"save 409 conflict": 1})) == ["shown"]
    assert failing(figures(retried={"save 503 busy": 5000})) == []


def test_one_student_who_did_not_hand_in_fails_it() -> None:
    measured = figures()
    measured["verdict"]["states"] = {"scored": 98, "submitted": 1, "active": 1}
    assert failing(measured) == ["not_handed_in"]


def test_slowness_fails_it() -> None:
    measured = figures()
    measured["took"]["started"]["p99"] = 2001
    measured["took"]["saved"]["p99"] = 1001
    assert failing(measured) == ["start_p99", "saved_p99"]


def test_the_cost_of_an_exam_counts_where_many_share_what_runs_anyway() -> None:
    assert "cpu" not in {gate.word for gate in gates.of(figures())}
    dear = figures(students=50_000, cpu={"lane": 1000.0, "database": 500.0})
    dear["verdict"]["states"] = {"scored": 50_000}
    assert failing(dear) == ["cpu"]
    assert failing(dear | {"tls": True}) == []
    dear["cpu"]["door"] = 1.0
    assert failing(dear | {"tls": True}) == ["cpu"]


def test_memory_is_the_most_that_was_ever_held() -> None:
    measured = figures()
    measured["samples"][2]["memory"] = {"lane": 900, "door": 200}
    assert failing(measured) == ["memory"]
    assert failing(measured | {"tls": True}) == []
    measured["samples"][2]["memory"] = {"lane": 900, "door": 700}
    assert failing(measured | {"tls": True}) == ["memory"]

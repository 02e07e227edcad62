"""Filling a blueprint: parallel papers, or an exact account of what is missing."""

from decimal import Decimal

import pytest

from exams import assembly
from exams.models import Blueprint, BlueprintCell, Exam
from tests import world as cast
from tests.world import NOW, World


def blueprint(world: World, *cells: dict[str, object]) -> Blueprint:
    plan = Blueprint.objects.create(organization=world.city, title="方案", stage="junior")
    for cell in cells:
        BlueprintCell.objects.create(blueprint=plan, **({"kind": "single_choice", "count": 2, "points": 2} | cell))
    return plan


def exam_of(world: World, plan: Blueprint) -> Exam:
    return Exam.objects.create(
        organization=world.city, title="测评", blueprint=plan, stage="junior", basis="依据", created_at=NOW
    )


def test_papers_hold_what_the_cells_say(world: World) -> None:
    for _ in range(4):
        cast.make_item(world.city, "single_choice")
        cast.make_item(world.city, "true_false")
    plan = blueprint(world, {"count": 3, "points": "2.5"}, {"kind": "true_false", "count": 2, "points": 1})
    papers = assembly.assemble(exam_of(world, plan), 2, seed=1, now=NOW)
    for paper in papers:
        assert paper.item_count == 5
        assert paper.max_score == Decimal("9.5")
        kinds = [slot["kind"] for section in paper.content["sections"] for slot in section["slots"]]
        assert kinds == ["single_choice"] * 3 + ["true_false"] * 2


def test_parallel_papers_share_as_few_items_as_the_bank_allows(world: World) -> None:
    for _ in range(6):
        cast.make_item(world.city)
    plan = blueprint(world, {"count": 3})
    first, second = assembly.assemble(exam_of(world, plan), 2, seed=1, now=NOW)
    versions = [set(paper.slots.values_list("item_version", flat=True)) for paper in (first, second)]
    assert not versions[0] & versions[1]


def test_a_cell_the_bank_cannot_fill_is_named_with_what_it_lacks(world: World) -> None:
    cast.make_item(world.city)
    plan = blueprint(world, {"count": 3}, {"kind": "multiple_choice", "count": 1})
    with pytest.raises(assembly.NotEnoughItems) as refusal:
        assembly.assemble(exam_of(world, plan), 1, seed=1, now=NOW)
    lacking = {(s.cell.kind, s.wanted, s.found) for s in refusal.value.shortages}
    assert lacking == {("single_choice", 3, 1), ("multiple_choice", 1, 0)}
    assert {(s.wanted, s.found) for s in assembly.shortages(plan)} == {(3, 1), (1, 0)}


def test_nothing_is_written_when_a_later_paper_cannot_be_filled(world: World) -> None:
    plan = blueprint(world, {"count": 1})
    exam = exam_of(world, plan)
    with pytest.raises(assembly.NotEnoughItems):
        assembly.assemble(exam, 2, seed=1, now=NOW)
    assert exam.papers.count() == 0


def test_narrow_cells_choose_before_wide_ones(world: World) -> None:
    rare = cast.make_topic("rare", "少见")
    cast.make_item(world.city, topic=rare, difficulty="hard")
    cast.make_item(world.city)
    plan = blueprint(world, {"count": 1}, {"count": 1, "topic": rare, "difficulty": "hard"})
    assert assembly.shortages(plan) == []


def test_only_published_items_of_the_stage_are_drawn(world: World) -> None:
    cast.make_item(world.city, state="draft")
    cast.make_item(world.city, stage="senior")
    assert [s.found for s in assembly.shortages(blueprint(world, {"count": 1}))] == [0]


def test_an_empty_blueprint_is_refused(world: World) -> None:
    with pytest.raises(assembly.EmptyBlueprint):
        assembly.assemble(exam_of(world, blueprint(world)), 1, seed=1, now=NOW)


def test_the_same_seed_draws_the_same_paper(world: World) -> None:
    for _ in range(5):
        cast.make_item(world.city)
    plan = blueprint(world, {"count": 3})
    one, two = (assembly.assemble(exam_of(world, plan), 1, seed=9, now=NOW)[0] for _ in range(2))
    assert one.sha256 == two.sha256

"""Saving blueprints, exams and sittings, drawing papers, releasing: what the rules allow, and the traces of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from exams import assembly, planning, scheduling
from exams.models import Attempt, Blueprint, BlueprintCell, Exam, Paper, Room, Sitting
from schools.models import AuditEntry
from tests import world as cast
from tests.world import NOW, World


def make_cell(**changes: object) -> BlueprintCell:
    return BlueprintCell(**{"kind": "single_choice", "count": 1, "points": Decimal(2)} | changes)


def make_blueprint(world: World, *cells: BlueprintCell) -> Blueprint:
    blueprint = Blueprint(organization=world.city, title="初中细目表", stage="junior")
    return planning.save_blueprint(blueprint, cells or [make_cell()], by=world.city_admin, now=NOW)


def make_planned(world: World, items: int = 3, **changes: object) -> Exam:
    for _ in range(items):
        cast.make_item(world.city)
    exam = Exam(organization=world.city, title="测评", stage="junior", basis="依据", blueprint=make_blueprint(world))
    for name, value in changes.items():
        setattr(exam, name, value)
    planning.save_exam(exam, by=world.city_admin, now=NOW)
    return exam


def draw(world: World, exam: Exam, count: int = 2) -> list[Paper]:
    return planning.draw_papers(exam, count, by=world.city_admin, now=NOW)


def acts() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "object_kind", "reason"))


def test_a_blueprint_is_stored_with_exactly_the_cells_given_in_their_order(world: World) -> None:
    blueprint = make_blueprint(world, make_cell(count=3), make_cell(kind="true_false"))
    planning.save_blueprint(blueprint, [make_cell(kind="multiple_choice"), make_cell()], by=world.city_admin, now=NOW)
    assert [cell.kind for cell in blueprint.cells.all()] == ["multiple_choice", "single_choice"]


def test_an_exam_remembers_who_planned_it_and_when(world: World) -> None:
    exam = make_planned(world)
    assert (exam.created_by, exam.created_at) == (world.city_admin, NOW)
    assert acts() == [("blueprint:edit", "blueprint", "save"), ("exam:plan", "exam", "save")]


def test_papers_are_drawn_and_drawn_anew_while_nobody_has_a_seat(world: World) -> None:
    exam = make_planned(world)
    first = {paper.pk for paper in draw(world, exam)}
    assert {paper.number for paper in draw(world, exam, 3)} == {1, 2, 3}
    assert not Paper.objects.filter(pk__in=first).exists()


def test_papers_that_seats_were_given_with_are_never_replaced(world: World) -> None:
    exam = make_planned(world)
    draw(world, exam)
    cast.make_sitting(world, exam)
    kept = set(exam.papers.values_list("sha256", flat=True))
    with pytest.raises(planning.PapersInUse):
        draw(world, exam)
    assert set(exam.papers.values_list("sha256", flat=True)) == kept


def test_a_blueprint_the_bank_cannot_fill_leaves_the_old_papers_as_they_were(world: World) -> None:
    exam = make_planned(world)
    draw(world, exam)
    planning.save_blueprint(exam.blueprint, [make_cell(count=9)], by=world.city_admin, now=NOW)
    with pytest.raises(assembly.NotEnoughItems) as refusal:
        draw(world, exam)
    assert [(one.wanted, one.found) for one in refusal.value.shortages] == [(9, 3)]
    assert exam.papers.count() == 2


@pytest.mark.parametrize(("field", "value"), [("title", "新名"), ("scoring_policy", "all_or_nothing")])
def test_a_change_of_what_stands_on_the_papers_discards_them(world: World, field: str, value: str) -> None:
    exam = make_planned(world)
    draw(world, exam)
    setattr(exam, field, value)
    assert planning.save_exam(exam, by=world.city_admin, now=NOW) is True
    assert not exam.papers.exists()


def test_a_change_of_the_release_rule_keeps_the_papers(world: World) -> None:
    exam = make_planned(world)
    draw(world, exam)
    exam.release_rule = "manual"
    assert planning.save_exam(exam, by=world.city_admin, now=NOW) is False
    assert exam.papers.count() == 2


@pytest.mark.parametrize(
    ("field", "value"), [("title", "新名"), ("scoring_policy", "all_or_nothing"), ("shuffle_slots", False)]
)
def test_what_students_papers_are_made_of_stands_once_seats_are_given(world: World, field: str, value: object) -> None:
    exam = make_planned(world)
    draw(world, exam)
    cast.make_sitting(world, exam)
    setattr(exam, field, value)
    with pytest.raises(planning.PapersInUse):
        planning.save_exam(exam, by=world.city_admin, now=NOW)
    assert getattr(Exam.objects.get(pk=exam.pk), field) != value


def test_results_are_released_by_hand_once_and_the_first_time_stands(world: World) -> None:
    exam = make_planned(world, release_rule="manual")
    planning.release(exam, by=world.city_admin, now=NOW)
    assert planning.release(exam, by=world.city_admin, now=NOW + timedelta(days=1)).released_at == NOW
    assert acts().count(("exam:release", "exam", "")) == 1


def test_an_exam_that_releases_itself_is_not_released_by_hand(world: World) -> None:
    with pytest.raises(planning.NotManual):
        planning.release(make_planned(world), by=world.city_admin, now=NOW)


def plan_sitting(world: World, **changes: object) -> Sitting:
    exam = make_planned(world)
    draw(world, exam)
    return cast.make_sitting(world, exam, fix=False, **changes)


def test_before_the_roster_is_fixed_everything_about_a_sitting_may_change(world: World) -> None:
    sitting = plan_sitting(world)
    sitting.grade = 7
    planning.save_sitting(sitting, [world.class_71], by=world.school_admin, now=NOW)
    assert list(sitting.organizations.all()) == [world.class_71]


def test_once_the_roster_is_fixed_places_and_grade_stand_and_times_may_still_move(world: World) -> None:
    start = NOW + timedelta(hours=1)
    sitting = plan_sitting(world, opens_at=start, starts_at=start, closes_at=start + timedelta(hours=2))
    planning.fix_roster(sitting, by=world.school_admin, now=NOW)
    with pytest.raises(planning.RosterFixed):
        planning.save_sitting(sitting, [world.class_71], by=world.school_admin, now=NOW)
    sitting.closes_at = NOW + timedelta(hours=4)
    planning.save_sitting(sitting, [world.north], by=world.school_admin, now=NOW)
    assert Sitting.objects.get().closes_at == NOW + timedelta(hours=4)


def test_once_a_sitting_has_opened_or_somebody_is_in_its_times_stand(world: World) -> None:
    sitting = cast.make_sitting(world)
    with pytest.raises(planning.AlreadyOpen):
        planning.save_sitting(sitting, [world.north], by=world.school_admin, now=NOW)
    cast.set_state(cast.attempt_of(sitting, world.ben), "entered")
    assert not planning.changeable(sitting, NOW - timedelta(hours=1))
    assert not planning.changeable(sitting, NOW)


def test_fixing_a_roster_is_remembered_with_its_number(world: World) -> None:
    assert planning.fix_roster(plan_sitting(world), by=world.school_admin, now=NOW) == 2
    assert acts()[-1] == ("sitting:schedule", "sitting", "roster 2")


def test_a_refused_roster_is_not_remembered(world: World) -> None:
    sitting = plan_sitting(world, grade=9)
    before = acts()
    with pytest.raises(scheduling.EmptyRoster):
        planning.fix_roster(sitting, by=world.school_admin, now=NOW)
    assert acts() == before


def test_a_sitting_is_taken_back_with_its_seats_while_nobody_is_in(world: World) -> None:
    sitting = cast.make_sitting(world, opens_at=NOW + timedelta(minutes=5), starts_at=NOW + timedelta(minutes=10))
    planning.withdraw(sitting, by=world.school_admin, now=NOW)
    assert not Sitting.objects.exists()
    assert not Room.objects.exists()
    assert not Attempt.objects.exists()


def test_a_sitting_that_is_open_is_not_taken_back(world: World) -> None:
    with pytest.raises(planning.AlreadyOpen):
        planning.withdraw(cast.make_sitting(world), by=world.school_admin, now=NOW)
    assert Attempt.objects.count() == 2


def test_a_roster_is_foreseen_without_changing_anything(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False, organizations=[world.city, world.north])
    assert scheduling.expected(sitting) == (2, 3, 0)
    cast.make_sitting(world, sitting.exam, title="第二场")
    assert scheduling.expected(sitting).again_count == 2
    assert not sitting.rooms.exists()


def test_grades_one_and_two_are_on_no_roster_even_when_all_grades_sit(world: World) -> None:
    school = cast.make_school(world.north_county, "北小（示例）", ("primary",))
    for entry_year in (2026, 2025, 2024):
        cast.make_student(cast.make_class(school, 1, entry_year, "primary"), f"{entry_year}级生")
    exam = cast.make_exam(world, [cast.make_item(world.city, stage="primary")], stage="primary")
    sitting = cast.make_sitting(world, exam, organizations=[school])
    assert [attempt.student.name for attempt in sitting.attempts.all()] == ["2024级生"]


def test_a_city_may_decide_otherwise(world: World, settings: cast.Any) -> None:
    settings.EXAM_LOWEST_GRADE = 1
    school = cast.make_school(world.north_county, "北小（示例）", ("primary",))
    cast.make_student(cast.make_class(school, 1, 2026, "primary"), "一年级生")
    exam = cast.make_exam(world, [cast.make_item(world.city, stage="primary")], stage="primary")
    assert cast.make_sitting(world, exam, organizations=[school]).attempts.count() == 1


def test_what_stands_on_a_paper_is_in_the_papers_language_whoever_draws_it(world: World) -> None:
    exam = make_planned(world)
    with translation.override("en"):
        paper, _other = draw(world, exam)
    assert paper.content["sections"][0]["title"] == "一、单项选择题"

"""Findings are found out of date by themselves, computed, stored, and added up the tree."""

from datetime import timedelta

import pandas as pd
import pytest
from django.core.management import call_command

from exams import delivery, scheduling, scoring
from reports import findings, frames
from reports.models import Freshness, ItemFinding, PaperFinding, Summary
from tests import world as cast
from tests.reports.sheets import CLOSED, LATER, add_class, sat_exam, sit
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def summary(exam: object, organization: object) -> Summary:
    return Summary.objects.get(exam=exam, organization=organization)


def test_every_level_from_class_to_city_has_its_summary(world: World) -> None:
    exam = sat_exam(world).exam
    assert findings.refresh_due(CLOSED) == 1
    rows = {row.organization_id: row for row in Summary.objects.filter(exam=exam)}
    places = [world.class_71, world.class_72, world.south_71, world.north, world.south]
    assert set(rows) == {one.pk for one in [*places, world.north_county, world.south_county, world.city]}
    city = rows[world.city.pk]
    assert (city.rostered_count, city.participant_count, city.absent_count) == (4, 3, 1)
    assert city.mean_percent == pytest.approx((100 + 50 + 25) / 3)
    assert city.standard_deviation == pytest.approx(pd.Series([100, 50, 25]).std(ddof=0))
    assert city.level_counts == {"excellent": 1, "good": 0, "pass": 0, "learn_again": 2}
    assert city.bins == [0, 0, 1, 0, 0, 1, 0, 0, 0, 1]
    assert sum(topic["earned"] for topic in city.topics) == 8 + 4 + 2
    assert sum(topic["possible"] for topic in city.topics) == 24


def test_a_class_where_nobody_came_is_there_without_a_mean(world: World) -> None:
    exam = sat_exam(world).exam
    findings.refresh_due(CLOSED)
    row = summary(exam, world.class_72)
    assert (row.rostered_count, row.participant_count, row.absent_count, row.mean_percent) == (1, 0, 1, None)


def test_before_the_close_those_who_are_still_to_come_are_not_absent(world: World) -> None:
    sitting = sat_exam(world)
    findings.refresh_due(LATER)
    row = summary(sitting.exam, world.class_72)
    assert (row.absent_count, row.open_count) == (0, 1)
    assert findings.refresh_due(LATER + SECOND) == 0
    assert findings.refresh_due(CLOSED) == 1
    assert summary(sitting.exam, world.class_72).absent_count == 1


def test_nothing_is_computed_twice_and_asking_is_cheap(world: World, django_assert_num_queries: object) -> None:
    sat_exam(world)
    findings.refresh_due(CLOSED)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert findings.refresh_due(CLOSED + SECOND) == 0


def test_only_the_class_that_changed_is_computed_again(world: World) -> None:
    sitting = sat_exam(world)
    findings.refresh_due(CLOSED)
    delivery.void(cast.attempt_of(sitting, world.cleo), by=None, why="掉线", now=CLOSED + SECOND)
    assert findings.refresh_classes(sitting.exam, CLOSED + SECOND) == [world.class_71.pk]
    row = summary(sitting.exam, world.class_71)
    assert (row.rostered_count, row.participant_count, row.mean_percent) == (1, 1, 100.0)
    assert summary(sitting.exam, world.city).participant_count == 2


def test_voiding_reopening_and_scoring_again_are_noticed(world: World) -> None:
    sitting = sat_exam(world)
    findings.refresh_due(CLOSED)
    later = CLOSED + timedelta(minutes=5)
    delivery.reopen(cast.attempt_of(sitting, world.ben), 5, by=None, why="误交", now=later)
    assert findings.refresh_due(later) == 1
    assert summary(sitting.exam, world.class_71).participant_count == 1
    later += timedelta(minutes=5)
    scoring.score_sitting(sitting, later, again=True)
    assert findings.refresh_due(later) == 1


def test_results_that_come_while_findings_are_computed_are_found_the_next_time(world: World) -> None:
    """What counts as seen is read before the results."""
    sitting = sat_exam(world)
    original = frames.touched

    def touched_while_another_class_is_scored(exam: object, classes: object) -> list[int]:
        scoring.score_sitting(sitting, CLOSED, again=True)
        return original(exam, classes)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "touched", touched_while_another_class_is_scored)
        findings.refresh_classes(sitting.exam, CLOSED)
    assert findings.refresh_due(CLOSED + timedelta(minutes=1)) == 1


def test_what_took_long_rests_ten_times_as_long(world: World) -> None:
    sitting = sat_exam(world)
    findings.refresh_due(CLOSED)
    Freshness.objects.update(classes_ms=4000, whole_ms=9000)
    scoring.score_sitting(sitting, CLOSED, again=True)
    assert findings.refresh_due(CLOSED + timedelta(seconds=39)) == 0
    assert findings.refresh_due(CLOSED + timedelta(seconds=41)) == 1
    known = Freshness.objects.get()
    assert known.classes_version > known.whole_version
    assert findings.refresh_due(CLOSED + timedelta(seconds=91)) == 1
    known.refresh_from_db()
    assert known.classes_version == known.whole_version


def test_rehearsals_have_no_findings(world: World) -> None:
    exam = cast.make_exam(world, rehearsal=True)
    sitting = cast.make_sitting(world, exam)
    sit(cast.attempt_of(sitting, world.ben), 3)
    scoring.score_sitting(sitting, CLOSED)
    assert findings.refresh_due(CLOSED) == 0
    findings.refresh_classes(exam, CLOSED, every=True)
    findings.refresh_whole(exam, CLOSED)
    assert not Summary.objects.exists()
    assert not ItemFinding.objects.exists()


def test_a_make_up_sitting_counts_a_student_once(world: World) -> None:
    """Cleo missed the first sitting and sits the second with the class next door."""
    exam = cast.make_exam(world)
    first = cast.make_sitting(world, exam)
    sit(cast.attempt_of(first, world.ben), 4)
    scoring.score_sitting(first, CLOSED)
    findings.refresh_due(CLOSED)
    assert summary(exam, world.class_71).absent_count == 1
    after = CLOSED + timedelta(days=1)
    dora = cast.make_student(world.class_72, "丁小洲")
    second = cast.make_sitting(
        world, exam, organizations=[world.class_72], opens_at=CLOSED, starts_at=after, closes_at=after + SECOND * 60
    )
    walk_in = scheduling.admit_walk_in(cast.room_of(second, world.class_72), world.cleo, by=world.ada, now=after)
    sit(walk_in, 2, now=after)
    scoring.score_sitting(second, after)
    findings.refresh_due(after + SECOND * 61)
    of_71, of_72, north = (summary(exam, one) for one in (world.class_71, world.class_72, world.north))
    assert (of_71.rostered_count, of_71.absent_count) == (1, 0)
    assert (of_72.rostered_count, of_72.participant_count, of_72.absent_count) == (2, 1, 1)
    assert (north.rostered_count, north.participant_count) == (3, 2)
    assert dora.attempts.count() == 1


def test_items_of_a_class_and_of_the_whole_exam(world: World) -> None:
    exam = sat_exam(world).exam
    findings.refresh_due(CLOSED)
    whole = list(ItemFinding.objects.filter(exam=exam).whole().order_by("item_version__slots__slot"))
    assert [round(one.facility, 3) for one in whole] == [1.0, 0.667, 0.333, 0.333]
    first, second = whole[0], whole[1]
    assert first.choice_counts == {"A": 3, "B": 0, "C": 0, "D": 0, "": 0}
    assert second.choice_counts["A"] == 2
    assert second.participant_count == 3
    assert first.discrimination is None
    assert second.discrimination == pytest.approx(pd.Series([2, 2, 0]).corr(pd.Series([6, 2, 2])))
    last = whole[3]
    assert last.choice_counts == {"true": 1, "false": 0, "": 2}
    class_71 = ItemFinding.objects.filter(exam=exam, organization=world.class_71)
    assert sorted(one.facility for one in class_71) == [0.5, 0.5, 1.0, 1.0]
    assert not ItemFinding.objects.filter(exam=exam, organization=world.class_72).exists()


def test_an_item_on_two_papers_is_counted_in_its_own_letters(world: World) -> None:
    items = [cast.make_item(world.city, kind) for kind in ("single_choice", "single_choice", "true_false")]
    exam = cast.make_exam(world, items, papers=2)
    sitting = cast.make_sitting(world, exam)
    for student in (world.ben, world.cleo):
        sit(cast.attempt_of(sitting, student), 3)
    assert sitting.attempts.values("paper").distinct().count() == 2
    scoring.score_sitting(sitting, CLOSED)
    findings.refresh_due(CLOSED)
    for one in ItemFinding.objects.filter(exam=exam, item_version__item__kind="single_choice"):
        assert one.choice_counts["A"] == one.participant_count == 2
    assert PaperFinding.objects.filter(paper__exam=exam).count() == 2


def test_papers_have_alpha_and_standard_error(world: World) -> None:
    exam = sat_exam(world).exam
    findings.refresh_due(CLOSED)
    found = PaperFinding.objects.get(paper__exam=exam)
    scores = pd.DataFrame([[2, 2, 2, 2], [2, 2, 0, 0], [2, 0, 0, 0]])
    alpha = 4 / 3 * (1 - scores.var().sum() / scores.sum(axis=1).var())
    assert found.alpha == pytest.approx(alpha)
    assert found.mean_score == pytest.approx(14 / 3)
    assert found.standard_error == pytest.approx(scores.sum(axis=1).std(ddof=0) * (1 - alpha) ** 0.5)


def test_the_command_computes_what_changed_or_everything(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    sat_exam(world)
    call_command("refresh_findings")
    call_command("refresh_findings")
    call_command("refresh_findings", "--every")
    assert capsys.readouterr().out.splitlines() == [
        "1 exam(s) computed",
        "0 exam(s) computed",
        "1 exam(s) computed",
    ]


def test_sums_up_the_tree_equal_one_count_over_everybody(world: World) -> None:
    """Four classes in two schools, added from their summaries, against pandas over all sheets at once."""
    for school, number in ((world.north, 3), (world.south, 3)):
        add_class(world, school, number, 9)
    sitting = cast.make_sitting(world, organizations=[world.city])
    for index, attempt in enumerate(sitting.attempts.order_by("pk")):
        sit(attempt, index % 5)
    scoring.score_sitting(sitting, CLOSED)
    findings.refresh_due(CLOSED)
    people = frames.read(sitting.exam, CLOSED).people
    city = summary(sitting.exam, world.city)
    assert city.participant_count == len(people) == 21
    assert city.mean_percent == pytest.approx(people["percent"].mean())
    assert city.standard_deviation == pytest.approx(people["percent"].std(ddof=0))
    assert sum(city.bins) == 21
    assert city.updated_at > NOW

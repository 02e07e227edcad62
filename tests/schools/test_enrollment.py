"""Into a class, into another, out of it; every act with its trace."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools import browsing, enrollment
from schools.models import AuditEntry, Enrollment, Student
from tests import world as cast
from tests.world import NOW, World


def test_a_new_student_is_enrolled_from_today_and_it_is_remembered_by_id_only(world: World) -> None:
    student = enrollment.enroll(world.class_72, code="N0799", name="新同学", by=world.school_admin, now=NOW)
    (seat,) = student.enrollments.all()
    assert (seat.organization, seat.since, seat.until) == (world.class_72, NOW.date(), None)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_ids, entry.reason) == ("roster:manage", [student.pk], "enroll")


def test_a_code_in_use_is_refused(world: World) -> None:
    with pytest.raises(enrollment.CodeTaken):
        enrollment.enroll(world.class_72, code="N0701", name="本小江", by=world.school_admin, now=NOW)
    assert world.ben.enrollments.count() == 1


def test_somebody_who_had_left_comes_back_under_the_same_code_and_name(world: World) -> None:
    enrollment.leave(world.ben, by=world.school_admin, now=NOW)
    with pytest.raises(enrollment.CodeTaken):
        enrollment.enroll(world.class_72, code="N0701", name="别人", by=world.school_admin, now=NOW)
    assert enrollment.enroll(world.class_72, code="N0701", name="本小江", by=world.school_admin, now=NOW) == world.ben
    assert world.ben.enrollments.current().get().organization == world.class_72


def test_moving_ends_one_enrollment_and_begins_another_on_the_same_day(world: World) -> None:
    enrollment.move(world.ben, world.class_72, by=world.school_admin, now=NOW)
    seats = {seat.organization: (seat.since, seat.until) for seat in world.ben.enrollments.all()}
    assert seats == {
        world.class_71: (cast.SCHOOL_YEAR_BEGAN, NOW.date()),
        world.class_72: (NOW.date(), None),
    }


def test_moving_into_the_own_class_is_refused_and_changes_nothing(world: World) -> None:
    with pytest.raises(enrollment.SameClass):
        enrollment.move(world.ben, world.class_71, by=world.school_admin, now=NOW)
    assert world.ben.enrollments.get().until is None


def test_a_corrected_name_is_remembered_without_the_name(world: World) -> None:
    enrollment.rename(world.ben, "本小疆", by=world.school_admin, now=NOW)
    assert Student.objects.get(pk=world.ben.pk).name == "本小疆"
    assert [entry.reason for entry in AuditEntry.objects.all()] == ["rename"]


def test_a_search_finds_by_the_codes_beginning_and_by_part_of_the_name_within_reach_only(world: World) -> None:
    def found(text: str) -> list[str]:
        return [one.student.name for one in enrollment.search(text, by=world.school_admin, now=NOW)]

    assert found("n07") == ["本小江", "柯小海"]
    assert found("小海") == ["柯小海"]
    assert found("S07") == found("欧") == found("%") == []


def test_a_search_remembers_whom_it_showed(world: World) -> None:
    enrollment.search("小", by=world.ada, now=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, set(entry.object_ids)) == ("student:view", {world.ben.pk, world.cleo.pk})


def test_who_moved_away_is_no_longer_within_reach_of_the_old_teacher(world: World) -> None:
    enrollment.move(world.ben, world.south_71, by=world.city_admin, now=NOW)
    assert world.ben not in enrollment.within_reach(world.ada, "student:view")
    assert world.ben in enrollment.within_reach(world.olga, "student:view")
    assert enrollment.search("N0701", by=world.ada, now=NOW) == []


def test_the_counts_of_a_citys_children_take_three_queries_and_are_right(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = {row.organization: row[1:] for row in browsing.rows(world.city)}
    assert rows == {world.north_county: (1, 2, 2), world.south_county: (1, 1, 1)}
    assert len(queries) == 3


def test_those_who_left_are_not_counted(world: World) -> None:
    Enrollment.objects.filter(student=world.ben).update(until=NOW.date() - timedelta(days=1))
    assert browsing.student_count(world.north) == 1


def test_a_view_begins_at_the_highest_places_of_a_person(world: World) -> None:
    both = cast.make_user("both", cast.Role.TEACHER, world.class_71)
    cast.Membership.objects.create(user=both, organization=world.north, role="school_admin")
    cast.Membership.objects.create(user=both, organization=world.south_71, role="teacher")
    assert browsing.tops(both, "organization:view") == [world.north, world.south_71]


def test_only_schools_of_the_stage_are_offered_under_their_county(world: World) -> None:
    cast.make_school(world.north_county, "小学校（示例）", ("primary",))
    offered = browsing.branches(world.city_admin, "organization:view", "junior")
    assert {branch.organization: [school.organization for school in branch.schools] for branch in offered} == {
        world.north_county: [world.north],
        world.south_county: [world.south],
    }
    assert all(branch.offered for branch in offered)


def test_a_school_chooses_among_its_classes_and_not_its_county(world: World) -> None:
    (branch,) = browsing.branches(world.school_admin, "sitting:schedule", "junior")
    assert (branch.organization, branch.offered) == (world.north_county, False)
    assert branch.schools == [(world.north, [world.class_71, world.class_72])]


def test_classes_that_are_chosen_are_listed_and_the_others_are_left_for_later(world: World) -> None:
    chosen = [str(world.south_71.pk), "x", "٣"]
    north, south = browsing.branches(world.city_admin, "sitting:schedule", "junior", chosen)
    assert north.schools == [(world.north, None)]
    assert south.schools == [(world.south, [world.south_71])]

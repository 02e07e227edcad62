"""What one may not see does not exist."""

import pytest
from django.contrib.auth.models import AnonymousUser

from schools.models import Enrollment, Organization, Student
from schools.scoping import holds
from tests.world import World


def test_a_role_holds_in_everything_below_and_nowhere_else(world: World) -> None:
    seen = Organization.objects.visible_to(world.county_admin, "organization:view")
    assert set(seen) == {world.north_county, world.north, world.class_71, world.class_72}


def test_a_teacher_sees_the_students_of_her_class_only(world: World) -> None:
    assert set(Student.objects.visible_to(world.ada, "student:view")) == {world.ben, world.cleo}
    assert set(Student.objects.visible_to(world.olga, "student:view")) == {world.otto}


def test_the_city_sees_all(world: World) -> None:
    assert Enrollment.objects.visible_to(world.city_admin, "student:view").count() == 3


def test_nobody_without_the_permission_sees_anything(world: World) -> None:
    assert not Student.objects.visible_to(world.author, "student:view").exists()
    assert not Student.objects.visible_to(AnonymousUser(), "student:view").exists()


def test_an_inactive_person_holds_nothing(world: World) -> None:
    world.ada.is_active = False
    assert not holds(world.ada, "room:view")
    assert not Student.objects.visible_to(world.ada, "student:view").exists()


def test_a_misspelled_permission_is_an_error_not_an_empty_page(world: World) -> None:
    with pytest.raises(KeyError):
        Student.objects.visible_to(world.ada, "student:veiw").exists()

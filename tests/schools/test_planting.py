"""The demonstration city: complete, invented, the same for the same seed."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from schools import planting
from schools.models import Enrollment, Membership, Organization, Student, User
from schools.roles import Role

DAY = date(2026, 11, 23)


def snapshot() -> list[tuple[object, ...]]:
    return list(Student.objects.order_by("student_code").values_list("student_code", "name"))


@pytest.fixture
def city(db: None) -> Organization:
    return planting.plant(480, 7, DAY, "a password for tests")


def test_the_city_has_seven_counties_a_zone_and_24_schools_over_all_of_them(city: Organization) -> None:
    kinds = Organization.objects.values_list("kind", flat=True)
    assert (list(kinds).count("county"), list(kinds).count("zone"), list(kinds).count("school")) == (7, 1, 24)
    places = Organization.objects.filter(kind__in=["county", "zone"])
    assert all(Organization.objects.below(place).of_kind("school").exists() for place in places)


def test_every_school_is_marked_as_invented(city: Organization) -> None:
    names = list(Organization.objects.of_kind("school").values_list("name", flat=True))
    assert all(name.endswith("（示例）") for name in names)
    assert len(set(names)) == len(names)


def test_codes_are_those_of_the_standard_with_their_history(city: Organization) -> None:
    chongchuan = Organization.objects.get(code="320613")
    assert chongchuan.name == "崇川区"
    assert {"320602", "320611"} <= set(chongchuan.aliases)


def test_a_zone_lies_in_a_county_that_is_not_its_parent(city: Organization) -> None:
    zone = Organization.objects.get(kind="zone")
    assert Organization.objects.get_parent(zone) == city
    assert zone.geographic_county is not None
    assert zone.geographic_county.code == "320613"
    school = Organization.objects.below(zone).of_kind("school")[0]
    assert school.geographic_county == zone.geographic_county


def test_all_stages_nine_year_and_full_secondary_schools_are_there(city: Organization) -> None:
    shapes = {tuple(stages) for stages in Organization.objects.of_kind("school").values_list("stages", flat=True)}
    assert {("primary",), ("junior",), ("senior",), ("primary", "junior"), ("junior", "senior")} <= shapes


def test_every_student_is_in_one_class_of_grade_3_or_above(city: Organization) -> None:
    assert Student.objects.count() == Enrollment.objects.current().count() == 480
    classes = Organization.objects.of_kind("class")
    assert all((one.grade(DAY) or 0) >= 3 for one in classes)
    assert all(one.stage in Organization.objects.get_parent(one).stages for one in classes)


def test_every_role_and_every_class_has_somebody(city: Organization) -> None:
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    taught = Membership.objects.filter(role=Role.TEACHER).values_list("organization", flat=True)
    assert set(taught) == set(Organization.objects.of_kind("class").values_list("pk", flat=True))
    assert User.objects.get(username="teacher").check_password("a password for tests")


def test_the_same_seed_plants_the_same_city(city: Organization) -> None:
    first = snapshot()
    Enrollment.objects.all().delete()
    Student.objects.all().delete()
    Membership.objects.all().delete()
    User.objects.all().delete()
    Organization.objects.filter(kind="zone").update(geographic_county=None)
    Organization.objects.update(geographic_county=None)
    Organization.objects.all().delete()
    planting.plant(480, 7, DAY, "a password for tests")
    assert snapshot() == first


def test_a_city_is_never_planted_on_top_of_another(city: Organization) -> None:
    with pytest.raises(planting.CityExists):
        planting.plant(480, 8, DAY, "x")
    with pytest.raises(CommandError):
        call_command("demo_city")
    assert Student.objects.count() == 480


@pytest.mark.parametrize("count", [24, 2400, 50_000, 200_000])
def test_a_plan_seats_everybody_in_classes_of_ordinary_size(count: int) -> None:
    plan = planting.plan(count)
    assert count / (plan.school_count * plan.classes_per_school) <= 50

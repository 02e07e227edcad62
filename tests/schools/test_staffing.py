"""Appointing, dismissing, new passwords: nobody reaches above the own office."""

import pytest

from schools import staffing
from schools.models import AuditEntry, Membership, Organization, User
from schools.roles import GRANTS, MAY_APPOINT, PLACES, Role
from tests.world import NOW, World, make_user


def appoint(world: World, by: User, role: Role, at: Organization, username: str = "fresh") -> staffing.Appointment:
    return staffing.appoint(username=username, name="新人", role=role, organization=at, by=by, now=NOW)


def test_everybody_who_manages_staff_appoints_somebody_and_every_role_has_a_place() -> None:
    assert {role for role in Role if "staff:manage" in GRANTS[role]} == set(MAY_APPOINT)
    assert set(PLACES) == set(Role)


def test_a_new_person_gets_an_account_a_role_and_a_password_that_works(world: World) -> None:
    done = appoint(world, world.school_admin, Role.TEACHER, world.class_72)
    user = User.objects.get(username="fresh")
    assert done.password
    assert user.check_password(done.password)
    assert [(one.role, one.organization) for one in user.memberships.all()] == [("teacher", world.class_72)]


def test_the_appointment_leaves_an_audit_entry_without_names_or_passwords(world: World) -> None:
    done = appoint(world, world.school_admin, Role.TEACHER, world.class_72)
    entry = AuditEntry.objects.get(action="staff:manage")
    assert (entry.user_id, entry.object_ids, entry.reason) == (
        world.school_admin.pk,
        [done.membership.user_id],
        "appoint teacher",
    )


@pytest.mark.parametrize(
    ("who", "role", "place"),
    [
        ("school_admin", Role.COUNTY_ADMIN, "north"),
        ("school_admin", Role.CITY_ADMIN, "north"),
        ("school_admin", Role.AUTHOR, "north"),
        ("school_admin", Role.TEACHER, "south_71"),
        ("school_admin", Role.SCHOOL_ADMIN, "south"),
        ("county_admin", Role.COUNTY_ADMIN, "south_county"),
        ("county_admin", Role.CITY_ADMIN, "city"),
        ("ada", Role.TEACHER, "class_71"),
        ("author", Role.AUTHOR, "city"),
        ("city_admin", Role.TEACHER, "city"),
    ],
)
def test_a_role_above_the_own_office_or_at_the_wrong_place_is_refused(
    world: World, who: str, role: Role, place: str
) -> None:
    with pytest.raises(staffing.NotYours):
        appoint(world, world.staff[who], role, getattr(world, place))
    assert not User.objects.filter(username="fresh").exists()


@pytest.mark.parametrize("who", ["city_admin", "county_admin", "school_admin"])
def test_every_administrator_may_appoint_a_peer(world: World, who: str) -> None:
    own = world.staff[who].memberships.get()
    assert appoint(world, world.staff[who], Role(own.role), own.organization).membership.role == own.role


def test_a_second_role_is_added_to_the_account_that_is_there_without_a_new_password(world: World) -> None:
    done = appoint(world, world.school_admin, Role.TEACHER, world.class_72, username="Ada")
    assert done.password is None
    assert world.ada.memberships.count() == 2


def test_a_user_name_of_somebody_out_of_reach_is_taken(world: World) -> None:
    with pytest.raises(staffing.NameTaken):
        appoint(world, world.school_admin, Role.TEACHER, world.class_72, username="olga")
    assert world.olga.memberships.count() == 1


def test_the_same_role_at_the_same_place_is_not_given_twice(world: World) -> None:
    with pytest.raises(staffing.AlreadyHeld):
        appoint(world, world.school_admin, Role.TEACHER, world.class_71, username="ada")


def test_a_dismissed_teacher_sees_nothing_any_more(world: World) -> None:
    staffing.dismiss(world.ada.memberships.get(), by=world.school_admin, now=NOW)
    assert not Membership.objects.filter(user=world.ada).exists()
    assert AuditEntry.objects.filter(action="staff:manage", reason="dismiss teacher").exists()


def test_nobody_dismisses_themselves(world: World) -> None:
    with pytest.raises(staffing.Oneself):
        staffing.dismiss(world.school_admin.memberships.get(), by=world.school_admin, now=NOW)


def test_an_author_at_the_school_is_not_the_schools_to_dismiss(world: World) -> None:
    membership = Membership.objects.create(user=world.olga, organization=world.north, role=Role.AUTHOR)
    with pytest.raises(staffing.NotYours):
        staffing.dismiss(membership, by=world.school_admin, now=NOW)


def test_a_new_password_replaces_the_old_one(world: World) -> None:
    done = staffing.renew_password(world.ada.memberships.get(), by=world.school_admin, now=NOW)
    world.ada.refresh_from_db()
    assert world.ada.check_password(done.password or "")
    assert not world.ada.check_password("correct horse battery")


def test_the_password_of_somebody_with_a_role_out_of_reach_is_not_the_schools_to_renew(world: World) -> None:
    membership = Membership.objects.create(user=world.county_admin, organization=world.class_71, role=Role.TEACHER)
    with pytest.raises(staffing.NotYours):
        staffing.renew_password(membership, by=world.school_admin, now=NOW)
    world.county_admin.refresh_from_db()
    assert world.county_admin.check_password("correct horse battery")


def test_passwords_are_long_and_differ_and_avoid_look_alikes(world: World) -> None:
    made = {staffing._password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 14 and not set(one) & set("0o1liIO") for one in made)


def test_a_class_teachers_staff_is_looked_after_by_the_school(world: World) -> None:
    make_user("extra", Role.TEACHER, world.class_72)
    assert make_user("other").held_memberships() == []
    assert staffing.appointable(world.ada, world.class_71) == frozenset()

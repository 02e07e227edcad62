"""The grant matrix."""

import re

import pytest

from schools.roles import GRANTS, PERMISSIONS, Role, roles_granting


def test_every_role_has_its_grants() -> None:
    assert set(GRANTS) == set(Role)
    assert all(GRANTS.values())


def test_permissions_are_resource_and_action() -> None:
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", permission) for permission in PERMISSIONS)


def test_a_permission_nobody_holds_is_a_misspelling() -> None:
    with pytest.raises(KeyError):
        roles_granting("room:procter")


@pytest.mark.parametrize("permission", ["item:edit", "blueprint:edit", "staff:manage", "exam:plan", "attempt:void"])
def test_teachers_write_no_items_and_plan_nothing(permission: str) -> None:
    assert Role.TEACHER not in roles_granting(permission)


def test_an_author_never_sees_a_student() -> None:
    named = {"student:view", "result:view_named", "room:view", "card:print"}
    assert not named & (GRANTS[Role.AUTHOR] | GRANTS[Role.REVIEWER])

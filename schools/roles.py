"""The grant matrix: which role may do what. Pure data; whether it holds for an object is `schools.access`."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at an organization; a role holds in everything below it."""

    CITY_ADMIN = "city_admin"
    COUNTY_ADMIN = "county_admin"
    SCHOOL_ADMIN = "school_admin"
    TEACHER = "teacher"
    AUTHOR = "author"
    REVIEWER = "reviewer"


_TEACHER = frozenset(
    {
        "organization:view",
        "student:view",
        "card:print",
        "exam:view",
        "sitting:view",
        "room:view",
        "room:proctor",
        "attempt:extend",
        "attempt:transcribe",
        "attempt:rescue",
        "late:decide",
        "paper:print",
        "result:view_named",
        "result:view_summary",
    }
)
_SCHOOL_ADMIN = _TEACHER | {
    "roster:manage",
    "staff:manage",
    "sitting:schedule",
    "attempt:void",
    "room:delay",
    "compensation:propose",
    "compensation:approve",
}
_COUNTY_ADMIN = (_SCHOOL_ADMIN - {"roster:manage"}) | {"attempt:reopen", "audit:view"}
_CITY_ADMIN = _COUNTY_ADMIN | {
    "roster:manage",
    "blueprint:edit",
    "exam:plan",
    "exam:release",
    "item:view",
    "item:publish",
    "rehearsal:run",
}
_AUTHOR = frozenset({"item:view", "item:edit", "organization:view"})
_REVIEWER = frozenset({"item:view", "item:review", "organization:view"})

GRANTS: dict[Role, frozenset[str]] = {
    Role.CITY_ADMIN: _CITY_ADMIN,
    Role.COUNTY_ADMIN: _COUNTY_ADMIN,
    Role.SCHOOL_ADMIN: _SCHOOL_ADMIN,
    Role.TEACHER: _TEACHER,
    Role.AUTHOR: _AUTHOR,
    Role.REVIEWER: _REVIEWER,
}
PERMISSIONS: frozenset[str] = frozenset().union(*GRANTS.values())

# Whom a role appoints and dismisses, within its own place: nobody hands out more than the own office has below it.
MAY_APPOINT: dict[Role, frozenset[Role]] = {
    Role.CITY_ADMIN: frozenset(Role),
    Role.COUNTY_ADMIN: frozenset({Role.COUNTY_ADMIN, Role.SCHOOL_ADMIN, Role.TEACHER}),
    Role.SCHOOL_ADMIN: frozenset({Role.SCHOOL_ADMIN, Role.TEACHER}),
}

# At which kinds of organization a role has a meaning.
PLACES: dict[Role, frozenset[str]] = {
    Role.CITY_ADMIN: frozenset({"city"}),
    Role.COUNTY_ADMIN: frozenset({"county", "zone"}),
    Role.SCHOOL_ADMIN: frozenset({"school"}),
    Role.TEACHER: frozenset({"school", "class"}),
    Role.AUTHOR: frozenset({"city", "county", "zone", "school"}),
    Role.REVIEWER: frozenset({"city", "county", "zone", "school"}),
}

# Roles that can change a city's or a county's test need a second factor (等保 2.0 level 3).
SECOND_FACTOR_ROLES = frozenset({Role.CITY_ADMIN, Role.COUNTY_ADMIN})


def roles_granting(permission: str) -> frozenset[Role]:
    """Roles that hold `permission` ("resource:action"). Raises KeyError for one nobody holds: a misspelling."""
    roles = frozenset(role for role, grants in GRANTS.items() if permission in grants)
    if not roles:
        raise KeyError(permission)
    return roles

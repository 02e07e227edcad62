"""Reads the tree for its pages: what lies below a place and how much of it. Changes nothing."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count
from django.db.models.functions import Substr

from schools.grades import FIRST_GRADE, Stage
from schools.models import Enrollment, Membership, Organization, Student
from schools.models.organizations import OrganizationQuerySet
from schools.roles import roles_granting
from schools.scoping import scope


class Row(NamedTuple):
    """One place with what lies below it."""

    organization: Organization
    school_count: int
    class_count: int
    student_count: int


class Offer(NamedTuple):
    """One school to choose, with its classes where these are to be shown at once."""

    organization: Organization
    classes: list[Organization] | None


class Branch(NamedTuple):
    """One county or zone with its schools to choose among; `offered` when it may be chosen itself."""

    organization: Organization
    offered: bool
    schools: list[Offer]


def places(user: Any, permission: str) -> OrganizationQuerySet:
    """Places at which, or above which, `user` holds `permission`; rehearsals are left out."""
    found: OrganizationQuerySet = Organization.objects.visible_to(user, permission).real()
    return found


def tops(user: Any, permission: str) -> list[Organization]:
    """The places where a person's view begins; those that lie below another of theirs are left out."""
    kept: list[Organization] = []
    for organization in Organization.objects.held_by(user, permission).real():
        if not any(organization.path.startswith(one.path) for one in kept):
            kept.append(organization)
    return kept


def trail(organization: Organization, user: Any, permission: str) -> list[Organization]:
    """The ancestors of a place that `user` may see, from the top down."""
    return list(places(user, permission).ancestors_of(organization))


def rows(organization: Organization) -> list[Row]:
    """The children of a place with their counts, in three queries however large the city is."""
    length = len(organization.path) + organization.steplen
    below = Organization.objects.below(organization).real().order_by()
    kinds: Counter[tuple[str, str]] = Counter()
    for child, kind, number in below.values_list(Substr("path", 1, length), "kind").annotate(Count("pk")):
        kinds[child, kind] = number
    seats = Enrollment.objects.current().filter(organization__path__startswith=organization.path)
    students = dict(seats.order_by().values_list(Substr("organization__path", 1, length)).annotate(Count("pk")))
    children = Organization.objects.children_of(organization).real().select_related("campus")
    return [
        Row(one, kinds[one.path, "school"], kinds[one.path, "class"], students.get(one.path, 0))
        for one in sorted(children, key=_by_grade)
    ]


def _by_grade(organization: Organization) -> tuple[int, int, int]:
    """Classes from the lowest grade up; everything else stays in the order of the tree."""
    if organization.entry_year is None or organization.class_number is None:
        return 0, 0, 0
    return FIRST_GRADE[Stage(organization.stage)], -organization.entry_year, organization.class_number


def student_count(organization: Organization) -> int:
    """How many are enrolled at or below a place today."""
    return Enrollment.objects.current().filter(organization__path__startswith=organization.path).count()


def with_schools(enrollments: Iterable[Enrollment]) -> list[tuple[Enrollment, Organization | None]]:
    """Every enrollment with the school of its class, in one query."""
    rows = list(enrollments)
    parents = {row.organization.line()[-2] for row in rows}
    schools = {school.path: school for school in Organization.objects.filter(path__in=parents)}
    return [(row, schools.get(row.organization.line()[-2])) for row in rows]


def branches(user: Any, permission: str, stage: str, chosen: Iterable[str] = (), opened: str = "") -> list[Branch]:
    """Schools of a stage that `user` may choose among, under their county or zone. Classes are listed for a single
    school, for the school whose id is `opened`, and for a school one of whose classes is among the `chosen` ids."""
    mine = places(user, permission)
    schools = list(mine.of_kind("school").filter(stages__contains=[stage]))
    picked = mine.of_kind("class").filter(pk__in=[pk for pk in chosen if pk.isdecimal()])
    in_use = {path[: -Organization.steplen] for path in picked.values_list("path", flat=True)}
    offers: dict[str, list[Offer]] = {}
    for one in schools:
        shown = len(schools) == 1 or one.path in in_use or str(one.pk) == opened
        classes = classes_below(one, stage) if shown else None
        offers.setdefault(one.line()[-2], []).append(Offer(one, classes))
    parents = Organization.objects.filter(path__in=offers)
    return [Branch(one, may(user, permission, one), offers[one.path]) for one in parents]


def classes_below(school: Organization, stage: str = "") -> list[Organization]:
    """The classes of a school (of a stage, when one is named), from the lowest grade up."""
    classes = Organization.objects.below(school).of_kind("class")
    if stage:
        classes = classes.filter(stage=stage)
    return sorted(classes, key=_by_grade)


def household(organization: Organization) -> list[Organization]:
    """A place and what lies directly below it: where its page appoints people."""
    return [organization, *Organization.objects.children_of(organization).real()]


def desk_of(organization: Organization) -> Organization:
    """The place on whose page the staff of `organization` is looked after: a class's is its school's."""
    if organization.kind != "class":
        return organization
    return Organization.objects.get(path=organization.line()[-2])


def may(user: Any, permission: str, organization: Organization) -> bool:
    """Whether `user` holds `permission` for this place."""
    roles, line = roles_granting(permission), set(organization.line())
    return any(one.role in roles and one.organization.path in line for one in user.held_memberships())


def class_of(student: Student) -> Organization:
    """The present class of a student. Raises Enrollment.DoesNotExist for somebody who has left."""
    return student.enrollments.current().select_related("organization").get().organization


def chosen_school(student: Student, user: Any, school_pk: str) -> Organization:
    """The school whose classes are offered for a move: the one asked for, if within reach, else the student's own."""
    if school_pk.isascii() and school_pk.isdigit():
        asked: Organization | None = places(user, "roster:manage").of_kind("school").filter(pk=school_pk).first()
        if asked is not None:
            return asked
    return desk_of(class_of(student))


def staff_of(organization: Organization, user: Any) -> list[Membership]:
    """Who holds a role at a place or directly below it."""
    here = Membership.objects.filter(scope(user, "staff:manage", "organization"))
    near = here.filter(
        organization__path__startswith=organization.path, organization__depth__lte=organization.depth + 1
    )
    return list(near.select_related("user", "organization").order_by("organization__path", "role", "user__username"))


def class_list(class_: Organization) -> list[Enrollment]:
    """The present students of a class in the order of their codes."""
    rows = Enrollment.objects.current().filter(organization=class_).with_people()
    return list(rows.order_by("student__student_code"))

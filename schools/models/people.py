"""People: staff who sign in, their memberships, and students who never do."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.roles import Role
from schools.scoping import Scoped, ScopedQuerySet

ROLE_CHOICES = [
    (Role.CITY_ADMIN, _("市管理员")),
    (Role.COUNTY_ADMIN, _("县区管理员")),
    (Role.SCHOOL_ADMIN, _("学校管理员")),
    (Role.TEACHER, _("教师")),
    (Role.AUTHOR, _("命题人")),
    (Role.REVIEWER, _("审题人")),
]


class User(AbstractUser):
    """One member of staff; students have no account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def held_memberships(self) -> list[Membership]:
        """This user's memberships with their organizations, read once per instance (that is, per request)."""
        if not hasattr(self, "_held_memberships"):
            self._held_memberships: list[Membership] = list(self.memberships.select_related("organization"))
        return self._held_memberships


class Membership(Scoped, models.Model):
    """One role of one user at one organization; it holds in everything below."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("schools.Organization", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("角色"), max_length=20, choices=ROLE_CHOICES)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organization", "role"], name="membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class StudentQuerySet(ScopedQuerySet):
    """Reads of students that chain."""

    def enrolled_in(self, organization: Any) -> Self:
        """Students with a current enrollment in a class at or below `organization`, once each."""
        return self.filter(
            enrollments__until__isnull=True, enrollments__organization__path__startswith=organization.path
        ).distinct()

    def enrolled_for(self, user: Any, permission: str) -> Self:
        """Students whose present class `user` may act on with `permission`; where they once were does not count."""
        current = Enrollment.objects.current().visible_to(user, permission)
        return self.filter(Exists(current.filter(student=OuterRef("pk"))))


class Student(Scoped, models.Model):
    """One student: a name, a student code and nothing more; treated as under 14 years old."""

    within: ClassVar[str] = "enrollments__organization"

    student_code = models.CharField(_("学生编号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    synthetic = models.BooleanField(_("演练用"), default=False)

    objects = StudentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class EnrollmentQuerySet(ScopedQuerySet):
    """Reads of enrollments that chain."""

    def current(self) -> Self:
        return self.filter(until__isnull=True)

    def with_people(self) -> Self:
        return self.select_related("student", "organization")

    def found_by(self, text: str) -> Self:
        """Those whose student code begins with `text` or whose name contains it."""
        return self.filter(Q(student__student_code__istartswith=text) | Q(student__name__contains=text))


class Enrollment(Scoped, models.Model):
    """A student's place in a class, from a day until another."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrollments")
    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="enrollments")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=Q(until__isnull=True), name="enrollment_one_current_per_student"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} @ {self.organization_id}"

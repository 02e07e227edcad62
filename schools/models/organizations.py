"""The one tree of organizations, from the city down to the class."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from schools import grades
from schools.grades import Stage
from schools.roles import roles_granting
from schools.scoping import Scoped, scope


class Kind(models.TextChoices):
    """What an organization is."""

    CITY = "city", _("市")
    COUNTY = "county", _("县（市、区）")
    ZONE = "zone", _("园区")
    SCHOOL = "school", _("学校")
    CLASS = "class", _("班级")


STAGE_CHOICES = [(Stage.PRIMARY, _("小学")), (Stage.JUNIOR, _("初中")), (Stage.SENIOR, _("高中"))]


GRADE_LABELS = [
    _("一年级"),
    _("二年级"),
    _("三年级"),
    _("四年级"),
    _("五年级"),
    _("六年级"),
    _("七年级"),
    _("八年级"),
    _("九年级"),
    _("高一"),
    _("高二"),
    _("高三"),
]


class OrganizationQuerySet(MP_NodeQuerySet):
    """Reads of the tree that chain."""

    def visible_to(self, user: object, permission: str) -> Self:
        """Organizations at or below one where `user` holds `permission`."""
        return self.filter(scope(user, permission, ""))

    def below(self, organization: "Organization") -> Self:
        """The organization itself and everything below it."""
        return self.filter(path__startswith=organization.path)

    def children_of(self, organization: "Organization") -> Self:
        return self.below(organization).filter(depth=organization.depth + 1)

    def ancestors_of(self, organization: "Organization") -> Self:
        """From the root down to its parent."""
        return self.filter(path__in=organization.line()[:-1])

    def held_by(self, user: Any, permission: str) -> Self:
        """The organizations themselves, at which `user` has a role that grants `permission`."""
        roles = roles_granting(permission)
        return self.filter(pk__in=[one.organization_id for one in user.held_memberships() if one.role in roles])

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def real(self) -> Self:
        """Without the synthetic organizations that rehearsals are made of."""
        return self.filter(synthetic=False)


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):  # type: ignore[misc]
    """Keeps treebeard's order by path; its own manager would not return our queryset."""

    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Campus(models.Model):
    """One site of a school that has several."""

    school = models.ForeignKey("schools.Organization", on_delete=models.CASCADE, related_name="campuses")
    name = models.CharField(_("名称"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="campus_name_unique_in_school")]

    def __str__(self) -> str:
        return self.name


class Organization(Scoped, MP_Node):
    """One place in the tree: a city, county, zone, school or class."""

    within: ClassVar[str] = ""
    node_order_by: ClassVar[list[str]] = []

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=80, blank=True)
    code = models.CharField(_("代码"), max_length=20, blank=True)
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    geographic_county = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="located",
        verbose_name=_("所在县区"),
    )
    stages = ArrayField(models.CharField(max_length=10, choices=STAGE_CHOICES), default=list, blank=True)
    campus = models.ForeignKey(Campus, null=True, blank=True, on_delete=models.SET_NULL, related_name="classes")
    stage = models.CharField(_("学段"), max_length=10, choices=STAGE_CHOICES, blank=True)
    entry_year = models.PositiveSmallIntegerField(_("入学年份"), null=True, blank=True)
    class_number = models.PositiveSmallIntegerField(_("班号"), null=True, blank=True)
    synthetic = models.BooleanField(_("演练用"), default=False)

    objects = OrganizationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="organization_code_unique"),
            models.CheckConstraint(
                condition=Q(kind="class", entry_year__isnull=False, class_number__isnull=False) & ~Q(stage="")
                | ~Q(kind="class") & Q(entry_year__isnull=True, class_number__isnull=True, stage=""),
                name="organization_class_has_entry_year_number_and_stage",
            ),
            models.CheckConstraint(condition=Q(kind="class") | ~Q(name=""), name="organization_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.entry_year}级{self.class_number}班"

    def display_name(self, on: date) -> str:
        """The name people use on that day: "八年级(3)班" for a class, "2019级3班" when it has left or not yet begun."""
        if self.entry_year is None or self.class_number is None:
            return self.name
        current = self.grade(on)
        if current is None:
            return gettext("%(year)d级%(number)d班") % {"year": self.entry_year, "number": self.class_number}
        return gettext("%(grade)s(%(number)d)班") % {"grade": GRADE_LABELS[current - 1], "number": self.class_number}

    def stage_labels(self) -> list[str]:
        """The names of a school's stages, or of a class's one."""
        return [str(dict(STAGE_CHOICES)[Stage(stage)]) for stage in self.stages or [self.stage] if stage]

    def line(self) -> list[str]:
        """The paths from the root down to this organization, its own included."""
        return [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]

    def grade(self, on: date) -> int | None:
        """Grade 1-12 of a class on that day; None for what is no class or has left school."""
        if self.entry_year is None:
            return None
        return grades.grade(Stage(self.stage), self.entry_year, on)

"""The nouns of reports: what an exam came to, computed and stored, so that a page only reads."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exams.levels import Level
from exams.models import Exam, Paper
from questionbank.models import ItemVersion
from schools.models import Organization
from schools.models.organizations import Kind
from schools.scoping import Scoped, ScopedQuerySet


class SummaryQuerySet(ScopedQuerySet):
    """Reads of summaries that chain."""

    def of(self, exam: Exam) -> Self:
        return self.filter(exam=exam)

    def with_places(self) -> Self:
        return self.select_related("organization", "exam")

    def classes(self) -> Self:
        return self.filter(organization__kind=Kind.CLASS)

    def children_of(self, organization: Organization) -> Self:
        """Those of the next level down."""
        return self.filter(organization__path__startswith=organization.path, organization__depth=organization.depth + 1)

    def whole(self) -> Self:
        """The one at the top of the tree, over everybody, first."""
        return self.order_by("organization__depth", "organization__path")


class Summary(Scoped, models.Model):
    """What one exam came to in one organization, from a class to the city: who took part, and how they are spread."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="summaries")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="summaries")
    rostered_count = models.PositiveIntegerField(_("应测人数"))
    participant_count = models.PositiveIntegerField(_("实测人数"))
    absent_count = models.PositiveIntegerField(_("缺测人数"))
    mean_percent = models.FloatField(_("平均得分率"), null=True)
    standard_deviation = models.FloatField(_("标准差"), null=True)
    level_counts = models.JSONField(default=dict)
    bins = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    # Of a class: the sum of its rooms' results_version that these figures rest on.
    results_version = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(_("统计时间"))

    objects = SummaryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "organization"], name="summary_one_per_exam_and_organization"),
            models.CheckConstraint(
                condition=Q(rostered_count__gte=F("participant_count") + F("absent_count")),
                name="summary_counts_fit_the_roster",
            ),
            models.CheckConstraint(
                condition=Q(participant_count=0, mean_percent__isnull=True, standard_deviation__isnull=True)
                | Q(participant_count__gt=0, mean_percent__isnull=False, standard_deviation__isnull=False),
                name="summary_mean_is_known_when_anybody_took_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} @ {self.organization_id}"

    def get_absolute_url(self) -> str:
        """The page that shows it."""
        name = "class_results" if self.organization.kind == Kind.CLASS else "organization_results"
        return reverse(name, args=[self.exam_id, self.organization_id])

    @property
    def participation(self) -> float | None:
        """Share of the roster that has a result, 0 to 1."""
        return self.participant_count / self.rostered_count if self.rostered_count else None

    @property
    def reached_share(self) -> float | None:
        """Share of those with a result who reached a level above the lowest, 0 to 1."""
        if not self.participant_count:
            return None
        return 1 - self.level_counts.get(Level.LEARN_AGAIN, 0) / self.participant_count

    @property
    def open_count(self) -> int:
        """Those of whom it is not settled yet whether they take part."""
        return self.rostered_count - self.participant_count - self.absent_count


class ItemFindingQuerySet(ScopedQuerySet):
    """Reads of item findings that chain."""

    def whole(self) -> Self:
        """Those over the whole exam."""
        return self.filter(organization__isnull=True)

    def hardest(self) -> Self:
        """Lowest facility first."""
        return self.filter(facility__isnull=False).order_by("facility", "item_version")


class ItemFinding(Scoped, models.Model):
    """How one item version did in one exam: in one class, or (without organization) over the whole exam, where
    discrimination and the index of upper and lower groups are known too."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="item_findings")
    item_version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="findings")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="item_findings")
    participant_count = models.PositiveIntegerField(_("作答人数"))
    facility = models.FloatField(_("得分率"), null=True)
    discrimination = models.FloatField(_("区分度"), null=True)
    upper_lower_index = models.FloatField(_("高低分组差"), null=True)
    choice_counts = models.JSONField(default=dict)
    updated_at = models.DateTimeField(_("统计时间"))

    objects = ItemFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "organization", "item_version"],
                nulls_distinct=False,
                name="item_finding_one_per_exam_organization_and_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.item_version_id} @ {self.organization_id or '*'}"


class PaperFinding(models.Model):
    """How one paper measured: mean, spread, alpha and standard error of its totals, in points."""

    paper = models.OneToOneField(Paper, on_delete=models.CASCADE, primary_key=True, related_name="finding")
    participant_count = models.PositiveIntegerField(_("作答人数"))
    mean_score = models.FloatField(_("平均分"), null=True)
    standard_deviation = models.FloatField(_("标准差"), null=True)
    alpha = models.FloatField(_("信度系数 α"), null=True)
    standard_error = models.FloatField(_("测量标准误"), null=True)
    updated_at = models.DateTimeField(_("统计时间"))

    def __str__(self) -> str:
        return f"{self.paper_id}"


class Freshness(models.Model):
    """Up to which version of its results the findings of one exam are computed, and how long that took."""

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, primary_key=True, related_name="freshness")
    classes_version = models.PositiveBigIntegerField(default=0)
    classes_at = models.DateTimeField(null=True)
    classes_ms = models.PositiveIntegerField(default=0)
    whole_version = models.PositiveBigIntegerField(default=0)
    whole_at = models.DateTimeField(null=True)
    whole_ms = models.PositiveIntegerField(default=0)

    # Of the time that passes, at most one part in so many goes into computing the same exam again.
    PATIENCE: ClassVar[int] = 10

    def __str__(self) -> str:
        return f"{self.exam_id} v{self.classes_version}"

    def classes_may(self, now: datetime) -> bool:
        """Whether the classes' findings may be computed again already."""
        return self._rested(self.classes_at, self.classes_ms, now)

    def whole_may(self, now: datetime) -> bool:
        """Whether the whole exam's findings may be computed again already."""
        return self._rested(self.whole_at, self.whole_ms, now)

    def _rested(self, at: datetime | None, took_ms: int, now: datetime) -> bool:
        return at is None or now >= at + timedelta(milliseconds=self.PATIENCE * took_ms)

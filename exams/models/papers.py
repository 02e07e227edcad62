"""What is asked: blueprints, exams and the frozen papers."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from questionbank.models import Difficulty, ItemKind
from schools.models.organizations import STAGE_CHOICES
from schools.scoping import Scoped, ScopedQuerySet, above, scope


class Blueprint(Scoped, models.Model):
    """A plan of contents for one school stage (双向细目表)."""

    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="blueprints")
    title = models.CharField(_("名称"), max_length=80)
    stage = models.CharField(_("学段"), max_length=10, choices=STAGE_CHOICES)

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class BlueprintCell(models.Model):
    """One line of a blueprint: so many items of a topic, kind and difficulty, each worth so many points."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.CASCADE, related_name="cells")
    topic = models.ForeignKey(
        "questionbank.Topic",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("主题"),
    )
    kind = models.CharField(_("题型"), max_length=20, choices=ItemKind)
    difficulty = models.CharField(_("难度"), max_length=10, choices=Difficulty, blank=True)
    count = models.PositiveSmallIntegerField(_("题数"))
    points = models.DecimalField(_("每题分值"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="blueprint_cell_count_is_positive"),
            models.CheckConstraint(condition=Q(points__gt=0), name="blueprint_cell_points_are_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.topic or '*'} {self.kind} {self.difficulty or '*'} x {self.count}"


class ScoringPolicy(models.TextChoices):
    """How a multiple choice that is not wholly right is scored."""

    MISSING_HALF = "missing_half", _("全对得满分，漏选得一半，错选不得分")
    ALL_OR_NOTHING = "all_or_nothing", _("全对得满分，否则不得分")
    PROPORTIONAL = "proportional", _("按选对比例得分，错选倒扣，最低零分")


class ReleaseRule(models.TextChoices):
    """When students see their level; keys never before the exam's last sitting has closed."""

    ON_SUBMISSION = "on_submission", _("交卷后即可查看等级")
    AFTER_CLOSING = "after_closing", _("全部场次结束后查看")
    MANUAL = "manual", _("由管理员发布")


class LatePolicy(models.TextChoices):
    """What becomes of answers that came after deadline and grace."""

    REVIEW = "review", _("由监考教师逐份认定")
    REJECT = "reject", _("一律不计")
    ACCEPT = "accept", _("一律计入")


class ExamQuerySet(ScopedQuerySet):
    """Reads of exams that chain."""

    def real(self) -> Self:
        """Without rehearsals."""
        return self.filter(rehearsal=False)

    def announced_to(self, user: Any, permission: str) -> Self:
        """Exams of the own places and those below, and exams of the places above that have papers."""
        ready = Exists(Paper.objects.filter(exam=OuterRef("pk")))
        return self.filter(scope(user, permission, "organization") | above(user, permission, "organization") & ready)


class Exam(Scoped, models.Model):
    """A test as announced: its papers, its rules and the basis on which it is held."""

    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="exams")
    title = models.CharField(_("名称"), max_length=80)
    blueprint = models.ForeignKey(Blueprint, null=True, blank=True, on_delete=models.PROTECT, related_name="exams")
    stage = models.CharField(_("学段"), max_length=10, choices=STAGE_CHOICES)
    basis = models.CharField(_("组织依据"), max_length=300)
    scoring_policy = models.CharField(
        _("多选题计分"), max_length=20, choices=ScoringPolicy, default=ScoringPolicy.MISSING_HALF
    )
    late_answers = models.CharField(_("迟到答案"), max_length=10, choices=LatePolicy, default=LatePolicy.REVIEW)
    release_rule = models.CharField(
        _("结果发布"), max_length=20, choices=ReleaseRule, default=ReleaseRule.AFTER_CLOSING
    )
    show_marks = models.BooleanField(_("向学生显示分数"), default=False)
    encrypt_paper = models.BooleanField(_("试卷加密下发，开始时才给密钥"), default=False, db_default=False)
    shuffle_slots = models.BooleanField(_("题目乱序"), default=True)
    shuffle_choices = models.BooleanField(_("选项乱序"), default=True)
    released_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    rehearsal = models.BooleanField(_("演练"), default=False)
    created_by = models.ForeignKey("schools.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("建立时间"))

    objects = ExamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Paper(Scoped, models.Model):
    """One concrete set of items of an exam, frozen: public content under its hash, keys apart."""

    within: ClassVar[str] = "exam__organization"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField(_("卷号"))
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    keys = models.JSONField()
    item_count = models.PositiveSmallIntegerField(_("题数"))
    max_score = models.DecimalField(_("满分"), max_digits=6, decimal_places=2)
    frozen_at = models.DateTimeField(_("冻结时间"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="paper_number_unique_in_exam")]
        triggers = [pgtrigger.Protect(name="paper_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.number}"


class PaperSlot(models.Model):
    """One place on a paper and the item version that stands there."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="slots")
    slot = models.PositiveSmallIntegerField(_("题号"))
    item_version = models.ForeignKey("questionbank.ItemVersion", on_delete=models.PROTECT, related_name="slots")
    points = models.DecimalField(_("分值"), max_digits=5, decimal_places=2)
    choice_ids = models.JSONField(default=dict)

    class Meta:
        ordering = ["paper", "slot"]
        constraints = [models.UniqueConstraint(fields=["paper", "slot"], name="paper_slot_unique")]
        triggers = [pgtrigger.Protect(name="paper_slot_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.paper_id}#{self.slot}"

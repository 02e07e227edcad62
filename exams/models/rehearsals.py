"""Rehearsals that somebody ordered from a page, and what came of them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.sittings import Sitting
from schools.scoping import Scoped, ScopedQuerySet


class RehearsalState(models.TextChoices):
    """Where a rehearsal stands."""

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("进行中")
    PASSED = "passed", _("通过")
    FAILED = "failed", _("未通过")
    BROKEN = "broken", _("没有做完")


class Rehearsal(Scoped, models.Model):
    """One rehearsal with synthetic students against this installation: its plan, its figures, its verdict."""

    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="rehearsals")
    student_count = models.PositiveIntegerField(_("学生数"))
    item_count = models.PositiveSmallIntegerField(_("题数"), default=50)
    minutes = models.PositiveSmallIntegerField(_("分钟数"))
    forced = models.BooleanField(_("真实场次开放时也进行"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=RehearsalState, default=RehearsalState.WAITING)
    sitting = models.ForeignKey(Sitting, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by_id = models.BigIntegerField(_("发起人"), null=True, blank=True)
    created_at = models.DateTimeField(_("发起时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    # What was measured, as exams/load/ writes it; empty until the end.
    figures = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(_("问题"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()
    within: ClassVar[str] = "organization"

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.student_count} {self.created_at}"

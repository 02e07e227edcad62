"""Time given back after an outage: proposed by one administrator, approved by another."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exams.models.attempts import Attempt
from exams.models.papers import Exam
from schools.scoping import Scoped, ScopedQuerySet


class CompensationState(models.TextChoices):
    """Where a proposal stands."""

    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("已批准")
    REJECTED = "rejected", _("未批准")


class Compensation(Scoped, models.Model):
    """One proposal to give time back to everybody in a place whom an outage kept from working."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="compensations")
    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="compensations")
    from_at = models.DateTimeField(_("中断开始"))
    until_at = models.DateTimeField(_("中断结束"))
    why = models.CharField(_("原因"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=CompensationState, default=CompensationState.PROPOSED)
    proposed_by_id = models.BigIntegerField(_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by_id = models.BigIntegerField(_("批准人"), null=True, blank=True)
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    within: ClassVar[str] = "organization"

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="compensation_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by_id__isnull=True, decided_at__isnull=True)
                | ~Q(state="proposed") & Q(decided_by_id__isnull=False, decided_at__isnull=False),
                name="compensation_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by_id=F("proposed_by_id")),
                name="compensation_approved_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.from_at} {self.until_at}"


class CompensationShare(models.Model):
    """What one attempt got back by an approved compensation."""

    compensation = models.ForeignKey(Compensation, on_delete=models.CASCADE, related_name="shares")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="compensation_shares")
    ms = models.PositiveIntegerField(_("补时（毫秒）"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["compensation", "attempt"], name="compensation_share_one_per_attempt")
        ]
        triggers = [pgtrigger.Protect(name="compensation_share_is_never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.compensation_id} {self.attempt_id} {self.ms}"

"""The audit trail, which the application can add to and cannot alter."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.scoping import Scoped, ScopedQuerySet


class AuditEntry(Scoped, models.Model):
    """One read of named student data or one act of weight; opaque ids only, so that erasing a person breaks nothing."""

    within: ClassVar[str] = "organization"

    at = models.DateTimeField(_("时间"))
    user_id = models.BigIntegerField(_("人员"))
    action = models.CharField(_("行为"), max_length=60)
    organization = models.ForeignKey(
        "schools.Organization", null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    object_kind = models.CharField(max_length=40, blank=True)
    object_ids = models.JSONField(default=list)
    reason = models.CharField(_("事由"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="audit_entry_at")]
        triggers = [
            pgtrigger.Protect(name="audit_entry_is_never_altered", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.action}"

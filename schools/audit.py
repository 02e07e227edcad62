"""Writes the audit trail: who read or changed what, by opaque ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from schools.models import AuditEntry


def record(
    action: str,
    *,
    by: Any,
    now: datetime,
    organization: Any = None,
    kind: str = "",
    ids: Sequence[int] = (),
    reason: str = "",
) -> AuditEntry:
    """Adds one entry; `action` is "resource:action" as in the grant matrix."""
    return AuditEntry.objects.create(
        action=action,
        user_id=by.pk,
        at=now,
        organization=organization,
        object_kind=kind,
        object_ids=list(ids),
        reason=reason,
    )

"""The audit trail can be added to and not altered."""

import pytest
from django.db import ProgrammingError, transaction

from schools import audit
from schools.models import AuditEntry
from tests.world import NOW, World


def test_an_entry_holds_opaque_ids_and_no_name(world: World) -> None:
    entry = audit.record(
        "student:view", by=world.ada, now=NOW, organization=world.class_71, kind="student", ids=[world.ben.pk]
    )
    written = str(AuditEntry.objects.values().get(pk=entry.pk))
    assert str(world.ben.pk) in written
    assert world.ben.name not in written
    assert world.ada.name not in written


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_application_cannot_alter_or_remove_an_entry(world: World, act: str) -> None:
    audit.record("student:view", by=world.ada, now=NOW)
    acts = {"update": lambda: AuditEntry.objects.update(action="nothing"), "delete": AuditEntry.objects.all().delete}
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        acts[act]()
    assert AuditEntry.objects.get().action == "student:view"


def test_erasing_a_person_breaks_nothing(world: World) -> None:
    audit.record("student:view", by=world.ada, now=NOW, organization=world.class_71, ids=[world.ben.pk])
    user_id = world.ada.pk
    world.ada.memberships.all().delete()
    world.ada.delete()
    assert AuditEntry.objects.get().user_id == user_id

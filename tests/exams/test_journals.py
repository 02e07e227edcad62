"""Journals as lines for audits, and receipts verified from the command line."""

import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from exams import journals, keys, receipts
from exams.lane.times import milliseconds
from exams.models import Attempt, AttemptEvent, JournalEntry
from tests import world
from tests.world import NOW, World

AT = milliseconds(NOW)


def lines(sitting_id: int) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export_journal", str(sitting_id), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def receipt_of(attempt: Attempt) -> str:
    counts, digest = journals._digest(attempt.pk)
    code = receipts.code(attempt.pk, counts, digest, keys.derive(settings.SECRET_KEY, "receipt"))
    Attempt.objects.filter(pk=attempt.pk).update(receipt=code)
    return code


@pytest.mark.django_db
def test_every_entry_is_a_line_in_the_order_of_identity(world: World) -> None:
    from tests import world as building

    sitting = building.make_sitting(world)
    ben, cleo = (building.attempt_of(sitting, student) for student in (world.ben, world.cleo))
    building.answer(ben, {2: ["c1"]}, epoch=2, kept=True)
    building.answer(ben, {1: ["c2"], 3: []}, after_move=True)
    JournalEntry.objects.create(attempt_id=cleo.pk, epoch=1, seq=1, event="hidden", at=NOW, received_at=NOW)
    first, second, third, fourth = sorted(lines(sitting.pk), key=lambda line: line["attempt"] != ben.pk)
    assert first == {
        "attempt": ben.pk,
        "epoch": 1,
        "seq": 1,
        "slot": 1,
        "response": ["c2"],
        "event": None,
        "at": AT,
        "received_at": AT,
        "kept": False,
        "after_move": True,
        "counts": True,
    }
    assert (second["seq"], second["response"]) == (2, [])
    assert (third["epoch"], third["kept"], third["counts"]) == (2, True, False)
    assert (fourth["attempt"], fourth["event"], fourth["slot"], fourth["response"]) == (cleo.pk, "hidden", None, None)
    other = building.make_sitting(world)
    assert lines(other.pk) == []


@pytest.mark.django_db
def test_a_sitting_that_does_not_exist_is_said_to_be_none() -> None:
    with pytest.raises(CommandError, match="场次"):
        call_command("export_journal", "77")


@pytest.mark.django_db
def test_a_receipt_is_verified_and_a_changed_journal_is_found(world: World) -> None:
    attempt = answered(world)
    code = receipt_of(attempt)
    out = StringIO()
    call_command("verify_receipt", code.lower(), stdout=out)
    assert "2" in out.getvalue()
    JournalEntry.objects.filter(attempt=attempt, seq=1).delete()
    with pytest.raises(CommandError, match="不符"):
        call_command("verify_receipt", code)


@pytest.mark.django_db
def test_receipts_nobody_was_given_and_text_that_is_none(world: World) -> None:
    with pytest.raises(CommandError, match="没有任何作答"):
        call_command("verify_receipt", "ABCD-EFGH-JKMN")
    with pytest.raises(CommandError, match="12"):
        call_command("verify_receipt", "hello")


@pytest.mark.django_db
def test_a_superseded_receipt_is_said_to_be_so(world: World) -> None:
    attempt = answered(world)
    AttemptEvent.objects.create(attempt=attempt, event="submit", at=NOW, data={"receipt": "ABCD-EFGH-JKMN"})
    receipt_of(attempt)
    with pytest.raises(CommandError, match="取代"):
        call_command("verify_receipt", "abcd efgh jkmn")


def answered(cast: World) -> Attempt:
    attempt = world.attempt_of(world.make_sitting(cast), cast.ben)
    world.answer(attempt, {1: ["c1"], 2: ["c2"]})
    return attempt

"""Who may open what: every guarded address, asked by every role, about the things of North school."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from common import clock
from exams import scoring
from exams.models import Blueprint, Compensation, Rehearsal
from reports import findings
from schools.models import Membership, User
from tests import world as cast
from tests.reports.measured import MEASURED
from tests.world import NOW, World

# c city administrator, o county administrator, s school administrator, t Ada who teaches the class,
# x Olga who teaches at the other school, a author, r reviewer. Those named may open the address; all others get 404.
TABLE = {
    "home": "costxar",
    "blueprints": "c",
    "blueprint_new": "c",
    "blueprint_supply": "c",
    "blueprint": "c",
    "exams": "costx",
    "exam_new": "c",
    "exam": "costx",
    "exam_edit": "c",
    "exam_papers": "c",
    "paper": "c",
    "exam_paper_addition": "c",
    "exam_release": "c",
    "sitting_new": "cos",
    "sittings": "costx",
    "class_choices": "cos",
    "sitting": "cost",
    "sitting_edit": "cos",
    "sitting_roster": "cos",
    "sitting_withdrawal": "cos",
    "sitting_make_up": "cos",
    "sitting_cards": "cost",
    "room_cards": "cost",
    "attempt_card": "cost",
    "items": "car",
    "item_new": "a",
    "item_preview": "a",
    "item": "car",
    "item_edit": "a",
    "item_versions": "car",
    "item_submission": "a",
    "item_review": "r",
    "item_retirement": "c",
    "topics": "car",
    "organizations": "costxar",
    "organization": "cosar",
    "staff": "cos",
    "class_students": "cs",
    "membership_removal": "cos",
    "membership_password": "cos",
    "students": "costx",
    "student": "cs",
    "student_name": "cs",
    "student_enrollment": "cs",
    "student_departure": "cs",
    "rooms": "costx",
    "room": "cost",
    "room_snapshot": "cost",
    "room_go": "cost",
    "room_release": "cost",
    "room_pause": "cost",
    "room_resumption": "cost",
    "room_delay": "cos",
    "room_extension": "cost",
    "room_ending": "cost",
    "room_walk_ins": "cost",
    "room_papers": "cost",
    "room_late": "cost",
    "room_rescue": "cost",
    "seat_late": "cost",
    "sitting_late": "cost",
    "sitting_reconciliation": "cost",
    "sitting_rescue": "cost",
    "seat": "cost",
    "seat_release": "cost",
    "seat_extension": "cost",
    "seat_pause": "cost",
    "seat_resumption": "cost",
    "seat_ending": "cost",
    "seat_voiding": "cos",
    "seat_reopening": "co",
    "seat_card": "cost",
    "seat_transcription": "cost",
    "sitting_delay": "cos",
    "sitting_accommodations": "cost",
    "sitting_outages": "cos",
    "compensation": "cos",
    "compensation_approval": "cos",
    "compensation_completion": "cos",
    "compensation_rejection": "cos",
    "class": "cost",
    "results": "costx",
    "attempt_result": "cost",
    "exam_results": "cost",
    "item_results": "car",
    "organization_results": "cost",
    "results_chart": "cost",
    "class_results": "cost",
    "class_workbook": "cost",
    "rehearsals": "c",
    "rehearsal": "c",
    "rehearsal_clearing": "c",
    "rehearsal_figures": "c",
    "rehearsal_chart": "c",
}
ACTORS = {
    "c": "city_admin",
    "o": "county_admin",
    "s": "school_admin",
    "t": "ada",
    "x": "olga",
    "a": "author",
    "r": "reviewer",
}


def guarded(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from guarded(pattern.url_patterns)
        elif hasattr(pattern.callback, "required_permission"):
            yield str(pattern.name)


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """Every address of the table, about things of North: an open exam of the cast, one attempt of it scored."""
    exam = cast.make_exam(world)
    exam.blueprint = Blueprint.objects.create(organization=world.city, title="方案", stage="junior")
    exam.save()
    held = cast.make_sitting(world, exam, opens_at=NOW - timedelta(days=2), closes_at=NOW - timedelta(days=1))
    scored = cast.attempt_of(held, world.cleo)
    cast.answer(scored, cast.right_answers(scored.paper))
    cast.set_state(scored, "submitted", now=NOW - timedelta(days=1, hours=1))
    scoring.score_sitting(held, NOW)
    findings.refresh_every(NOW)
    sitting = cast.make_sitting(world, exam, opens_at=NOW - timedelta(minutes=5), closes_at=NOW + timedelta(hours=1))
    draft = cast.make_item(world.city, state="draft", author=world.author)
    teaching = Membership.objects.get(user=world.ada)
    organization, attempt = world.class_71, cast.attempt_of(sitting, world.ben)
    own = {
        "exam_results": {"exam": exam.pk},
        "item_results": {"exam": exam.pk},
        "organization_results": {"exam": exam.pk, "organization": organization.pk},
        "results_chart": {"exam": exam.pk, "organization": organization.pk, "chart": "histogram"},
        "class_results": {"exam": exam.pk, "organization": organization.pk},
        "class_workbook": {"exam": exam.pk, "organization": organization.pk},
        "attempt_result": {"pk": scored.pk},
        "paper": {"pk": exam.pk, "number": 1},
        "blueprint": {"pk": exam.blueprint.pk},
        "sitting_new": {"pk": exam.pk},
        "class_choices": {"pk": world.north.pk},
        "organization": {"pk": world.north.pk},
        "staff": {"pk": world.north.pk},
    }
    compensation = Compensation.objects.create(
        exam=exam,
        organization=world.north,
        from_at=NOW - timedelta(minutes=4),
        until_at=NOW - timedelta(minutes=1),
        why="断网",
        proposed_by_id=world.school_admin.pk,
        proposed_at=NOW,
    )
    rehearsal = Rehearsal.objects.create(
        organization=world.city, student_count=100, minutes=3, created_at=NOW, figures=MEASURED, state="passed"
    )
    own["rehearsal_chart"] = {"pk": rehearsal.pk, "chart": "stages"}
    kinds = {
        "rehearsal": rehearsal.pk,
        "compensation": compensation.pk,
        "exam": exam.pk,
        "sitting": sitting.pk,
        "room": cast.room_of(sitting, world.class_71).pk,
        "seat": attempt.pk,
        "attempt": attempt.pk,
        "item": draft.pk,
        "membership": teaching.pk,
        "student": world.ben.pk,
        "class": organization.pk,
    }
    plain = {"home", "blueprints", "blueprint_new", "blueprint_supply", "exams", "exam_new", "sittings", "items"}
    plain |= {"item_new", "item_preview", "topics", "organizations", "students", "rooms", "results", "rehearsals"}
    found = {}
    for name in TABLE:
        if name in plain:
            found[name] = reverse(name)
        else:
            kind = max((kind for kind in kinds if name.startswith(kind)), key=len, default="")
            found[name] = reverse(name, kwargs=own.get(name) or {"pk": kinds[kind]})
    return found


def test_the_table_names_every_guarded_address() -> None:
    assert set(guarded(get_resolver().url_patterns)) == set(TABLE)


def test_every_role_opens_what_the_table_says_and_nothing_else(
    world: World, addresses: dict[str, str], monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.REQUIRE_SECOND_FACTOR = False  # type: ignore[attr-defined]
    wrong = []
    for letter, actor in ACTORS.items():
        client = Client()
        client.force_login(User.objects.get(pk=world.staff[actor].pk))
        for name, address in addresses.items():
            status = client.get(address).status_code
            expected = (200, 302, 405) if letter in TABLE[name] else (404,)
            if expected == (404,) and status == 405:
                status = client.post(address).status_code
            if status not in expected:
                wrong.append(f"{actor} {name} {address}: {status}, expected {expected}")
    assert wrong == []


def test_nobody_opens_any_of_it_without_signing_in(addresses: dict[str, str], client: Client) -> None:
    for address in addresses.values():
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/accounts/login/")


def test_who_holds_no_role_at_all_finds_nothing(world: World, addresses: dict[str, str], client: Client) -> None:
    client.force_login(cast.make_user("nobody"))
    statuses = {name: client.post(address).status_code for name, address in addresses.items() if name != "home"}
    assert set(statuses.values()) == {404}, statuses

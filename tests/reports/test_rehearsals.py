"""The pages of rehearsals: ordered in one line, refused when children sit, read in plain words."""

import copy
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from common import clock
from exams import rehearsing
from exams.load import gates
from exams.models import Rehearsal
from exams.models.rehearsals import RehearsalState
from reports import rehearsals
from schools.models import AuditEntry
from tests import world as cast
from tests.exams.test_rehearsal import fill_bank
from tests.reports.measured import MEASURED
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def city(world: World) -> Client:
    client = Client()
    client.force_login(world.city_admin)
    return client


def ordered(world: World, **values: Any) -> Rehearsal:
    usual = {"organization": world.city, "student_count": 100, "minutes": 3, "created_at": NOW}
    return Rehearsal.objects.create(**{**usual, **values})


def measured(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(MEASURED) | changes


def order(client: Client, **values: Any) -> Any:
    return client.post("/rehearsals/", {"student_count": 200, "minutes": 3, **values})


def test_an_order_waits_in_the_queue_and_is_written_down(world: World, city: Client) -> None:
    fill_bank(world, single=60)
    response = order(city)
    one = Rehearsal.objects.get()
    assert response.headers["Location"] == f"/rehearsals/{one.pk}/"
    assert (one.state, one.student_count, one.organization) == (RehearsalState.WAITING, 200, world.city)
    assert ProcrastinateJob.objects.get(queue_name="rehearsals").args == {"rehearsal_id": one.pk}
    assert AuditEntry.objects.get(action="rehearsal:run").object_ids == [one.pk]


def test_it_is_refused_while_children_sit_and_before_they_do(world: World, city: Client) -> None:
    fill_bank(world, single=60)
    soon = NOW + timedelta(minutes=2)
    sitting = cast.make_sitting(world, cast.make_exam(world), opens_at=soon, closes_at=soon + timedelta(hours=1))
    response = order(city)
    assert response.status_code == 409
    assert sitting.title in response.content.decode()
    assert not Rehearsal.objects.exists()
    assert order(city, forced="on").status_code == 302


def test_a_sitting_that_opens_after_it_does_not_stand_in_its_way(world: World, city: Client) -> None:
    fill_bank(world, single=60)
    later = NOW + rehearsing.duration(200, 3)
    cast.make_sitting(world, cast.make_exam(world), opens_at=later, closes_at=later + timedelta(hours=1))
    assert order(city).status_code == 302


def test_a_second_one_has_to_wait_for_the_first(world: World, city: Client) -> None:
    fill_bank(world, single=60)
    ordered(world, state="running", figures={"progress": {"until": NOW.timestamp() + 60}})
    assert order(city).status_code == 409
    assert Rehearsal.objects.count() == 1


def test_one_that_has_died_stands_in_nobodys_way_and_is_shown_as_broken(world: World, city: Client) -> None:
    fill_bank(world, single=60)
    dead = ordered(world, state="running", figures={"progress": {"until": NOW.timestamp() - 1}})
    assert "没有做完" in city.get(f"/rehearsals/{dead.pk}/").content.decode()
    assert order(city).status_code == 302
    dead.refresh_from_db()
    assert dead.state == RehearsalState.BROKEN


def test_a_bank_that_is_too_small_is_said_to_be(world: World, city: Client) -> None:
    fill_bank(world)
    assert "题库不够" in order(city).content.decode()


def test_numbers_that_make_no_sense_are_refused(world: World, city: Client) -> None:
    for values in ({"student_count": 0}, {"student_count": 10**6}, {"minutes": 0}, {"minutes": "x"}):
        assert order(city, **values).status_code == 200
    assert not Rehearsal.objects.exists()


def test_a_running_one_says_how_far_it_is_and_asks_again(world: World, city: Client) -> None:
    progress = {"phase": "running", "until": NOW.timestamp() + 60, "stages": {"working": 87}, "entries": 4321}
    one = ordered(world, state="running", figures={"progress": progress})
    page = city.get(f"/rehearsals/{one.pk}/").content.decode()
    assert 'hx-trigger="every 5s"' in page
    assert "<b>87</b>" in page
    assert "<b>4321</b>" in page


def test_one_that_passed_says_that_the_machine_can(world: World, city: Client) -> None:
    one = ordered(world, state="passed", figures=measured(), ended_at=NOW)
    page = city.get(f"/rehearsals/{one.pk}/").content.decode()
    assert "这台机器可以让 100 名学生同时测评。" in page
    assert "一条不少" in page
    assert "没有达到" not in page
    assert "hx-trigger" not in page


def test_one_that_failed_says_first_what_does_not_hold(world: World, city: Client) -> None:
    figures = measured()
    figures["verdict"]["missing"] = 2
    figures["took"]["started"]["p99"] = 5000.0
    figures["gates"] = [gate._asdict() for gate in gates.of(figures)]
    one = ordered(world, state="failed", figures=figures, ended_at=NOW)
    page = city.get(f"/rehearsals/{one.pk}/").content.decode()
    assert "这台机器还不能让 100 名学生同时测评。" in page
    assert "有 2 条在数据库里找不到" in page
    assert [one.holds for one in rehearsals.sentences(figures)][:3] == [False, False, True]
    assert rehearsals.suggested_rate(figures) == 400


def test_every_gate_has_its_words() -> None:
    figures = measured(students=50_000)
    words = {gate.word for gate in gates.of(figures)}
    assert words == set(rehearsals.GATES)
    for holds in (True, False):
        figures["gates"] = [{"word": word, "measured": 1.0, "limit": 2.0, "holds": holds} for word in words]
        assert all("%(" not in one.text for one in rehearsals.sentences(figures))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", list(rehearsals.CHARTS))
def test_its_curves_are_documents_that_say_what_they_show(world: World, city: Client, name: str, theme: str) -> None:
    one = ordered(world, state="passed", figures=measured(), ended_at=NOW)
    response = city.get(f"/rehearsals/{one.pk}/charts/{name}.svg?theme={theme}")
    tree = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert tree[0].text == rehearsals.CHARTS[name]()
    assert all("style" not in element.attrib for element in tree.iter())


def test_there_is_no_curve_of_another_name_or_before_the_end(world: World, city: Client) -> None:
    done = ordered(world, state="passed", figures=measured(), ended_at=NOW)
    assert city.get(f"/rehearsals/{done.pk}/charts/secrets.svg").status_code == 404
    running = ordered(world, state="running", figures={"progress": {"until": NOW.timestamp() + 60}})
    assert city.get(f"/rehearsals/{running.pk}/charts/stages.svg").status_code == 404


def test_everything_measured_is_there_to_be_read(world: World, city: Client) -> None:
    one = ordered(world, state="passed", figures=measured(), ended_at=NOW)
    assert city.get(f"/rehearsals/{one.pk}/figures/").json() == MEASURED

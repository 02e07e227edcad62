"""The page of a make-up, what planning says about lateness, and what it warns of."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from exams import delivery
from exams.models import Blueprint, BlueprintCell, Sitting
from schools.models import AuditEntry
from tests import world as cast
from tests.pages import office_hours, sign_in, soup, text, typed
from tests.world import NOW, World

__all__ = ["office_hours"]
pytestmark = pytest.mark.usefixtures("office_hours")


def tomorrow(minutes: int) -> str:
    """A moment tomorrow as the browser's picker sends it."""
    return typed(NOW + timedelta(days=1, minutes=minutes))


def times(**changes: Any) -> dict[str, Any]:
    return {
        "title": "补考",
        "start_mode": "clock",
        "opens_at": tomorrow(-10),
        "starts_at": tomorrow(0),
        "closes_at": tomorrow(45),
        "minutes": "40",
        "late_start": "common",
        "admission": "15",
    } | changes


def held(world: World, papers: int = 2, **changes: Any) -> Sitting:
    """A sitting of North school that closed an hour ago; nobody came."""
    began = NOW - timedelta(hours=2)
    values = {"opens_at": began, "starts_at": began, "closes_at": NOW - timedelta(hours=1)} | changes
    return cast.make_sitting(world, cast.make_exam(world, papers=papers), **values)


def test_a_school_plans_a_make_up_for_its_absentees(world: World) -> None:
    first = held(world)
    client, url = sign_in(world.school_admin), reverse("sitting_make_up", args=[first.pk])
    page = client.get(url)
    assert "共 2 名学生" in text(page)
    assert "本小江" not in text(page)
    response = client.post(url, times())
    second = Sitting.objects.get(make_up_of=first)
    assert response.url == reverse("sitting", args=[second.pk])
    assert (second.late_start, second.admission_ms, second.closing_cuts) == ("common", 900_000, False)
    assert second.attempts.count() == 2
    said = text(client.get(response.url))
    assert "补考自 第一场" in said
    assert "开始后 15 分钟以内可以入场，再晚不能；迟到的与大家同时结束，时间不补" in said
    assert "补考" in text(client.get(reverse("sitting", args=[first.pk])))
    assert "没有需要补考的学生" in text(client.get(url))


def test_names_are_shown_when_asked_for_and_that_is_remembered(world: World) -> None:
    first = held(world)
    url = reverse("sitting_make_up", args=[first.pk])
    page = sign_in(world.school_admin).get(url, {"names": world.class_71.pk})
    assert "本小江" in text(page)
    assert AuditEntry.objects.get(action="student:view").organization == world.class_71
    assert "欧小河" not in text(sign_in(world.school_admin).get(url, {"names": world.south_71.pk}))


def test_each_place_plans_for_its_own_students(world: World) -> None:
    first = held(world, organizations=[world.city])
    url = reverse("sitting_make_up", args=[first.pk])
    assert "共 2 名学生" in text(sign_in(world.school_admin).get(url))
    assert "共 3 名学生" in text(sign_in(world.city_admin).get(url))
    sign_in(world.school_admin).post(url, times())
    assert {one.student for one in Sitting.objects.get(make_up_of=first).attempts.all()} == {world.ben, world.cleo}
    assert "共 1 名学生" in text(sign_in(world.city_admin).get(url))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes_at": tomorrow(0)}, "结束时间要晚于开始时间"),
        ({"title": ""}, "必填"),
        ({"admission": "-1"}, "大于或等于"),
        ({"late_start": "never"}, "选择一个有效的选项"),
    ],
)
def test_times_that_cannot_be_are_refused_in_words(world: World, changes: dict[str, Any], sentence: str) -> None:
    first = held(world)
    page = sign_in(world.school_admin).post(reverse("sitting_make_up", args=[first.pk]), times(**changes))
    assert page.status_code == 422
    assert sentence in text(page)
    assert Sitting.objects.count() == 1


def test_without_another_paper_the_city_is_asked_for_one(world: World) -> None:
    first = held(world, papers=1)
    plan = Blueprint.objects.create(organization=world.city, title="方案", stage="junior")
    BlueprintCell.objects.create(blueprint=plan, kind="single_choice", count=2, points=2)
    first.exam.blueprint = plan
    first.exam.save()
    url = reverse("sitting_make_up", args=[first.pk])
    page = sign_in(world.school_admin).post(url, times())
    assert page.status_code == 422
    assert "2 名学生已经拿过全部试卷" in text(page)
    city = sign_in(world.city_admin)
    assert "再组一套卷" in text(city.get(reverse("exam", args=[first.exam_id])))
    said = city.post(reverse("exam_paper_addition", args=[first.exam_id]), follow=True)
    assert "已组成第 2 卷" in text(said)
    assert sign_in(world.school_admin).post(url, times()).status_code == 302


def test_one_more_paper_that_the_bank_cannot_fill_is_refused_cell_by_cell(world: World) -> None:
    first = held(world, papers=1)
    plan = Blueprint.objects.create(organization=world.city, title="方案", stage="junior")
    BlueprintCell.objects.create(blueprint=plan, kind="single_choice", count=9, points=2)
    first.exam.blueprint = plan
    first.exam.save()
    page = sign_in(world.city_admin).post(reverse("exam_paper_addition", args=[first.exam_id]))
    assert (page.status_code, "没有组卷" in text(page)) == (422, True)


def test_a_room_that_still_runs_is_said(world: World) -> None:
    page = sign_in(world.school_admin).get(reverse("sitting_make_up", args=[cast.make_sitting(world).pk]))
    assert "还有 1 个考场没有结束" in text(page)
    assert not soup(page).select("input[name=title]")


def test_the_page_asks_little_however_many_classes_there_are(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3, 23):
        cast.make_student(cast.make_class(world.north, number), f"{number}班生")
    first = held(world)
    client = sign_in(world.school_admin)
    with django_assert_max_num_queries(16):
        client.get(reverse("sitting_make_up", args=[first.pk]))


def test_the_card_says_extra_time_lateness_and_the_rooms_own_start(world: World) -> None:
    later = NOW + timedelta(days=1)
    sitting = cast.make_sitting(
        world,
        opens_at=later,
        starts_at=later,
        closes_at=later + timedelta(hours=1),
        admission_ms=600_000,
        late_start="common",
    )
    delivery.extend(cast.attempt_of(sitting, world.ben), 10, by=world.ada, why="视力障碍", now=NOW)
    sitting.rooms.update(delay_ms=15 * 60_000)
    page = sign_in(world.ada).get(reverse("sitting_cards", args=[sitting.pk]))
    ben, cleo = (" ".join(card.get_text(" ").split()) for card in soup(page).select(".seat-card"))
    assert "你另有 10 分钟加时" in ben
    assert "加时" not in cleo
    start = timezone.localtime(later + timedelta(minutes=15))
    assert f"{start:%H:%M} 开始" in cleo
    assert "迟到 10 分钟以内可以入场，与大家同时结束" in cleo


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://10.0.0.5:8000", True),
        ("http://exam.example.cn", True),
        ("https://exam.example.cn", False),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", False),
    ],
)
def test_plain_http_away_from_this_machine_is_warned_of(
    world: World, settings: Any, address: str, warned: bool
) -> None:
    settings.SITE_URL = address
    sitting = cast.make_sitting(world)
    client = sign_in(world.city_admin)
    for url in (reverse("sitting", args=[sitting.pk]), reverse("exam", args=[sitting.exam_id])):
        assert ("A certificate in five minutes" in text(client.get(url))) is warned


@pytest.mark.parametrize("https", [True, False])
def test_a_new_exam_is_encrypted_where_there_is_https(world: World, settings: Any, https: bool) -> None:
    settings.HTTPS = https
    page = sign_in(world.city_admin).get(reverse("exam_new"), secure=True)
    assert soup(page).select_one("[name=encrypt_paper]").has_attr("checked") is https


def test_how_papers_are_given_out_stands_once_they_are_in_use(world: World) -> None:
    sitting = cast.make_sitting(world)
    page = sign_in(world.city_admin).get(reverse("exam_edit", args=[sitting.exam_id]))
    assert soup(page).select_one("[name=encrypt_paper]").has_attr("disabled")

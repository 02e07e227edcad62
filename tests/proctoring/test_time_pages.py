"""The pages of time: pausing a class, delays, outages and compensations, extra time for one student."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common import clock
from exams import compensating, delivery
from exams.models import Attempt, Compensation, Presence, Room, Silence, Sitting
from exams.outages import Interval
from schools.models import AuditEntry, User
from schools.roles import Role
from tests import world as cast
from tests.pages import office_hours, sign_in, soup, text, typed
from tests.world import NOW, World

__all__ = ["office_hours"]
pytestmark = pytest.mark.usefixtures("office_hours")
AFTER = NOW + timedelta(minutes=20)


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture
def sitting(world: World) -> Sitting:
    return cast.make_sitting(world, organizations=[world.city])


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return cast.room_of(sitting, world.class_71)


@pytest.fixture
def ben(world: World, sitting: Sitting) -> Attempt:
    """Ben, at work, was not heard from minute 10 to 14."""
    attempt = cast.set_state(cast.attempt_of(sitting, world.ben), "active")
    Silence.objects.create(attempt=attempt, from_at=minute(10), until_at=minute(14))
    Presence.objects.create(attempt=attempt, heard_at=minute(19.9))
    return attempt


@pytest.fixture
def second(world: World) -> User:
    """Another administrator of North school."""
    return cast.make_user("second_admin", Role.SCHOOL_ADMIN, world.north)


@pytest.fixture
def after_the_outage(office_hours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def sent(world: World, **changes: Any) -> dict[str, Any]:
    values = {"place": world.north.pk, "from_at": typed(minute(10)), "until_at": typed(minute(15))}
    return values | changes


def proposal(world: World, sitting: Sitting) -> Compensation:
    outage = Interval(minute(10), minute(15))
    return compensating.propose(sitting.exam, world.north, outage, why="校园网中断", by=world.school_admin, now=AFTER)


def test_a_class_is_paused_and_goes_on_by_one_button_each(world: World, room: Room, ben: Attempt) -> None:
    client, page = sign_in(world.ada), reverse("room", args=[room.pk])
    assert "全班暂停" in text(client.get(page))
    assert "全班继续" not in text(client.get(page))
    said = text(client.post(reverse("room_pause", args=[room.pk]), follow=True))
    assert "全班已暂停，1 名学生停了计时" in said
    assert "起全班暂停" in said
    assert "全班继续" in said
    assert reverse("room_pause", args=[room.pk]) not in client.get(page).content.decode()
    ben.refresh_from_db()
    delivery.resume(ben, by=world.ada, now=AFTER)
    assert reverse("room_pause", args=[room.pk]) in client.get(page).content.decode()
    delivery.pause(ben, by=world.ada, why="", now=AFTER)
    said = text(client.post(reverse("room_resumption", args=[room.pk]), follow=True))
    assert "1 名学生接着答题" in said
    assert "起全班暂停" not in said
    Room.objects.filter(pk=room.pk).update(delay_ms=59_999)  # what a short pause leaves is no delay to speak of
    for address in (page, reverse("sitting", args=[room.sitting_id])):
        assert "推迟 0 分钟" not in text(client.get(address))
    reasons = list(AuditEntry.objects.filter(action="room:proctor").order_by("pk").values_list("reason", flat=True))
    assert reasons == ["pause", "resume"]


def test_a_room_is_delayed_from_its_page_and_says_its_own_times(world: World, room: Room) -> None:
    client = sign_in(world.school_admin)
    url = reverse("room_delay", args=[room.pk])
    assert "候考的学生几秒内就能看到新的时间" in text(client.get(url))
    said = text(client.post(url, {"minutes": 15, "why": "校车晚点"}, follow=True))
    assert "1 个考场推迟了 15 分钟" in said
    start = timezone.localtime(minute(15))
    assert f"{start:%H:%M}–" in said
    assert "推迟 15 分钟" in said
    assert "校车晚点" in said
    entry = AuditEntry.objects.get(action="room:delay")
    assert (entry.organization, entry.reason) == (world.class_71, "15 min: 校车晚点")


def test_a_room_at_work_cannot_be_delayed_and_the_page_says_what_can_be_done(
    world: World, room: Room, ben: Attempt
) -> None:
    client = sign_in(world.school_admin)
    url = reverse("room_delay", args=[room.pk])
    page = client.get(url)
    assert "已有学生开始答题，不能再推迟" in text(page)
    assert not soup(page).select("form.card button[type=submit]")
    client.post(url, {"minutes": 15, "why": "晚了"})
    room.refresh_from_db()
    assert room.delay_ms == 0


def test_a_place_is_delayed_after_a_look_at_what_would_move(world: World, sitting: Sitting, ben: Attempt) -> None:
    client, url = sign_in(world.city_admin), reverse("sitting_delay", args=[sitting.pk])
    query = {"place": world.city.pk, "minutes": 10, "why": "全市停电"}
    page = text(client.get(url, query))
    assert "推迟 1 个考场" in page
    assert "1 个考场已有学生开始，不动" in page
    assert not Room.objects.filter(delay_ms__gt=0).exists()
    said = text(client.post(url, query, follow=True))
    assert "1 个考场推迟了 10 分钟。 1 个考场已有学生开始，没有变。" in said
    assert cast.room_of(sitting, world.south_71).delay_minutes == 10


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"minutes": 0}, "大于或等于"), ({"minutes": 999}, "小于或等于"), ({"why": ""}, "必填")],
)
def test_a_delay_that_cannot_be_is_refused_in_words(
    world: World, sitting: Sitting, changes: dict[str, Any], sentence: str
) -> None:
    data = {"place": world.city.pk, "minutes": 10, "why": "停电"} | changes
    page = sign_in(world.city_admin).post(reverse("sitting_delay", args=[sitting.pk]), data)
    assert (page.status_code, sentence in text(page)) == (422, True)


@pytest.mark.parametrize("name", ["sitting_delay", "sitting_outages"])
def test_only_ones_own_places_are_offered_and_taken(world: World, sitting: Sitting, ben: Attempt, name: str) -> None:
    client, url = sign_in(world.school_admin), reverse(name, args=[sitting.pk])
    offered = [option["value"] for option in soup(client.get(url)).select("[name=place] option")]
    assert offered == [str(world.north.pk), str(world.class_71.pk)]
    data = sent(world, place=world.south.pk, minutes=5, why="x")
    page = client.post(url, data)
    assert (page.status_code, "选择一个有效的选项" in text(page)) == (422, True)
    city = [option["value"] for option in soup(sign_in(world.city_admin).get(url)).select("[name=place] option")]
    places = (world.city, world.north_county, world.north, world.south_county, world.south)
    assert city == [str(one.pk) for one in places]


def test_the_class_somebody_comes_from_is_offered_too(world: World, sitting: Sitting) -> None:
    url = reverse("sitting_outages", args=[sitting.pk])
    page = sign_in(world.city_admin).get(url, {"place": world.class_71.pk})
    assert soup(page).select_one("[name=place] option[selected]")["value"] == str(world.class_71.pk)


@pytest.mark.usefixtures("after_the_outage")
def test_an_outage_is_looked_at_first_then_proposed_then_approved_by_somebody_else(
    world: World, sitting: Sitting, ben: Attempt, second: User
) -> None:
    first, url = sign_in(world.school_admin), reverse("sitting_outages", args=[sitting.pk])
    page = first.get(url, sent(world))
    assert "1 名学生会得到补时" in text(page)
    assert "4 分钟" in text(page)
    assert "本小江" not in text(page)
    assert not Compensation.objects.exists()
    form = {field["name"]: field["value"] for field in soup(page).select("form[method=post] input[type=hidden]")}
    response = first.post(url, form | {"why": "校园网中断"})
    made = Compensation.objects.get()
    assert response.url == reverse("compensation", args=[made.pk])
    assert "要另一位管理员批准" in text(first.get(response.url))
    refused = first.post(reverse("compensation_approval", args=[made.pk]), follow=True)
    assert "不能自己批准" in text(refused)
    said = text(sign_in(second).post(reverse("compensation_approval", args=[made.pk]), follow=True))
    assert "已给 1 名学生补时" in said
    assert "已补 1 人" in said
    ben.refresh_from_db()
    assert ben.extra_ms == 240_000
    happened = text(sign_in(world.ada).get(reverse("room", args=[ben.room_id])))
    assert "补时 4 分钟" in happened
    assert "校园网中断" in happened


@pytest.mark.usefixtures("after_the_outage")
def test_names_are_shown_when_asked_for_and_that_is_remembered(world: World, sitting: Sitting, ben: Attempt) -> None:
    url = reverse("sitting_outages", args=[sitting.pk])
    page = sign_in(world.school_admin).get(url, sent(world, names=world.class_71.pk))
    assert "本小江" in text(page)
    assert "正在答题，会补时" in text(page)
    assert "柯小海" in text(page)  # never came: named, without time
    entry = AuditEntry.objects.get(action="student:view")
    assert entry.organization == world.class_71
    assert "欧小河" not in text(sign_in(world.school_admin).get(url, sent(world, names=world.south_71.pk)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until_at": typed(minute(10))}, "结束要晚于开始"),
        ({"until_at": typed(minute(21))}, "这个时间还没有到"),
        ({"from_at": "soon"}, "有效的日期/时间"),
        ({"place": "0"}, "选择一个有效的选项"),
        ({"why": ""}, "必填"),
        ({"from_at": typed(minute(2)), "until_at": typed(minute(5))}, "没有人因为断线耽误答题"),
    ],
)
@pytest.mark.usefixtures("after_the_outage")
def test_a_proposal_that_cannot_be_is_refused_in_words(
    world: World, sitting: Sitting, ben: Attempt, changes: dict[str, Any], sentence: str
) -> None:
    data = sent(world, why="断网") | changes
    page = sign_in(world.school_admin).post(reverse("sitting_outages", args=[sitting.pk]), data)
    assert (page.status_code, sentence in text(page)) == (422, True)
    assert not Compensation.objects.exists()


@pytest.mark.usefixtures("after_the_outage")
def test_a_compensation_is_there_for_administrators_of_its_place_and_above(
    world: World, sitting: Sitting, ben: Attempt
) -> None:
    made = proposal(world, sitting)
    statuses = {
        who: sign_in(user).get(reverse("compensation", args=[made.pk])).status_code for who, user in world.staff.items()
    }
    assert {who for who, status in statuses.items() if status == 200} == {"school_admin", "county_admin", "city_admin"}
    other = cast.make_user("south_admin", Role.SCHOOL_ADMIN, world.south)
    for name in ("compensation_approval", "compensation_completion", "compensation_rejection"):
        assert sign_in(other).post(reverse(name, args=[made.pk])).status_code == 404
    made.refresh_from_db()
    assert made.state == "proposed"


@pytest.mark.usefixtures("after_the_outage")
def test_a_proposal_is_turned_down_or_taken_back(world: World, sitting: Sitting, ben: Attempt) -> None:
    made = proposal(world, sitting)
    client = sign_in(world.school_admin)
    assert "撤回" in text(client.get(reverse("compensation", args=[made.pk])))
    assert "谁的时间都没有变" in text(client.post(reverse("compensation_rejection", args=[made.pk]), follow=True))
    late = sign_in(world.county_admin).post(reverse("compensation_approval", args=[made.pk]), follow=True)
    assert "刚才已经有人处理过了" in text(late)
    ben.refresh_from_db()
    assert ben.extra_ms == 0


@pytest.mark.parametrize(("who", "reopened"), [("second_admin", False), ("county_admin", True)])
@pytest.mark.usefixtures("after_the_outage")
def test_whom_the_clock_closed_is_reopened_by_those_who_may(
    world: World, sitting: Sitting, ben: Attempt, second: User, who: str, reopened: bool
) -> None:
    Attempt.objects.filter(pk=ben.pk).update(deadline_at=minute(15))
    delivery.sweep(minute(16), timedelta(seconds=30))
    made = proposal(world, sitting)
    client = sign_in(User.objects.get(username=who))
    page = client.get(reverse("compensation", args=[made.pk]))
    assert bool(soup(page).select("[name=reopen]")) is reopened
    said = text(client.post(reverse("compensation_approval", args=[made.pk]), {"reopen": "on"}, follow=True))
    assert ("重新开放 1 份答卷" in said) is reopened
    ben.refresh_from_db()
    assert ben.state == ("active" if reopened else "submitted")


@pytest.mark.usefixtures("after_the_outage")
def test_what_was_not_handed_out_is_completed_by_the_same_page(
    world: World, sitting: Sitting, ben: Attempt, second: User
) -> None:
    made = proposal(world, sitting)
    Compensation.objects.filter(pk=made.pk).update(state="approved", decided_by_id=second.pk, decided_at=AFTER)
    client = sign_in(second)
    assert "有 1 名学生还没有补到" in text(client.get(reverse("compensation", args=[made.pk])))
    said = text(client.post(reverse("compensation_completion", args=[made.pk]), follow=True))
    assert "已给 1 名学生补时" in said
    assert "还没有补到的" not in said


@pytest.mark.usefixtures("after_the_outage")
def test_a_proposal_waits_on_the_home_page_of_those_who_may_approve_it(
    world: World, sitting: Sitting, ben: Attempt
) -> None:
    made = proposal(world, sitting)
    shown = {
        who
        for who, user in world.staff.items()
        if reverse("compensation", args=[made.pk]) in sign_in(user).get(reverse("home")).content.decode()
    }
    assert shown == {"county_admin", "city_admin"}
    compensating.reject(made, by=world.county_admin, now=AFTER)
    assert "待批准的补时" not in text(sign_in(world.county_admin).get(reverse("home")))


def test_nothing_is_completed_that_was_not_approved(world: World, sitting: Sitting, ben: Attempt) -> None:
    made = proposal(world, sitting)
    said = text(sign_in(world.county_admin).post(reverse("compensation_completion", args=[made.pk]), follow=True))
    assert "没有批准，不能补" in said


@pytest.mark.usefixtures("after_the_outage")
def test_pages_of_an_outage_ask_little_however_many_classes_it_met(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3, 23):
        cast.make_student(cast.make_class(world.north, number), f"{number}班生")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        cast.set_state(attempt, "active")
        Silence.objects.create(attempt=attempt, from_at=minute(10), until_at=minute(14))
    client = sign_in(world.school_admin)
    with django_assert_max_num_queries(22):
        client.get(reverse("sitting_outages", args=[sitting.pk]), sent(world))
    made = proposal(world, sitting)
    with django_assert_max_num_queries(20):
        client.get(reverse("compensation", args=[made.pk]))


def test_extra_time_is_given_before_the_day_and_listed(world: World) -> None:
    day = NOW + timedelta(days=1)
    sitting = cast.make_sitting(world, opens_at=day, starts_at=day, closes_at=day + timedelta(hours=1))
    client, url = sign_in(world.school_admin), reverse("sitting_accommodations", args=[sitting.pk])
    assert "还没有" in text(client.get(url))
    said = client.post(url, {"code": " N0701 ", "minutes": 10, "why": "视力障碍"}, follow=True)
    assert "已给 本小江 加时 10 分钟" in text(said)
    (row,) = soup(said).select("tbody tr")
    assert "本小江" in row.get_text()
    assert "10 分钟" in row.get_text()
    assert AuditEntry.objects.filter(action="student:view", organization=world.class_71).exists()


@pytest.mark.parametrize(
    ("code", "sentence"), [("S0701", "不在你管理的班级"), ("none", "没有这个编号的学生"), ("N0702", "已经交卷")]
)
def test_extra_time_for_somebody_else_or_too_late_is_refused(
    world: World, sitting: Sitting, code: str, sentence: str
) -> None:
    cast.set_state(cast.attempt_of(sitting, world.cleo), "submitted")
    url = reverse("sitting_accommodations", args=[sitting.pk])
    page = sign_in(world.school_admin).post(url, {"code": code, "minutes": 10, "why": "照顾"})
    assert (page.status_code, sentence in text(page)) == (422, True)
    assert not Attempt.objects.filter(extra_ms__gt=0).exists()

"""Fair time, from an administrator's page to a student's screen: a class that begins later, minutes lost to an outage,
a make-up for whoever was not there."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from common import clock
from exams.models import Attempt, Presence, Silence, Sitting
from schools.models import User
from schools.roles import Role
from tests import world
from tests.journeys.student import (
    PATIENCE,
    Devices,
    Picture,
    StaffPage,
    answer,
    at_question,
    begin,
    enter,
    fits,
    saved,
    sitting_now,
)
from tests.pages import typed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# A pulse comes every 30 s at the latest.
ONE_PULSE = 40_000


def seconds_left(page: Page) -> int:
    """What the student's clock shows."""
    minutes, seconds = page.locator(".bar-time-figure").inner_text().split(":")[-2:]
    return int(minutes) * 60 + int(seconds)


def met_by_an_outage(attempt: Attempt, now: datetime) -> Attempt:
    """At work for 20 minutes, and not heard from minute 8 to 12:40 of them."""
    began = now - timedelta(minutes=20)
    attempt = world.set_state(attempt, "active", now=began)
    Silence.objects.create(
        attempt=attempt, from_at=began + timedelta(minutes=8), until_at=began + timedelta(minutes=12, seconds=40)
    )
    Presence.objects.create(attempt=attempt, heard_at=now - timedelta(minutes=1))
    return attempt


@pytest.fixture
def second(cast: world.World) -> User:
    """Another administrator of North school."""
    return world.make_user("second_admin", Role.SCHOOL_ADMIN, cast.north)


def propose(page: Page, sitting: Sitting, now: datetime, picture: Picture) -> str:
    """From the sitting's page: whom it met, then the proposal; its address."""
    page.goto(f"/sittings/{sitting.pk}/")
    page.get_by_role("link", name="中断与补时").click()
    page.get_by_label("范围").select_option("北校（示例）")
    page.get_by_label("中断开始").fill(typed(now - timedelta(minutes=15)))
    page.get_by_label("中断结束").fill(typed(now - timedelta(minutes=5)))
    page.get_by_role("button", name="先看看谁受影响").click()
    expect(page.get_by_text("1 名学生会得到补时")).to_be_visible()
    assert fits(page)
    picture(page, "preview")
    page.get_by_label("原因").fill("交换机断电")
    page.get_by_role("button", name="提出补时").click()
    expect(page.get_by_text("要另一位管理员批准").first).to_be_visible()
    expect(page.get_by_role("button", name="批准补时")).to_have_count(0)
    return page.url


def test_minutes_lost_to_an_outage_reach_the_screen_once_another_administrator_agrees(
    cast: world.World, second: User, open_device: Devices, staff_page: StaffPage, picture: Picture
) -> None:
    now = clock.now()
    times = {"opens_at": now - timedelta(minutes=30), "starts_at": now - timedelta(minutes=20)}
    sitting = sitting_now(cast, **times)
    ben = met_by_an_outage(world.attempt_of(sitting, cast.ben), now)
    student = open_device(390, 844).new_page()
    begin(student, ben)
    address = propose(staff_page(cast.school_admin, width=390, height=844), sitting, now, picture)
    before = seconds_left(student)
    assert before < 20 * 60, "nothing is given before it is approved"
    other = staff_page(second)
    other.goto(address)
    picture(other, "proposed")
    other.get_by_role("button", name="批准补时").click()
    expect(other.locator(".messages")).to_contain_text("已给 1 名学生补时")
    expect(other.get_by_text("已补")).to_be_visible()
    assert world.attempt_of(sitting, cast.ben).extra_ms == 280_000
    expect(student.get_by_text("刚才的中断（交换机断电）耽误了你的时间，现在补给你 4 分 40 秒。")).to_be_visible(
        timeout=ONE_PULSE
    )
    assert 280 - 60 < seconds_left(student) - before <= 280
    answer(student)
    saved(student)
    assert fits(student)
    picture(student)


def test_a_class_that_begins_later_sees_its_new_start_and_begins_then(
    cast: world.World, open_device: Devices, staff_page: StaffPage, picture: Picture
) -> None:
    starts_at = clock.now() + timedelta(minutes=2)
    sitting = sitting_now(cast, starts_at=starts_at)
    ben = world.attempt_of(sitting, cast.ben)
    student = open_device(390, 844).new_page()
    enter(student, ben)
    waiting = student.locator(".waiting-figure")
    expect(waiting).to_contain_text("01:", timeout=PATIENCE)
    teacher = staff_page(cast.school_admin, width=390, height=844)
    teacher.goto(f"/rooms/{ben.room_id}/delay/")
    teacher.get_by_label("分钟").fill("15")
    teacher.get_by_label("原因").fill("校车晚点")
    picture(teacher, "form")
    teacher.get_by_role("button", name="推迟", exact=True).click()
    expect(teacher.locator(".messages")).to_contain_text("1 个考场推迟了 15 分钟")
    expect(waiting).to_contain_text("16:", timeout=ONE_PULSE)
    shown = timezone.localtime(starts_at + timedelta(minutes=15))
    expect(student.get_by_text(f"{shown:%H:%M}").first).to_be_visible()
    picture(student)


def test_a_class_that_is_paused_while_it_waits_starts_when_the_teacher_lets_it(
    cast: world.World, open_device: Devices, staff_page: StaffPage, picture: Picture
) -> None:
    sitting = sitting_now(cast, starts_at=clock.now() + timedelta(seconds=50))
    ben = world.attempt_of(sitting, cast.ben)
    student = open_device(390, 844).new_page()
    enter(student, ben)
    expect(student.locator(".waiting-figure")).to_contain_text("00:", timeout=PATIENCE)
    teacher = staff_page(cast.ada)
    teacher.goto(f"/rooms/{ben.room_id}/")
    teacher.get_by_role("button", name="全班暂停").click()
    expect(teacher.get_by_text("起全班暂停")).to_be_visible()
    picture(teacher, "room")
    expect(student.get_by_text("老师让全班暂停，请等老师让大家继续")).to_be_visible(timeout=ONE_PULSE)
    picture(student, "waiting")
    time.sleep(max(0.0, (sitting.starts_at - clock.now()).total_seconds()) + 2)
    ben.refresh_from_db()
    assert ben.state == "entered"
    teacher.get_by_role("button", name="全班继续").click()
    expect(teacher.get_by_text("起全班暂停")).to_be_hidden()
    at_question(student, 1)
    ben.refresh_from_db()
    assert ben.deadline_at - ben.started_at == timedelta(milliseconds=sitting.time_limit_ms)


def test_whoever_was_not_there_sits_a_make_up_with_another_paper(
    cast: world.World, open_device: Devices, staff_page: StaffPage, picture: Picture
) -> None:
    now = clock.now()
    exam = world.make_exam(cast, papers=2, release_rule="on_submission")
    first = world.make_sitting(
        cast,
        exam,
        opens_at=now - timedelta(hours=3),
        starts_at=now - timedelta(hours=3),
        closes_at=now - timedelta(hours=2),
    )
    missed = world.attempt_of(first, cast.ben)
    world.set_state(world.attempt_of(first, cast.cleo), "submitted", now=now - timedelta(hours=3))
    page = staff_page(cast.school_admin, width=390, height=844)
    page.goto(f"/sittings/{first.pk}/")
    page.get_by_role("link", name="补考", exact=True).click()
    expect(page.get_by_text("共 1 名学生")).to_be_visible()
    page.get_by_role("link", name="看姓名").click()
    expect(page.get_by_text(cast.ben.name)).to_be_visible()
    page.get_by_label("开放入场").fill(typed(now - timedelta(minutes=10)))
    page.get_by_label("开始时间").fill(typed(now - timedelta(minutes=1)))
    page.get_by_role("textbox", name="结束时间").fill(typed(now + timedelta(minutes=90)))
    assert fits(page)
    picture(page, "plan")
    page.get_by_role("button", name="建立补考场次并确定名单").click()
    expect(page.locator(".messages")).to_contain_text("补考场次已建立")
    again = Attempt.objects.get(sitting__make_up_of=first)
    missed.refresh_from_db()
    assert (again.student, missed.state) == (cast.ben, "voided")
    assert again.paper_id != missed.paper_id
    student = open_device(390, 844).new_page()
    begin(student, again)
    answer(student)
    saved(student)
    at_question(student, 1)
    picture(student)

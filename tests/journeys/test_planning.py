"""From the blueprint to the card in a student's hand: the city plans, a school schedules, the card opens the door."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from common import clock
from exams.models import Attempt, Exam
from tests import world
from tests.journeys.student import Devices, Picture, StaffPage, fits
from tests.pages import typed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(stack: object) -> world.World:
    """The cast with a small bank; the city administrator has the second factor the product asks for."""
    built = world.build()
    for _ in range(4):
        world.make_item(built.city)
    totp.TOTP.activate(built.city_admin, totp.generate_totp_secret())
    return built


def picker(minutes: int) -> str:
    """A moment from now as the browser's picker takes it."""
    return typed(clock.now() + timedelta(minutes=minutes))


def draw_up(page: Page, picture: Picture) -> None:
    """A blueprint: what the bank lacks is said while it is typed, and lines are added without a round trip."""
    page.goto("/blueprints/new/")
    page.get_by_label("名称").fill("初中细目表")
    page.get_by_label("学段").select_option("初中")
    for number in range(2):
        page.locator(f"[name=cells-{number}-kind]").select_option("single_choice")
        page.locator(f"[name=cells-{number}-count]").fill("3")
        page.locator(f"[name=cells-{number}-points]").fill("5")
    page.get_by_role("button", name="增加空行").click()
    expect(page.locator("#cells tr")).to_have_count(4)
    expect(page.locator("#supply-summary")).to_contain_text("共 6 题，30 分")
    expect(page.locator("#supply-summary")).to_contain_text("缺 2 题：全部主题·单选")
    picture(page, "blueprint")
    page.locator("[name=cells-1-count]").fill("1")
    page.locator("[name=cells-1-count]").press("Enter")
    expect(page.locator(".messages")).to_contain_text("已保存")


def announce(page: Page, picture: Picture) -> None:
    """The exam with its basis, and papers; drawing anew asks first."""
    page.goto("/exams/new/")
    page.get_by_label("名称").fill("秋季测评")
    page.get_by_label("学段").select_option("初中")
    page.get_by_label("双向细目表").select_option("初中细目表")
    expect(page.get_by_label("组织依据")).to_have_value(re.compile("人民防空法》第四十六条"))
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="组卷").click()
    expect(page.locator(".messages")).to_contain_text("已组成 2 套卷")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="重新组卷").click()
    expect(page.get_by_role("link", name="第 2 卷")).to_be_visible()
    picture(page, "exam")


def schedule(page: Page, exam: Exam, picture: Picture) -> None:
    """A sitting of one class; a window that is too short is refused, and nothing typed is lost."""
    page.goto(f"/exams/{exam.pk}/")
    page.get_by_role("link", name="安排场次").click()
    page.get_by_label("场次名称").fill("第一场")
    page.get_by_label("(1)班").check()
    page.get_by_label("开放入场").fill(picker(-10))
    page.get_by_label("开始时间").fill(picker(0))
    page.get_by_label("结束时间", exact=True).fill(picker(20))
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".errorlist")).to_contain_text("少于答题时长 40 分钟")
    expect(page.get_by_label("(1)班")).to_be_checked()
    assert fits(page)
    picture(page, "sitting-refused")
    page.get_by_label("结束时间", exact=True).fill(picker(60))
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("1 个考场（每班一个）、2 名学生")
    page.get_by_role("button", name="确定名单").click()
    expect(page.locator(".messages")).to_contain_text("2 名学生，座位卡可以打印了")
    assert fits(page)


def test_a_plan_becomes_a_card_that_opens_the_door(
    cast: world.World, staff_page: StaffPage, open_device: Devices, picture: Picture
) -> None:
    city = staff_page(cast.city_admin)
    draw_up(city, picture)
    announce(city, picture)
    school = staff_page(cast.school_admin, width=390, height=844)
    schedule(school, Exam.objects.get(), picture)
    school.get_by_role("link", name="打印座位卡").click()
    card = school.locator(".seat-card").first
    expect(card).to_contain_text("本小江")
    assert fits(school)
    picture(school, "cards")
    attempt = Attempt.objects.get(student=cast.ben)
    student: Any = open_device(width=390, height=844).new_page()
    student.goto(f"/#{attempt.card}")
    expect(student.locator("#confirm-question")).to_contain_text("本小江", timeout=20_000)

"""The tutorial, the languages, and what the students' pages must not do."""

import pytest
from playwright.sync_api import expect

from tests.journeys.stack import Stack
from tests.journeys.student import Devices, Picture, fits

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_tutorial_shows_every_control_and_sends_nothing(
    stack: Stack, open_device: Devices, picture: Picture
) -> None:
    page = open_device(390, 844, has_touch=True, is_mobile=True).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    page.get_by_role("link", name="先练一练").tap()
    expect(page.get_by_text("什么都不会传到服务器")).to_be_visible()
    page.locator(".choice").nth(1).tap()
    expect(page.locator("#status")).to_contain_text("练习：已记下", timeout=10_000)
    page.get_by_role("button", name="标记").tap()
    page.get_by_role("button", name="清除选择").tap()
    page.locator(".choice").nth(0).tap()
    page.get_by_role("button", name="下一题").tap()
    page.get_by_role("button", name="大字").tap()
    # All but handing in has been tried, and each line ticks itself off while one goes on.
    expect(page.locator(".trials li:not(.done)")).to_have_count(1)
    assert fits(page)
    picture(page, "large-type")
    page.get_by_role("button", name="大字").tap()
    for index in (0, 1, 2):
        page.locator(".choice").nth(index).tap()
    page.get_by_role("button", name="下一题").tap()
    page.locator(".choice").nth(0).tap()
    page.get_by_role("button", name="去交卷").first.tap()
    page.get_by_role("button", name="确认交卷").tap()
    expect(page.get_by_role("heading", name="练习做完了")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("heading", name="逐题解析")).to_be_visible(timeout=10_000)
    expect(page.locator(".trials li:not(.done)")).to_have_count(0)
    picture(page)
    assert not [url for url in asked if "/lane/" in url]


def test_english_is_one_press_away_and_whole(stack: Stack, open_device: Devices, picture: Picture) -> None:
    page = open_device(390, 844).new_page()
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Type the number on your card")).to_be_visible()
    assert fits(page)
    page.goto("/tutorial/")
    expect(page.get_by_role("button", name="Read aloud")).to_be_visible()
    page.locator(".choice").first.click()
    page.get_by_role("button", name="Next").click()
    assert fits(page)
    picture(page)
    words = page.locator("body").inner_text().replace("中文", "")
    assert not [character for character in words if "一" <= character <= "鿿"]


@pytest.mark.parametrize("path", ["/", "/attempt/", "/tutorial/"])
def test_students_pages_take_no_session_and_load_nothing_from_elsewhere(
    stack: Stack, open_device: Devices, path: str
) -> None:
    device = open_device()
    page = device.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answered = page.goto(path)
    page.wait_for_load_state("networkidle")
    assert answered is not None
    assert device.cookies() == []
    assert [url for url in asked if not url.startswith((stack.address, "data:"))] == []
    assert "unsafe-inline" not in answered.headers["content-security-policy"]

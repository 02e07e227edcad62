"""A student's way: the card, the whole test, a reload, a broken network, the result."""

import signal
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common import clock
from exams.models import Sitting
from tests import world
from tests.journeys.stack import Stack
from tests.journeys.student import (
    PATIENCE,
    Devices,
    Picture,
    answer,
    at_question,
    begin,
    enter,
    fits,
    forward,
    hand_in,
    responses,
    saved,
    sitting_now,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_student_sits_the_test_reloads_and_sees_the_result(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    page = open_device().new_page()
    begin(page, attempt)
    answer(page)
    saved(page)
    forward(page)
    answer(page, 1)
    saved(page)
    page.reload()
    at_question(page, 2)
    expect(page.locator(".choice").nth(1)).to_have_class("choice chosen")
    forward(page)
    answer(page)
    forward(page)
    page.locator(".turn .primary").click()
    expect(page.get_by_text("还有 1 道题没有答")).to_be_visible()
    picture(page, "check")
    page.get_by_role("button", name="回到第 4 题").click()
    answer(page)
    hand_in(page)
    expect(page.get_by_role("heading", name="你的等级")).to_be_visible(timeout=30_000)
    picture(page)
    attempt.refresh_from_db()
    assert attempt.receipt == page.locator(".receipt-code").inner_text()
    assert len(responses(attempt)) == 4


def test_answers_survive_a_broken_network_and_arrive(cast: world.World, open_device: Devices, picture: Picture) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    device = open_device()
    page = device.new_page()
    begin(page, attempt)
    answer(page)
    saved(page)
    device.set_offline(True)
    for _ in range(3):
        forward(page)
        answer(page, 1)
    expect(page.locator("#status")).to_contain_text("断网", timeout=PATIENCE)
    expect(page.locator("#status")).to_contain_text("留在本机")
    picture(page, "offline")
    shown = page.locator(".cell.answered").count()
    page.locator(".turn .primary").click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_text("网络恢复后会自动交卷")).to_be_visible()
    picture(page, "handing-in-offline")
    device.set_offline(False)
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible(timeout=40_000)
    picture(page)
    attempt.refresh_from_db()
    assert len(responses(attempt)) == 4 <= shown
    events = attempt.journal_entries.exclude(event="").order_by("seq").values_list("event", flat=True)
    assert list(events)[:1] == ["offline"]
    assert not attempt.journal_entries.filter(kept=True).exists()


def test_a_reload_while_the_lane_is_away_keeps_the_unsent_answers(
    cast: world.World, stack: Stack, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    page = open_device().new_page()
    begin(page, attempt)
    stack.stop_part("lane-0", signal.SIGKILL)
    try:
        answer(page, 2)
        expect(page.locator("#status")).to_contain_text("服务器正忙", timeout=PATIENCE)
        page.reload()
        at_question(page, 1)
        expect(page.locator(".choice").nth(2)).to_have_class("choice chosen")
        picture(page)
        assert responses(attempt) == {}
    finally:
        stack.start_part("lane-0")
    expect(page.locator("#status")).to_contain_text("已保存", timeout=60_000)
    assert len(responses(attempt)) == 1


def test_on_a_phone_everything_is_within_the_thumb(cast: world.World, open_device: Devices, picture: Picture) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    page = open_device(390, 844, has_touch=True, is_mobile=True).new_page()
    begin(page, attempt)
    assert fits(page)
    page.locator(".choice").first.tap()
    page.get_by_role("button", name="标记").tap()
    page.get_by_role("button", name="答题卡").tap()
    expect(page.get_by_role("button", name="第 1 题，共 4 题, 已答, 有标记")).to_be_visible()
    assert fits(page)
    picture(page, "sheet")
    page.get_by_role("button", name="第 4 题，共 4 题, 未答").tap()
    at_question(page, 4)
    page.locator(".choice").nth(1).tap()
    hand_in(page)
    expect(page.get_by_role("heading", name="你的等级")).to_be_visible(timeout=30_000)
    assert fits(page)
    picture(page)


def test_the_keyboard_alone_is_enough(cast: world.World, open_device: Devices, picture: Picture) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    page = open_device().new_page()
    page.goto("/")
    page.keyboard.type(attempt.card)
    expect(page.locator("#card-enter")).to_be_enabled(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-question")).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at_question(page, 1)
    for key in ("b", "ArrowRight", "A", "m", "ArrowRight", "a", "c", "ArrowRight", "b"):
        page.keyboard.press(key)
    expect(page.locator(".cell.answered").first).to_be_visible()
    assert page.locator(".desk-side .cell.answered:not(i)").count() == 4
    assert page.locator(".desk-side .cell.marked:not(i)").count() == 1
    picture(page, "answered")
    page.locator(".turn .primary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="交卷之前")).to_be_focused()
    while page.evaluate("document.activeElement.id") != "hand-in":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已交卷")).to_be_focused(timeout=PATIENCE)
    picture(page)


def test_the_test_begins_by_itself_at_the_instant(cast: world.World, open_device: Devices, picture: Picture) -> None:
    now = clock.now()
    attempt = world.attempt_of(sitting_now(cast, starts_at=now + timedelta(seconds=15)), cast.ben)
    page = open_device().new_page()
    enter(page, attempt)
    expect(page.locator(".waiting-figure")).to_have_text("00:05", timeout=PATIENCE)
    picture(page, "waiting")
    at_question(page, 1)
    attempt.refresh_from_db()
    assert attempt.started_at is not None
    assert timedelta() <= attempt.started_at - now - timedelta(seconds=15) < timedelta(seconds=3)
    picture(page)


def test_at_the_deadline_it_is_handed_in_by_itself(cast: world.World, open_device: Devices, picture: Picture) -> None:
    attempt = world.attempt_of(sitting_now(cast, time_limit_ms=12_000), cast.ben)
    page = open_device().new_page()
    begin(page, attempt)
    expect(page.locator(".bar-time")).to_have_class("bar-time one")
    answer(page)
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible(timeout=40_000)
    picture(page)
    attempt.refresh_from_db()
    assert attempt.state in ("submitted", "scored")
    assert len(responses(attempt)) == 1


def test_afterwards_the_same_card_opens_the_result_with_explanations(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sitting = sitting_now(cast)
    attempt = world.attempt_of(sitting, cast.ben)
    page = open_device().new_page()
    begin(page, attempt)
    answer(page)
    for _ in range(3):
        forward(page)
    hand_in(page)
    expect(page.get_by_text("题目和解析在全部场次（含补测）结束后公布")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="完成，离开").click()
    Sitting.objects.filter(pk=sitting.pk).update(closes_at=clock.now())
    elsewhere = open_device().new_page()
    for _ in range(20):
        enter(elsewhere, attempt)
        expect(elsewhere.get_by_role("heading", name="你的等级")).to_be_visible(timeout=PATIENCE)
        if elsewhere.get_by_role("heading", name="逐题解析").count():
            break
        elsewhere.wait_for_timeout(1000)
    expect(elsewhere.locator(".told-item")).to_have_count(4)
    expect(elsewhere.get_by_text("因为法律这样规定。").first).to_be_visible()
    picture(elsewhere)

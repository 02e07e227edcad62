"""What goes wrong at a student's desk: cards, other devices, other students, teachers who step in."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from common import clock
from exams import delivery
from tests import world
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
    type_card,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def refusal(page: Page) -> str:
    expect(page.locator("#card-trouble")).to_be_visible(timeout=PATIENCE)
    return page.locator("#card-trouble").inner_text()


def wrong_digit(card: str) -> str:
    return card[:3] + str((int(card[3]) + 1) % 10) + card[4:]


def test_cards_that_do_not_open_say_why(cast: world.World, open_device: Devices, picture: Picture) -> None:
    sitting = sitting_now(cast)
    ben, cleo = world.attempt_of(sitting, cast.ben), world.attempt_of(sitting, cast.cleo)
    page = open_device(390, 844).new_page()
    type_card(page, ben.card[:7])
    assert "还没有输完" in refusal(page)
    type_card(page, wrong_digit(ben.card))
    assert "有一位不对" in refusal(page)
    picture(page, "mistyped")
    type_card(page, "000000000000")
    assert "没有找到这个卡号" in refusal(page)
    delivery.void(cleo, by=None, why="试", now=clock.now())
    type_card(page, cleo.card)
    assert "作废" in refusal(page)
    picture(page)


def test_a_sitting_that_is_not_open_says_when(cast: world.World, open_device: Devices, picture: Picture) -> None:
    now = clock.now()
    later = {"opens_at": now + timedelta(minutes=30), "starts_at": now + timedelta(minutes=40)}
    attempt = world.attempt_of(sitting_now(cast, **later), cast.ben)
    page = open_device(390, 844).new_page()
    type_card(page, attempt.card)
    assert "还没有开放入场" in refusal(page)
    picture(page)


def test_full_width_digits_and_the_link_of_the_code_open_too(cast: world.World, open_device: Devices) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    page = open_device().new_page()
    type_card(page, "".join(chr(ord(digit) + 0xFEE0) for digit in attempt.card))
    expect(page.locator("#confirm-question")).to_contain_text("七年级(1)", timeout=PATIENCE)
    page.get_by_role("button", name="不是我").click()
    expect(page.locator("#confirm-question")).to_be_hidden()
    expect(page.get_by_label("座位卡号")).to_have_value("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/#{attempt.card}")
    expect(page.locator("#confirm-question")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#confirm-question")).to_contain_text("本小江")
    assert attempt.card not in page.url
    assert not [url for url in asked if attempt.card in url.split("#")[0]]


def test_the_next_student_at_the_computer_finds_only_a_receipt(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sitting = sitting_now(cast)
    ben, cleo = world.attempt_of(sitting, cast.ben), world.attempt_of(sitting, cast.cleo)
    page = open_device().new_page()
    begin(page, ben)
    answer(page)
    for _ in range(3):
        forward(page)
    hand_in(page)
    code = page.locator(".receipt-code").inner_text()
    page.get_by_role("button", name="完成，离开").click()
    expect(page.get_by_label("座位卡号")).to_be_visible()
    for way in (page.go_back, lambda **how: page.goto("/attempt/", **how)):
        way(wait_until="commit")
        page.wait_for_url(lambda url: not url.endswith("/attempt/"), timeout=PATIENCE)
        expect(page.get_by_label("座位卡号")).to_be_visible(timeout=PATIENCE)
    page.get_by_text("这台设备最近的交卷回执").click()
    expect(page.locator("#receipt-list")).to_contain_text(code)
    assert "本小江" not in page.locator("body").inner_text()
    left = page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open("quiz-client").onsuccess = (event) => {
            const names = ["journals", "entries", "papers"];
            const reading = event.target.result.transaction(names);
            const counts = [];
            for (const name of names) reading.objectStore(name).count().onsuccess = (e) => counts.push(e.target.result);
            reading.oncomplete = () => resolve(counts);
          };
        })"""
    )
    assert left == [0, 0, 0]
    picture(page)
    begin(page, cleo)
    expect(page.locator(".choice.chosen")).to_have_count(0)


def test_a_second_device_waits_for_the_teacher_and_the_first_steps_aside(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    first, second = open_device().new_page(), open_device(390, 844).new_page()
    begin(first, attempt)
    answer(first)
    saved(first)
    type_card(second, attempt.card)
    assert "另一台设备" in refusal(second)
    picture(second, "occupied")
    attempt.refresh_from_db()
    delivery.release_device(attempt, by=None, now=clock.now())
    begin(second, attempt)
    expect(second.locator(".choice").first).to_have_class("choice chosen")
    forward(first)
    answer(first, 1)
    expect(first.get_by_role("heading", name="作答已换到另一台设备")).to_be_visible(timeout=40_000)
    expect(first.get_by_text("这台设备上的答案都已送达")).to_be_visible(timeout=PATIENCE)
    picture(first)
    assert attempt.journal_entries.filter(after_move=True).exists()


def test_a_second_window_steps_aside(cast: world.World, open_device: Devices, picture: Picture) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    device = open_device()
    page = device.new_page()
    begin(page, attempt)
    with device.expect_page() as opened:
        page.evaluate("window.open('/attempt/')")
    second = opened.value
    expect(second.get_by_role("heading", name="测评已经在另一个窗口里打开")).to_be_visible(timeout=PATIENCE)
    picture(second)
    answer(page)
    saved(page)


def test_the_go_the_pause_and_more_time_reach_the_screen(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sitting = sitting_now(cast, start_mode="go", time_limit_ms=600_000)
    attempt = world.attempt_of(sitting, cast.ben)
    page = open_device(390, 844).new_page()
    enter(page, attempt)
    expect(page.get_by_text("请等老师宣布开始")).to_be_visible(timeout=PATIENCE)
    assert fits(page)
    picture(page, "waiting")
    delivery.go(world.room_of(sitting, cast.class_71), by=None, now=clock.now())
    at_question(page, 1)
    attempt.refresh_from_db()
    delivery.extend(attempt, 5, by=None, why="来晚了", now=clock.now())
    answer(page)
    expect(page.get_by_text("老师给你延长了 5 分钟")).to_be_visible(timeout=40_000)
    expect(page.locator(".bar-time-figure")).to_contain_text("14:")
    picture(page, "extended")
    page.get_by_role("button", name="知道了").click()
    delivery.pause(attempt, by=None, why="火警演习", now=clock.now())
    expect(page.get_by_role("heading", name="老师暂停了作答")).to_be_visible(timeout=40_000)
    picture(page, "paused")
    delivery.resume(attempt, by=None, now=clock.now())
    expect(page.locator("h1.question-number")).to_be_visible(timeout=40_000)
    delivery.end(attempt, by=None, why="收卷", now=clock.now())
    expect(page.get_by_role("heading", name="老师已收卷")).to_be_visible(timeout=40_000)
    picture(page)
    assert len(responses(attempt)) == 1


def test_a_device_that_keeps_nothing_says_so_and_goes_on(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    device = open_device()
    device.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page = device.new_page()
    begin(page, attempt)
    expect(page.locator("#status")).to_contain_text("本机不能留底")
    answer(page)
    saved(page)
    picture(page)
    page.reload()
    at_question(page, 1)
    expect(page.locator(".choice").first).to_have_class("choice chosen")
    answer(page, 1)
    saved(page)
    assert len(responses(attempt)) == 1

"""The waiting room and the door: sealed papers, browsers that cannot decrypt, the own instant, patience where another
device is still at the attempt."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from common import clock
from exams import delivery
from questionbank import mediastore
from questionbank.models import MediaAsset
from tests import world
from tests.journeys.device import until_kept
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
WITHOUT_SUBTLE = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"
SEALED = {"encrypt_paper": True}


def siren() -> MediaAsset:
    """A sound of the starter bank."""
    return mediastore.keep(Path("questionbank/bank/media/alarm-sound-1.mp3").read_bytes())


def papers_asked(page: Page) -> list[str]:
    """Fills with the names of the papers that the page asks for."""
    asked: list[str] = []
    page.on("request", lambda request: "/papers/" in request.url and asked.append(request.url.rsplit("/", 1)[1]))
    return asked


def test_a_sealed_paper_waits_on_the_device_and_opens_at_the_start(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    starts_at = clock.now() + timedelta(seconds=25)
    attempt = world.attempt_of(sitting_now(cast, rules=SEALED, starts_at=starts_at), cast.ben)
    page = open_device(390, 844).new_page()
    asked = papers_asked(page)
    enter(page, attempt)
    expect(page.get_by_text("试卷已经取到本机")).to_be_visible(timeout=PATIENCE)
    assert fits(page)
    picture(page, "waiting")
    at_question(page, 1)
    assert {name.rsplit(".", 1)[1] for name in asked} == {"sealed"}
    answer(page)
    saved(page)
    page.reload()
    at_question(page, 1)
    expect(page.locator(".choice").first).to_have_class("choice chosen")
    for _ in range(3):
        forward(page)
    hand_in(page)
    expect(page.get_by_role("heading", name="你的等级")).to_be_visible(timeout=30_000)
    assert {name.rsplit(".", 1)[1] for name in asked} == {"sealed"}
    picture(page)


def test_a_sealed_paper_opens_again_after_a_reload_without_network(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast, rules=SEALED), cast.ben)
    device = open_device()
    page = device.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, attempt)
    until_kept(page)
    device.set_offline(True)
    answer(page, 1)
    page.reload()
    at_question(page, 1)
    expect(page.locator(".choice").nth(1)).to_have_class("choice chosen")
    picture(page)
    device.set_offline(False)
    saved(page)
    assert len(responses(attempt)) == 1


def test_a_browser_that_cannot_decrypt_gets_the_plain_paper_at_the_start(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    starts_at = clock.now() + timedelta(seconds=15)
    attempt = world.attempt_of(sitting_now(cast, rules=SEALED, starts_at=starts_at), cast.ben)
    device = open_device()
    device.add_init_script(WITHOUT_SUBTLE)
    page = device.new_page()
    asked = papers_asked(page)
    enter(page, attempt)
    expect(page.get_by_text("试卷在开始时取")).to_be_visible(timeout=PATIENCE)
    picture(page, "waiting")
    assert asked == []
    at_question(page, 1)
    assert [name.rsplit(".", 1)[1] for name in asked] == ["json"]
    answer(page)
    saved(page)
    picture(page)


def test_the_start_is_asked_for_at_the_own_instant(cast: world.World, open_device: Devices) -> None:
    starts_at = clock.now() + timedelta(seconds=20)
    attempt = world.attempt_of(sitting_now(cast, starts_at=starts_at), cast.ben)
    page = open_device().new_page()
    calls: list[tuple[str, int]] = []
    page.on("response", lambda got: "/lane/v1/start" in got.url and calls.append((got.url, got.status)))
    enter(page, attempt)
    at_question(page, 1)
    attempt.refresh_from_db()
    assert attempt.started_at is not None
    assert timedelta() <= attempt.started_at - starts_at < timedelta(seconds=1)
    assert [status for _url, status in calls].count(200) == 1


def test_the_waiting_room_says_until_when_one_may_start_and_lets_one_hear(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    items = [world.make_item(cast.city, stem=f"听一听，这是什么信号？![信号](media:{siren().name})")]
    starts_at = clock.now() + timedelta(minutes=20)
    rules = {"items": items}
    sitting = sitting_now(cast, rules=rules, starts_at=starts_at, admission_ms=600_000, late_start="common")
    page = open_device(390, 844).new_page()
    enter(page, world.attempt_of(sitting, cast.ben))
    expect(page.get_by_text("最晚")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("来晚了不补时间")).to_be_visible()
    page.get_by_role("button", name="试听声音").click()
    expect(page.get_by_text("听到“嘀”的一声了吗")).to_be_visible()
    assert fits(page)
    picture(page)
    foreign = open_device(390, 844)
    foreign.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
    page = foreign.new_page()
    page.goto(f"/#{world.attempt_of(sitting, cast.cleo).card}")
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("button", name="Test the sound")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("The paper is on this device")).to_be_visible(timeout=70_000)
    assert fits(page)
    picture(page, "english")


def test_who_comes_after_the_admission_time_is_told_so(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    starts_at = clock.now() - timedelta(minutes=15)
    opens_at = starts_at - timedelta(minutes=10)
    sitting = sitting_now(cast, opens_at=opens_at, starts_at=starts_at, admission_ms=600_000)
    page = open_device(390, 844).new_page()
    enter(page, world.attempt_of(sitting, cast.ben))
    expect(page.get_by_text("过了允许迟到的时间")).to_be_visible(timeout=PATIENCE)
    assert fits(page)
    picture(page)


def test_sounds_are_heard_without_network_whole_and_in_parts(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sound = siren()
    items = [world.make_item(cast.city, stem=f"这是什么信号？![信号](media:{sound.name})")]
    attempt = world.attempt_of(sitting_now(cast, rules={"items": items}), cast.ben)
    device = open_device()
    page = device.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, attempt)
    until_kept(page)
    page.reload()
    at_question(page, 1)
    address = page.locator("audio").get_attribute("src")
    for _ in range(60):
        if page.evaluate("(address) => caches.match(address).then(Boolean)", address):
            break
        page.wait_for_timeout(500)
    device.set_offline(True)
    asked = """async ([address, range]) => {
      const answer = await fetch(address, range ? { headers: { Range: range } } : {});
      return [answer.status, (await answer.arrayBuffer()).byteLength];
    }"""
    assert page.evaluate(asked, [address, None]) == [200, sound.size_bytes]
    assert page.evaluate(asked, [address, "bytes=100-199"]) == [206, 100]
    assert page.evaluate(asked, [address, f"bytes={sound.size_bytes - 5}-"]) == [206, 5]
    length = "() => new Promise((done) => { const a = document.querySelector('audio'); a.onloadedmetadata = () => "
    assert page.evaluate(length + "done(a.duration); a.load(); a.preload = 'auto'; })") > 0
    picture(page)


def test_a_second_device_is_let_in_by_itself_once_the_teacher_has_released_the_first(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    first, second = open_device().new_page(), open_device(390, 844).new_page()
    begin(first, attempt)
    answer(first)
    saved(first)
    type_card(second, attempt.card)
    expect(second.get_by_text("请举手告诉老师放行")).to_be_visible(timeout=PATIENCE)
    expect(second.get_by_label("座位卡号")).to_be_editable()
    attempt.refresh_from_db()
    delivery.release_device(attempt, by=None, now=clock.now())
    expect(second.locator("#confirm-question")).to_contain_text(cast.ben.name, timeout=PATIENCE)
    second.get_by_role("button", name="是我", exact=True).click()
    at_question(second, 1)
    expect(first.get_by_role("heading", name="作答已换到另一台设备")).to_be_visible(timeout=40_000)
    first.get_by_role("button", name="改在这台设备上继续").click()
    expect(first.get_by_text("请举手告诉老师放行")).to_be_visible(timeout=PATIENCE)
    picture(first, "moved")
    attempt.refresh_from_db()
    delivery.release_device(attempt, by=None, now=clock.now())
    at_question(first, 1)
    expect(first.locator(".choice").first).to_have_class("choice chosen")
    picture(first)


def test_a_neighbours_card_given_back_lets_the_neighbour_in_at_once(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    mistaken, right = open_device(390, 844).new_page(), open_device().new_page()
    type_card(mistaken, attempt.card)
    expect(mistaken.locator("#confirm-question")).to_contain_text(cast.ben.name, timeout=PATIENCE)
    type_card(right, attempt.card)
    expect(right.get_by_text("请举手告诉老师放行")).to_be_visible(timeout=PATIENCE)
    mistaken.get_by_role("button", name="不是我").click()
    expect(mistaken.get_by_label("座位卡号")).to_have_value("")
    assert cast.ben.name not in mistaken.content()
    expect(right.locator("#confirm-question")).to_contain_text(cast.ben.name, timeout=PATIENCE)
    right.get_by_role("button", name="是我", exact=True).click()
    at_question(right, 1)
    picture(mistaken, "given-back")
    assert list(attempt.events.order_by("pk").values_list("event", flat=True)) == ["enter", "leave", "start"]


def test_two_windows_with_the_same_card_are_one_test(cast: world.World, open_device: Devices) -> None:
    attempt = world.attempt_of(sitting_now(cast), cast.ben)
    device = open_device()
    page, other = device.new_page(), device.new_page()
    begin(page, attempt)
    enter(other, attempt)
    expect(other.get_by_role("heading", name="测评已经在另一个窗口里打开")).to_be_visible(timeout=PATIENCE)
    answer(page)
    saved(page)
    assert attempt.journal_entries.filter(epoch=1).count() == 1

"""Nothing is lost: the network is cut, the browser killed, a stranger's login page answers, the device is full."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from django.conf import settings
from nacl.public import Box, PublicKey
from playwright.sync_api import Browser, Page, expect

from exams import rescuekeys
from exams.models import Attempt
from quizplatform.embedded import process
from tests import world
from tests.journeys.device import Computer, held, until_kept
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
    saved,
    sitting_now,
    type_card,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...row) {
  if (window.full) throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, row);
};
"""


@contextmanager
def cut(stack: Stack) -> Iterator[None]:
    """No network: nobody listens at the door's address."""
    stack.stop_part("door")
    try:
        yield
    finally:
        stack.start_part("door")


@contextmanager
def strangers_page(stack: Stack) -> Iterator[None]:
    """The login page of a school's network stands in for every address, with a friendly 200."""

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = "<!doctype html><title>校园网认证</title><h1>请登录校园网</h1>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET  # noqa: N815 - the server asks for methods by these names

        def log_message(self, *_words: object) -> None:
            return

    with cut(stack):
        portal = ThreadingHTTPServer(("127.0.0.1", stack.installation.port), Portal)
        thread = Thread(target=portal.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            portal.shutdown()
            portal.server_close()
            thread.join()


@contextmanager
def released_anew(stack: Stack) -> Iterator[None]:
    """Pages that say something else: what an exam is called."""

    def restart(**change: str) -> None:
        stack.stop_part("pages")
        stack.environment |= change
        stack.start_part("pages")
        process.wait_until(lambda: httpx.get(stack.address).is_success, stack.children["pages"], log, what="the pages")

    log = stack.installation.logs / "pages.log"
    restart(EXAM_TERM="防空知识测评")
    try:
        yield
    finally:
        restart(EXAM_TERM="人防知识测评")


def shells(page: Page) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if name.startswith("exam-shell-")]


def until(page: Page, holds: Callable[[], bool]) -> bool:
    for _ in range(60):
        if holds():
            return True
        page.wait_for_timeout(500)
    return False


def long_sitting(cast: world.World, count: int = 8) -> Attempt:
    """Ben's attempt at a paper of so many single choices."""
    items = [world.make_item(cast.city) for _ in range(count)]
    return world.attempt_of(sitting_now(cast, rules={"items": items}), cast.ben)


def stored(attempt: Attempt) -> list[tuple[int, int, int | None, object, str]]:
    rows = attempt.journal_entries.values_list("epoch", "seq", "slot", "response", "event")
    return sorted((epoch, seq, slot, response, event or "") for epoch, seq, slot, response, event in rows)


def chosen(page: Page, index: int) -> None:
    expect(page.locator(".choice").nth(index)).to_have_class("choice chosen")


def test_the_network_is_cut_the_browser_killed_and_every_entry_arrives(
    cast: world.World, stack: Stack, browser: Browser, browser_path: str, tmp_path: Path, picture: Picture
) -> None:
    attempt = long_sitting(cast)
    computer = Computer(browser, browser_path, stack.address, tmp_path / "profile")
    first = computer.switch_on()
    page = first.new_page()
    begin(page, attempt)
    answer(page)
    saved(page)
    until_kept(page)
    with cut(stack):
        for index in (1, 2):
            forward(page)
            answer(page, index)
        expect(page.locator("#status")).to_contain_text("断网", timeout=PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        at_question(page, 3)
        chosen(page, 2)
        expect(page.locator("#status")).to_contain_text("留在本机", timeout=PATIENCE)
        picture(page, "reloaded")
        forward(page)
        answer(page, 3)
        before = held(page)
        computer.pull_the_plug(first)
        second = computer.switch_on(390, 844)
        page = second.new_page()
        page.goto("/attempt/")
        expect(page.get_by_text("这台设备上有没交完的测评")).to_be_visible(timeout=PATIENCE)
        assert cast.ben.name not in page.locator("body").inner_text()
        assert fits(page)
        picture(page, "asks-for-the-card")
        card = world.attempt_of(attempt.sitting, cast.cleo).card
        page.get_by_label("座位卡号").press_sequentially(card)
        page.get_by_role("button", name="进入").click()
        expect(page.locator("#card-trouble")).to_contain_text("连不上服务器", timeout=PATIENCE)
        assert cast.ben.name not in page.locator("body").inner_text()
        page.get_by_label("座位卡号").fill(attempt.card)
        page.get_by_role("button", name="进入").click()
        expect(page.locator("#confirm-question")).to_contain_text(cast.ben.name, timeout=PATIENCE)
        page.get_by_role("button", name="是我", exact=True).click()
        at_question(page, 4)
        chosen(page, 3)
        assert held(page)[: len(before)] == before
        forward(page)
        answer(page, 1)
        picture(page, "goes-on-offline")
    expect(page.locator("#status")).to_contain_text("已保存", timeout=60_000)
    for _ in range(3):
        forward(page)
        answer(page)
    hand_in(page)
    picture(page)
    entries = held(page)
    assert [slot for _epoch, _seq, slot, _response, _event in entries if slot] != []
    assert len({slot for _epoch, _seq, slot, *_rest in entries if slot}) == 8
    assert stored(attempt) == entries
    assert not attempt.journal_entries.filter(kept=True).exists()
    assert {"offline", "online"} <= {event for *_rest, event in entries}
    told = attempt.events.get(event="submit").data
    assert (told["acknowledged"], told["stored"], told["last_seq"]) == (len(entries),) * 3
    second.close()


def test_a_strangers_login_page_does_not_replace_the_test(
    cast: world.World, stack: Stack, open_device: Devices, picture: Picture
) -> None:
    attempt = long_sitting(cast, 4)
    page = open_device().new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, attempt)
    until_kept(page)
    with strangers_page(stack):
        answer(page, 1)
        expect(page.locator("#status")).to_contain_text("断网", timeout=PATIENCE)
        page.reload()
        at_question(page, 1)
        chosen(page, 1)
        picture(page, "portal")
    expect(page.locator("#status")).to_contain_text("已保存", timeout=60_000)
    picture(page)


def test_a_new_release_waits_until_no_exam_page_is_open(
    cast: world.World, stack: Stack, open_device: Devices, picture: Picture
) -> None:
    attempt = long_sitting(cast, 4)
    page = open_device().new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, attempt)
    until_kept(page)
    (old,) = shells(page)
    with released_anew(stack):
        page.evaluate("navigator.serviceWorker.getRegistration('/attempt/').then((one) => one.update())")
        waiting = "navigator.serviceWorker.getRegistration('/attempt/').then((one) => Boolean(one.waiting))"
        assert until(page, lambda: page.evaluate(waiting))
        answer(page)
        saved(page)
        page.reload()
        at_question(page, 1)
        assert page.evaluate(waiting)
        assert old in shells(page)
        picture(page)
        page.goto("/")
        assert until(page, lambda: old not in shells(page))
        assert len(shells(page)) == 1


def test_a_device_that_is_full_in_the_middle_says_so_and_loses_nothing(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    attempt = long_sitting(cast, 4)
    device = open_device(390, 844)
    device.add_init_script(FULL)
    page = device.new_page()
    begin(page, attempt)
    answer(page)
    saved(page)
    page.evaluate("window.full = true")
    for index in (1, 2):
        forward(page)
        answer(page, index)
        expect(page.locator("#status")).to_contain_text("本机不能留底", timeout=PATIENCE)
    picture(page, "full")
    forward(page)
    answer(page, 3)
    hand_in(page)
    assert [event for *_rest, event in stored(attempt) if event] == ["storage_lost"]
    assert len([slot for _epoch, _seq, slot, *_rest in stored(attempt) if slot]) == 4


def test_a_device_that_is_full_from_the_beginning_tells_the_teacher_while_one_waits(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sitting = sitting_now(cast, start_mode="go")
    attempt = world.attempt_of(sitting, cast.ben)
    device = open_device(390, 844)
    device.add_init_script(FULL + "window.full = true;")
    page = device.new_page()
    enter(page, attempt)
    expect(page.locator(".checks")).to_contain_text("本机不能留底", timeout=PATIENCE)
    picture(page)
    assert until(page, attempt.journal_entries.exists)
    assert [event for *_rest, event in stored(attempt)] == ["storage_lost"]


def test_the_rescue_file_holds_what_did_not_arrive_and_only_the_server_opens_it(
    cast: world.World, stack: Stack, open_device: Devices, picture: Picture, tmp_path: Path
) -> None:
    attempt = long_sitting(cast, 4)
    page = open_device(390, 844, accept_downloads=True).new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, attempt)
    until_kept(page)
    with cut(stack):
        for index in range(4):
            answer(page, index)
            if index < 3:
                forward(page)
        page.locator(".turn .primary").click()
        page.get_by_role("button", name="确认交卷").click()
        offer = page.get_by_role("button", name="保存救援文件")
        expect(offer).to_be_visible(timeout=40_000)
        assert fits(page)
        picture(page, "offered")
        with page.expect_download() as download:
            offer.click()
        path = tmp_path / "file.json"
        download.value.save_as(path)
        expect(page.get_by_text("请交给老师")).to_be_visible()
        picture(page, "saved")
        entries = held(page)
    sealed = json.loads(path.read_text())
    box = Box(rescuekeys.private_key(settings.SECRET_KEY), PublicKey(base64.b64decode(sealed["public"])))
    opened = json.loads(box.decrypt(base64.b64decode(sealed["box"]), base64.b64decode(sealed["nonce"])))
    (journal,) = opened["journals"]
    told = [(entry["seq"], entry.get("slot"), entry.get("response")) for entry in journal["entries"]]
    assert told == [(seq, slot, response) for _epoch, seq, slot, response, _event in entries]
    assert cast.ben.name not in path.read_text()
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible(timeout=60_000)
    assert stored(attempt) == held(page)


def test_the_next_student_finds_nothing_of_one_who_was_cut_off(
    cast: world.World, stack: Stack, browser: Browser, browser_path: str, tmp_path: Path, picture: Picture
) -> None:
    ben = long_sitting(cast, 4)
    cleo = world.attempt_of(ben.sitting, cast.cleo)
    computer = Computer(browser, browser_path, stack.address, tmp_path / "profile")
    first = computer.switch_on()
    page = first.new_page()
    begin(page, ben)
    until_kept(page)
    with cut(stack):
        answer(page, 2)
        expect(page.locator("#status")).to_contain_text("断网", timeout=PATIENCE)
        computer.pull_the_plug(first)
    second = computer.switch_on()
    page = second.new_page()
    type_card(page, cleo.card)
    expect(page.locator("#confirm-question")).to_contain_text(cast.cleo.name, timeout=PATIENCE)
    page.get_by_role("button", name="是我", exact=True).click()
    at_question(page, 1)
    expect(page.locator(".choice.chosen")).to_have_count(0)
    assert cast.ben.name not in page.locator("body").inner_text()
    picture(page)
    assert until(page, ben.journal_entries.filter(slot__isnull=False).exists)
    assert [response for _epoch, _seq, slot, response, _event in stored(ben) if slot]
    second.close()

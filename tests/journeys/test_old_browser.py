"""The students' pages in Chromium 80, the oldest they are promised to work in: a whole test, with a network that goes
and comes, a page left in the middle of an answer, and a computer that is switched off."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from exams.models import Attempt
from tests import world
from tests.journeys.conftest import PICTURES
from tests.journeys.device import HELD, READY
from tests.journeys.oldbrowser import CHROMIUM, OldBrowser, wait
from tests.journeys.stack import Stack
from tests.journeys.student import responses, sitting_now
from tests.js.test_client_rules import ROOT, RULES, RUN_ALL

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="these journeys need Chromium 80: make old-browser"),
]
NUMBER = "h1.question-number"


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        return


@pytest.fixture
def switch_on(tmp_path: Path) -> Iterator[Callable[[], OldBrowser]]:
    """A computer with one profile; what its pages called a fault fails the test."""
    opened: list[OldBrowser] = []

    def on() -> OldBrowser:
        opened.append(OldBrowser(tmp_path, tmp_path / "browser.log"))
        return opened[-1]

    yield on
    for browser in opened:
        browser.pull_the_plug()
    assert [fault for browser in opened for fault in browser.faults] == []


@pytest.fixture
def tree() -> Iterator[str]:
    """The address of this project's files as they are."""
    handler = partial(QuietFiles, directory=str(ROOT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def enter(browser: OldBrowser, attempt: Attempt) -> None:
    browser.write("#card", attempt.card)
    browser.press("#card-enter")
    browser.says("#confirm-question", attempt.student.name)
    browser.press("#confirm-yes")


@pytest.fixture
def at_work(cast: world.World, stack: Stack, switch_on: Callable[[], OldBrowser]) -> tuple[OldBrowser, Attempt]:
    """Ben at a computer, his first question before him."""
    attempt, browser = world.attempt_of(sitting_now(cast), cast.ben), switch_on()
    browser.size(1024, 768)
    browser.go(f"{stack.address}/")
    enter(browser, attempt)
    browser.says(NUMBER, "第 1 题")
    return browser, attempt


def answer(browser: OldBrowser, index: int) -> None:
    browser.press(f".choice:nth-of-type({index + 1})")


def stored(attempt: Attempt, count: int) -> dict[int, list[object]]:
    wait(lambda: len(responses(attempt)) == count, f"{count} stored answers")
    return responses(attempt)


def test_it_is_the_browser_it_is_said_to_be(switch_on: Callable[[], OldBrowser], stack: Stack) -> None:
    browser = switch_on()
    assert "Chrome/80." in browser.call("Browser.getVersion")["product"]
    browser.go(f"{stack.address}/")
    browser.until("!document.getElementById('card-enter').disabled")
    assert browser.run("document.getElementById('old-browser').hidden")


def test_every_rule_of_the_client_holds(switch_on: Callable[[], OldBrowser], tree: str) -> None:
    browser = switch_on()
    browser.go(f"{tree}/tests/js/rules/")
    for module in RULES:
        told = browser.run(f"({RUN_ALL})('/tests/js/rules/{module}.mjs')")
        assert told, module
        assert {name: fault for name, fault in told.items() if fault} == {}, module


def test_a_test_through_a_lost_network_a_reload_and_a_power_cut_loses_nothing(
    at_work: tuple[OldBrowser, Attempt], stack: Stack, switch_on: Callable[[], OldBrowser]
) -> None:
    browser, attempt = at_work
    answer(browser, 0)
    browser.says("#status", "已保存")
    stored(attempt, 1)
    assert browser.run(READY)

    browser.network(on=False)
    browser.press(".turn .primary")
    answer(browser, 1)
    browser.says("#status", "断网")
    browser.reload()
    browser.says("#status", "断网.*1 条")
    browser.picture(PICTURES / "old-browser-offline.png")
    browser.pull_the_plug()

    again = switch_on()
    again.size(390, 800)
    again.go(f"{stack.address}/attempt/")
    enter(again, attempt)
    again.says("#status", "已保存")
    assert len(stored(attempt, 2)) == 2
    again.picture(PICTURES / "old-browser-again.png")


def test_an_answer_leaves_with_the_page_and_a_hidden_page_is_not_called_offline(
    at_work: tuple[OldBrowser, Attempt],
) -> None:
    browser, attempt = at_work
    answer(browser, 0)
    browser.until(f"({HELD})().then((rows) => rows.length === 1)")
    assert not responses(attempt)
    browser.go("about:blank")
    stored(attempt, 1)
    assert not attempt.journal_entries.filter(event="offline").exists()


def test_every_kind_is_answered_handed_in_and_told_the_result(
    at_work: tuple[OldBrowser, Attempt],
) -> None:
    browser, attempt = at_work
    count = attempt.paper.item_count
    for number in range(1, count + 1):
        browser.says(NUMBER, rf"第 {number} 题")
        answer(browser, 0)
        browser.press(".turn .primary")
    browser.says(".check-verdict", f"{count}")
    browser.picture(PICTURES / "old-browser-check.png")
    browser.press("#hand-in")
    browser.says(".receipt-code", r"[A-Z0-9]{4}")
    browser.says("main", "再学一学|合格|良好|优秀")
    browser.picture(PICTURES / "old-browser-result.png")
    assert len(stored(attempt, count)) == count
    attempt.refresh_from_db()
    assert attempt.state in ("submitted", "scored")

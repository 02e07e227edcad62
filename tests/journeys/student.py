"""What student journeys share: a sitting that is open now, and the moves of a hand at the test."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from common import clock
from exams.cards import spaced
from exams.models import Attempt, Sitting
from tests import world

PATIENCE = 45_000

# What the fixtures `open_device`, `picture` and `staff_page` are.
Devices = Callable[..., BrowserContext]
Picture = Callable[..., Path]
StaffPage = Callable[..., Page]


def sitting_now(cast: world.World, *, rules: dict[str, Any] | None = None, **changes: Any) -> Sitting:
    """A sitting that has just begun and lasts an hour; results at once unless `rules` of the exam say otherwise."""
    now = clock.now()
    exam = world.make_exam(cast, **({"release_rule": "on_submission"} | (rules or {})))
    times = {
        "opens_at": now - timedelta(minutes=10),
        "starts_at": now - timedelta(seconds=5),
        "closes_at": now + timedelta(hours=1),
    }
    return world.make_sitting(cast, exam, **(times | changes))


def type_card(page: Page, card: str) -> None:
    page.goto("/")
    page.get_by_label("座位卡号").press_sequentially(card)
    page.get_by_role("button", name="进入").click()


def enter(page: Page, attempt: Attempt) -> None:
    """By the card, with the question whether it is the right child."""
    type_card(page, attempt.card)
    expect(page.get_by_label("座位卡号")).to_have_value(spaced(attempt.card))
    expect(page.locator("#confirm-question")).to_contain_text(attempt.student.name, timeout=PATIENCE)
    page.get_by_role("button", name="是我", exact=True).click()


def begin(page: Page, attempt: Attempt) -> None:
    """In, and the first question on the screen."""
    enter(page, attempt)
    at_question(page, 1)


def at_question(page: Page, number: int) -> None:
    expect(page.locator("h1.question-number")).to_contain_text(f"第 {number} 题", timeout=PATIENCE)


def answer(page: Page, index: int = 0) -> None:
    page.locator(".choice").nth(index).click()


def saved(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("已保存", timeout=PATIENCE)


def forward(page: Page) -> None:
    page.get_by_role("button", name="下一题").click()


def hand_in(page: Page) -> None:
    """From the last question, to the receipt."""
    page.locator(".turn .primary").click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible(timeout=PATIENCE)


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def responses(attempt: Attempt) -> dict[int, list[Any]]:
    """The answers the database holds, each slot's last."""
    entries = attempt.journal_entries.filter(slot__isnull=False).order_by("epoch", "seq")
    return {entry.slot: entry.response for entry in entries}

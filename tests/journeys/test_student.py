"""A student's way: the card, the whole test, a reload, a broken network, the result."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from common import clock
from exams.cards import spaced
from exams.models import Attempt, JournalEntry, Sitting
from tests import world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Devices = Callable[..., BrowserContext]
Picture = Callable[..., Path]


@pytest.fixture
def cast(stack: object) -> world.World:
    return world.build()


def sitting_now(cast: world.World, *, exam: dict[str, object] | None = None, **changes: object) -> Sitting:
    """A sitting that is open now; results at once unless said otherwise."""
    now = clock.now()
    rules = {"release_rule": "on_submission"} | (exam or {})
    times = {
        "opens_at": now - timedelta(minutes=10),
        "starts_at": now - timedelta(seconds=5),
        "closes_at": now + timedelta(hours=1),
    }
    return world.make_sitting(cast, world.make_exam(cast, **rules), **{**times, **changes})


def enter(page: Page, attempt: Attempt) -> None:
    page.goto("/")
    page.get_by_label("座位卡号").press_sequentially(attempt.card)
    expect(page.get_by_label("座位卡号")).to_have_value(spaced(attempt.card))
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", name="你是")).to_contain_text(attempt.student.name)
    page.get_by_role("button", name="是我", exact=True).click()


def answer(page: Page, index: int = 0) -> None:
    page.locator(".choice").nth(index).click()


def saved(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("已保存", timeout=10_000)


def test_a_student_sits_the_test_reloads_and_sees_the_result(
    cast: world.World, open_device: Devices, picture: Picture
) -> None:
    sitting = sitting_now(cast)
    attempt = world.attempt_of(sitting, cast.ben)
    page = open_device().new_page()
    enter(page, attempt)
    expect(page.get_by_role("heading", name="第 1 题，共 4 题")).to_be_visible(timeout=15_000)
    answer(page)
    saved(page)
    page.get_by_role("button", name="下一题").click()
    answer(page, 1)
    saved(page)
    page.reload()
    expect(page.get_by_role("heading", name="第 2 题，共 4 题")).to_be_visible()
    expect(page.locator(".choice").nth(1)).to_have_class("choice chosen")
    page.get_by_role("button", name="下一题").click()
    answer(page)
    page.get_by_role("button", name="下一题").click()
    picture(page, "question")
    page.get_by_role("button", name="去交卷").first.click()
    expect(page.get_by_text("还有 1 道题没有答")).to_be_visible()
    picture(page, "check")
    page.get_by_role("button", name="回到第 4 题").click()
    answer(page)
    page.get_by_role("button", name="去交卷").first.click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="你的等级")).to_be_visible(timeout=30_000)
    picture(page)
    attempt.refresh_from_db()
    assert attempt.receipt == page.locator(".receipt-code").inner_text()
    assert JournalEntry.objects.filter(attempt=attempt, slot__isnull=False).values("slot").distinct().count() == 4

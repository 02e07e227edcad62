"""The running product and a browser for journeys; every journey ends with a picture in test-results/."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.stack import Stack

if TYPE_CHECKING:  # models cannot be imported yet when pytest loads this file
    from schools.models import User
    from tests.world import World

PICTURES = Path(__file__).resolve().parents[2] / "test-results"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ARGUMENTS += ["--disable-sync", "--no-first-run", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(scope="session")
def stack(django_db_setup: None, django_db_blocker: pytest.Class) -> Iterator[Stack]:
    """The product on the test database; what a test writes there (with `transactional_db`) the product sees."""
    from django.conf import settings
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    database_url = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    running = Stack(database_url, Path(settings.DATA_DIR))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def cast(stack: Stack, transactional_db: None) -> "World":
    """The cast of tests/world.py, in the database that the product reads."""
    from tests.world import build

    return build()


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    """A Chromium for one module: Playwright's loop runs in this thread as long, and tests that are coroutines could
    not run beside it; nor would the ORM, which is told so."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # How long a look waits for what it expects: journeys share two cores with the other tests, and time nothing.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_device(browser: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a device: a browser context of its own. Faults of its pages fail the test at the end."""
    devices: list[BrowserContext] = []
    faults: list[str] = []

    def open_(width: int = 1280, height: int = 800, **options: object) -> BrowserContext:
        size = {"width": width, "height": height}
        device = browser.new_context(base_url=stack.address, viewport=size, locale="zh-CN", **options)
        device.on("weberror", lambda fault: faults.append(str(fault.error)))
        device.on("console", lambda said: said.type == "error" and _is_fault(said.text) and faults.append(said.text))
        devices.append(device)
        return device

    yield open_
    for device in devices:
        device.close()
    assert not faults


def _is_fault(text: str) -> bool:
    """Refusals of the lane, and a network or a socket that a test cut, are told by the browser too; they are no fault
    of the page."""
    return not text.startswith(("Failed to load resource", "WebSocket connection to"))


@pytest.fixture
def staff_page(open_device: Callable[..., BrowserContext], stack: Stack) -> Callable[..., Page]:
    """A window in which somebody of the staff is signed in; the way in is another journey."""

    def open_(user: "User", width: int = 1280, height: int = 800) -> Page:
        from django.test import Client

        client = Client()
        client.force_login(user)
        device = open_device(width=width, height=height)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": stack.address}
        device.add_cookies([cookie])
        return device.new_page()

    return open_


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Keeps a picture of a page under the test's name."""

    def take(page: Page, name: str = "end") -> Path:
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{request.node.name}-{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take

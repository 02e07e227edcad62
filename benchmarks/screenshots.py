"""Takes the pictures of the README from the running product: starts a demonstration of its own, looks, stops it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PORT = os.environ.get("PORT", "8099")
BASE = f"http://localhost:{PORT}"
BROWSER = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def demonstration(folder: str) -> tuple["subprocess.Popen[str]", list[str], str]:
    """The running product, the seat cards it printed and the password of its logins."""
    variables = {**os.environ, "PORT": PORT, "DATA_DIR": folder, "DEMO": "1"}
    running = subprocess.Popen(
        [sys.executable, "-m", "quizplatform.run"], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    printed = ""
    for line in running.stdout:
        printed += line
        if line.startswith("Ready:"):
            return (
                running,
                re.findall(r"^\s+(\d{12})$", printed, re.MULTILINE),
                re.findall(r"teacher\s+(\S+)", printed)[0],
            )
    raise SystemExit(f"the product did not start:\n{printed}")


def enter(page: Page, card: str) -> None:
    """Types a card at the door and goes in."""
    page.goto(BASE)
    page.get_by_label("座位卡号").press_sequentially(card)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("button", name="是我", exact=True).click()


def answer(page: Page, count: int) -> None:
    """Answers the first questions by keyboard."""
    page.locator("h1.question-number").wait_for(timeout=30_000)
    for _ in range(count):
        page.keyboard.press("A")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(150)
    page.wait_for_timeout(3000)


def room(browser: Browser, password: str) -> None:
    """The teacher's room page while students are at work."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN").new_page()
    page.goto(f"{BASE}/accounts/login/")
    page.fill("[name=login]", "teacher")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{BASE}/home/")
    page.locator("main a[href^='/rooms/']").first.click()
    page.wait_for_timeout(4000)
    page.screenshot(path=IMAGES / "room.png")


def look(browser: Browser, cards: list[str], password: str) -> None:
    """One student on a phone, two more at work, and the teacher who watches."""
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 760}, "device_scale_factor": 2, "locale": "zh-CN"}
    students = [browser.new_context(**phone).new_page() for _ in cards[:3]]
    for page, card, count in zip(students, cards, (3, 7, 11), strict=False):
        enter(page, card)
        answer(page, count)
    students[0].screenshot(path=IMAGES / "student.png")
    room(browser, password)


def main() -> None:
    """Writes docs/images/*.png."""
    if BROWSER is None:
        raise SystemExit("No Chromium was found; install one with: make browser")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # run as root, PostgreSQL's own account passes, so that nothing is put elsewhere
        running, cards, password = demonstration(folder)
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=BROWSER, args=QUIET.split())
                look(browser, cards, password)
                browser.close()
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


if __name__ == "__main__":
    main()

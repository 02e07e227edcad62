"""A student's computer with a disk of its own: a browser profile that outlives its browser, and what lies in it."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as Gone

from tests.journeys.conftest import ARGUMENTS

HELD = """() => new Promise((resolve) => {
  indexedDB.open("quiz-client").onsuccess = (event) => {
    const reading = event.target.result.transaction("entries").objectStore("entries").getAll();
    reading.onsuccess = () => resolve(reading.result);
  };
})"""
READY = """navigator.serviceWorker.ready.then((one) => new Promise((done) => {
  const look = () => (one.active && one.active.state === "activated" ? done(true) : setTimeout(look, 50));
  look();
}))"""


def held(page: Page) -> list[tuple[int, int, int | None, Any, str]]:
    """The entries in the device's database as (epoch, seq, slot, response, event), in order."""
    rows = page.evaluate(HELD)
    return sorted(
        (int(row["key"].split("/")[1]), row["seq"], row.get("slot"), row.get("response"), row.get("event", ""))
        for row in rows
    )


def until_kept(page: Page) -> None:
    """Until the service worker has everything that a reload without network needs."""
    assert page.evaluate(READY)


class Computer:
    """Browsers that share one profile, one after the other."""

    def __init__(self, browser: Browser, executable: str, address: str, profile: Path) -> None:
        self._browser = browser
        self._executable = executable
        self._address = address
        self._profile = profile

    def switch_on(self, width: int = 1280, height: int = 800) -> BrowserContext:
        return self._browser.browser_type.launch_persistent_context(
            str(self._profile),
            executable_path=self._executable,
            args=ARGUMENTS,
            base_url=self._address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
        )

    def pull_the_plug(self, context: BrowserContext) -> None:
        """Kills every process of this profile's browser."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(Gone):
            context.close()
        (self._profile / "SingletonLock").unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        mark = f"--user-data-dir={self._profile}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                if mark in (folder / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

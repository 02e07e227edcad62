"""Chromium 80, driven by its own debugging protocol: Playwright speaks to browsers of its own age only.

https://chromedevtools.github.io/devtools-protocol/ ; what is not needed by a journey is not here."""

import base64
import itertools
import json
import re
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.journeys.student import PATIENCE

CHROMIUM = Path(__file__).resolve().parents[2] / ".browsers" / "chromium-80" / "chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", "--lang=zh-CN"]


class OldBrowser:
    """One window of one profile. `faults` holds what the page's console called an error."""

    def __init__(self, profile: Path, log: Path) -> None:
        self.faults: list[str] = []
        self._ids = itertools.count(1)
        port = profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        with log.open("ab") as out:
            command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        wait(port.is_file, "the browser")
        host = f"http://127.0.0.1:{port.read_text().split()[0]}"
        wait(lambda: self._page(host), "its window")
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(self._page(host), max_size=None, compression=None, ping_interval=None)
        )
        for domain in ("Runtime", "Page", "Network"):
            self.call(f"{domain}.enable")

    def _page(self, host: str) -> str:
        pages = [one for one in httpx.get(f"{host}/json/list").json() if one["type"] == "page"]
        return str(pages[0]["webSocketDebuggerUrl"]) if pages else ""

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The protocol's answer. Raises RuntimeError with its words where it refuses."""
        mine = next(self._ids)
        self._say(mine, method, params)
        while (told := json.loads(self._socket.recv(timeout=PATIENCE / 1000))).get("id") != mine:
            self._hear(told)
        if "error" in told:
            raise RuntimeError(told["error"])
        return dict(told["result"])

    def _say(self, mine: int, method: str, params: dict[str, Any]) -> None:
        self._socket.send(json.dumps({"id": mine, "method": method, "params": params}))

    def _hear(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Page.javascriptDialogOpening":  # "leave this page?": yes
            params = {"accept": True}
            self._socket.send(
                json.dumps({"id": next(self._ids), "method": "Page.handleJavaScriptDialog", "params": params})
            )
        elif event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])
        elif event.get("method") == "Runtime.consoleAPICalled" and event["params"]["type"] == "error":
            self.faults.append(str(event["params"]["args"]))

    def run(self, script: str) -> Any:
        """The value of an expression in the page, a promise's when it is kept. Raises RuntimeError for its error."""
        told = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"].get("exception", {}).get("description", script))
        return told["result"].get("value")

    def until(self, script: str) -> None:
        """Waits for an expression to be true; a page that is just changing counts as not yet."""

        def holds() -> bool:
            try:
                return bool(self.run(f"Promise.resolve({script}).then(Boolean)"))
            except RuntimeError:
                return False

        wait(holds, script)

    def go(self, address: str) -> None:
        self.call("Page.navigate", url=address)
        self.until(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(address)})")

    def reload(self) -> None:
        self.run("window.wasHereBefore = true")
        self.call("Page.reload")
        self.until("!window.wasHereBefore && document.readyState === 'complete'")

    def shown(self, selector: str) -> str:
        """Waits until what a selector finds first can be used; returns the script that finds it."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{found} && !{found}.disabled && {found}.getClientRects().length")
        return found

    def press(self, selector: str) -> None:
        """A press of the mouse in the middle of it."""
        found = self.shown(selector)
        self.run(f"{found}.scrollIntoView({{block: 'center'}})")
        box = self.run(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({found}.getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def write(self, selector: str, text: str) -> None:
        self.run(f"{self.shown(selector)}.focus()")
        for character in text:
            self.call("Input.insertText", text=character)

    def text(self, selector: str) -> str:
        return str(self.run(f"(document.querySelector({json.dumps(selector)}) || {{}}).innerText || ''"))

    def says(self, selector: str, pattern: str) -> None:
        """Waits until an element's text matches a pattern."""
        wait(lambda: re.search(pattern, self.text(selector)), f"{selector}: {pattern}, got {self.text(selector)}")

    def network(self, *, on: bool) -> None:
        self.call(
            "Network.emulateNetworkConditions", offline=not on, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def pull_the_plug(self) -> None:
        """Kills the browser's main process; what it started ends with it."""
        with suppress(ConnectionClosed):
            self._open.close()
        self._process.kill()
        self._process.wait()


def wait(condition: Any, what: str) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < end, f"this did not come: {what}"
        time.sleep(0.1)

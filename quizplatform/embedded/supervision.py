"""The supervisor as the launcher sees it: started, asked to start groups, watched, stopped."""

import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from quizplatform.embedded import process
from quizplatform.embedded.installation import Installation
from quizplatform.embedded.parts import APPLICATION, SERVERS, Part
from quizplatform.embedded.process import DidNotStart

PATIENCE = 180.0  # seconds until a part that does not answer is reported
TOO_OFTEN = 3  # starts of one part before the first answer
STEADY = 1.0  # seconds a part without a socket must live to count as started


class Supervision:
    """One supervisord and its parts. `lock` is a file descriptor it holds as long as it lives."""

    def __init__(self, installation: Installation, parts: list[Part], configuration: str, lock: int) -> None:
        self.installation = installation
        self.parts = parts
        self.lock = lock
        self.child: subprocess.Popen[bytes] | None = None
        self.started: dict[str, set[int]] = {}
        self.logged = {part.name: process.size(self._log(part.name)) for part in parts}
        self.file = installation.run / "supervisord.conf"
        self.file.touch(mode=0o600)
        self.file.write_text(configuration)
        self.password = configuration.split("password=", 1)[1].split("\n", 1)[0]

    @property
    def rpc(self) -> Any:
        """The supervisor's remote calls; a fresh connection each time, for it may have been started anew."""
        path = f"unix://{self.installation.socket('supervisor')}"
        transport = cast(Any, SupervisorTransport("launcher", self.password, path))
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport).supervisor

    def begin(self) -> None:
        """Starts supervisord, with no part yet, and waits for it."""
        log = self.installation.logs / "supervisor.out"
        command = [sys.executable, "-P", str(Path(__file__).with_name("keeper.py")), "-c", str(self.file)]
        self.child = process.start(command, log, keep=(self.lock,))
        process.wait_until(self._is_there, self.child, log, what="the supervisor")

    def _is_there(self) -> bool:
        try:
            return bool(self.rpc.getState()["statename"] == "RUNNING")
        except OSError:
            return False

    def start(self, group: str) -> None:
        """Asks for all parts of a group; does not wait."""
        if any(part.group == group for part in self.parts):
            self.rpc.startProcessGroup(group, False)

    def wait(self, group: str, answers: dict[str, Callable[[], bool]]) -> None:
        """Waits until every part of the group answers, or lives for a while where it has no door to knock on. Raises
        DidNotStart with the last words of the one that does not."""
        missing = [part.name for part in self.parts if part.group == group]
        end = time.monotonic() + PATIENCE
        while missing := [name for name in missing if not self._answers(name, answers.get(name))]:
            for name in missing:
                if len(self.started.get(name, ())) > TOO_OFTEN or time.monotonic() > end:
                    raise DidNotStart(f"{name} does not start: {self.last_words(name)}")
            if self.child is None or self.child.poll() is not None:
                raise DidNotStart("the supervisor ended")
            time.sleep(0.05)

    def _answers(self, name: str, check: Callable[[], bool] | None) -> bool:
        if check is not None and check():
            return True
        about = self._about(name)
        if about["pid"]:
            self.started.setdefault(name, set()).add(about["pid"])
        return check is None and about["statename"] == "RUNNING" and about["now"] - about["start"] > STEADY

    def _about(self, name: str) -> dict[str, Any]:
        group = next(part.group for part in self.parts if part.name == name)
        return cast(dict[str, Any], self.rpc.getProcessInfo(f"{group}:{name}"))

    def _log(self, name: str) -> Path:
        return self.installation.logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """What the part said last in this run."""
        return process.last_words(self._log(name), since=self.logged[name])

    def watch(self, until: Callable[[], bool]) -> Iterator[str]:
        """Yields a sentence for every part that ended and was started again, and starts the supervisor itself again
        should that be killed (its parts end with it)."""
        known = self._numbers()
        while not until():
            time.sleep(2)
            if self.child is None or self.child.poll() is not None:
                yield "the supervisor was killed; everything is started again"
                while not until() and not self._has_begun_again():
                    time.sleep(2)
            now = self._numbers()
            for name, number in now.items():
                if known.get(name) not in (number, 0, None) and number:
                    yield f"{name} ended and was started again; its log: {self._log(name)}"
            known = {**known, **{name: number for name, number in now.items() if number}}

    def _has_begun_again(self) -> bool:
        """What keeps it from starting now (a full disk) may pass."""
        try:
            self.begin()
            for group in (SERVERS, APPLICATION):
                self.start(group)
        except (DidNotStart, OSError):
            self.close()
            return False
        return True

    def _numbers(self) -> dict[str, int]:
        try:
            return {about["name"]: about["pid"] for about in self.rpc.getAllProcessInfo()}
        except OSError:
            return {}

    def close(self) -> None:
        """Stops every part in order, then the supervisor."""
        if self.child is not None:
            process.stop(self.child, seconds=60)


def speaks_http(path: Path, request: str = "/") -> bool:
    """Whether something on the socket answers a request without failing."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(path))
            connection.sendall(f"GET {request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(12).startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4"))
    except OSError:
        return False


def listens(port: int) -> bool:
    """Whether something accepts connections on the port of this machine."""
    try:
        with socket.create_connection(("localhost", port), timeout=2):
            return True
    except OSError:
        return False

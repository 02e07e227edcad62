"""The whole product for a browser: the real door, lane, pages, boards and sweep, on the database of this test run.

The parts are those of `quizplatform.embedded.parts`, started without the supervisor; the door's configuration is the
product's own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from quizplatform.embedded import door, parts, process
from quizplatform.embedded.installation import BASE_DIR, Installation


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """One running product; `address` is its door."""

    def __init__(self, database_url: str, data: Path) -> None:
        environment = {
            "DATA_DIR": str(data),
            "PORT": str(_free_port()),
            "LISTEN": "127.0.0.1",
            "LANE_WORKERS": "1",
            "PAGES_THREADS": "4",
            "DATABASE_URL": database_url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "DEMO": "0",
            "HTTPS": "0",
            "LANE_DEVICE_SILENCE_SECONDS": "60",
            "DJANGO_SETTINGS_MODULE": "quizplatform.settings",
        }
        self.installation = Installation.from_environ(environment)
        self.environment = {**environment, "ALLOWED_HOSTS": "127.0.0.1,localhost", "SITE_URL": self.address}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.parts = {part.name: part for part in parts.all_of(self.installation, None)}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.installation.port}"

    def start(self) -> None:
        """Collects the static files and starts every part. Raises process.DidNotStart."""
        self.installation.prepare_folders()
        collect = [sys.executable, str(BASE_DIR / "manage.py"), "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, check=True, env={**os.environ, **self.environment}, cwd=BASE_DIR)
        (self.installation.run / "nginx.conf").write_text(door.configuration(self.installation))
        for name in self.parts:
            self.start_part(name)
        log = self.installation.logs / "door.log"
        process.wait_until(self._answers, self.children["door"], log, what="the product")

    def start_part(self, name: str) -> None:
        part = self.parts[name]
        if part.listens:
            part.listens.unlink(missing_ok=True)
        command = ["/usr/bin/env", "-C", str(BASE_DIR), *part.command]
        self.children[name] = process.start(
            command, self.installation.logs / f"{name}.log", environment=self.environment
        )

    def stop_part(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        process.stop(self.children.pop(name), how)

    def stop(self) -> None:
        for name in reversed(list(self.children)):
            self.stop_part(name, self.parts[name].ends_by)
        shutil.rmtree(self.installation.sockets, ignore_errors=True)

    def _answers(self) -> bool:
        """The pages answer, and the lane asks for a token."""
        try:
            asked = [httpx.get(self.address + path, timeout=5).status_code for path in ("/", "/lane/v1/state")]
        except httpx.TransportError:
            return False
        return asked == [200, 401]

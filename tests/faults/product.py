"""The product of the fault tests: `make run`'s own launcher on a small disk of its own, with a rehearsal to sit."""

import asyncio
import contextlib
import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import psycopg

from quizplatform.embedded.installation import BASE_DIR
from tests.faults.students import Content, Identity, Seat
from tests.faults.wire import Streams
from tests.platform.test_run import OF_THE_TEST, Launcher, clear_away, free_port, until

DISK_MB = 700
QUEUE_LIMIT = 100
SILENCE = 16  # seconds; the lane notes a sign of life at most every 15
STARTING = {
    "DEMO_STUDENTS": "120",  # a demonstration brings the bank of questions that the rehearsal draws from
    "LANE_QUEUE_LIMIT": str(QUEUE_LIMIT),
    "LANE_DEVICE_SILENCE_SECONDS": str(SILENCE),
}


class Disk:
    """A file system of its own, small enough to be filled. `is_own` says whether one could be mounted here."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="qp-faults-"))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", str(self.path)]
        done = subprocess.run(mount, check=False, capture_output=True, text=True) if os.geteuid() == 0 else None
        self.is_own = done is not None and done.returncode == 0
        self.why_not = done.stderr.strip() if done else "only root can mount"

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free meanwhile."""
        ballast = self.path / "ballast"
        try:
            with ballast.open("wb", buffering=0) as file:
                for piece in (2**20, 4096):
                    with contextlib.suppress(OSError):
                        while file.write(bytes(piece)) == piece:
                            pass
            yield
        finally:
            ballast.unlink()

    def remove(self) -> None:
        if self.is_own:
            subprocess.run(["umount", "--lazy", str(self.path)], check=True)
        shutil.rmtree(self.path)


class Product:
    """Everything `make run` starts, and the database seen from outside."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.data = disk.path / "data"
        self.launcher = Launcher(self.data, free_port(), **STARTING)

    @property
    def port(self) -> int:
        return self.launcher.port

    def rehearse(self, students: int) -> list[Seat]:
        """Has a rehearsal prepared that is open and running; its seats."""
        cards = self.data / "cards.csv"
        words = f"prepare_rehearsal --students {students} --items 20 --start-in 0 --minutes 60 --out".split()
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST}
        command = [sys.executable, str(BASE_DIR / "manage.py"), *words, str(cards)]
        subprocess.run(command, check=True, capture_output=True, env={**environment, "DATA_DIR": str(self.data)})
        with cards.open(encoding="utf-8", newline="") as file:
            return [Seat(row["card"], int(row["attempt"]), row["class"]) for row in csv.DictReader(file)]

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        lines = (self.data / "run.env").read_text().splitlines()
        url = dict(line.split("=", 1) for line in lines)["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True, application_name="the test")

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            cursor = connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def stored(self, attempts: list[int]) -> dict[Identity, tuple[Content, bool]]:
        """The journals of attempts: identity -> content, and whether it is kept."""
        columns = "attempt_id, epoch, seq, slot, response, event, kept"
        rows = self.ask(f"select {columns} from exams_journalentry where attempt_id = any(%s)", attempts)
        return {row[:3]: (row[3:6], row[6]) for row in rows}

    def kill(self, *names: str) -> None:
        """kill -9, all at the same moment; returns when each of them is there again."""
        before = {name: self.launcher.part(name) for name in names}
        assert all(before.values()), before
        for number in before.values():
            os.kill(number, signal.SIGKILL)
        for name, number in before.items():
            until(lambda: self.launcher.part(name) not in (0, number), 30)  # noqa: B023 - used at once

    def tries(self, statement: str = "select 1") -> bool:
        """Whether the database server does it."""
        try:
            return bool(self.ask(statement))
        except psycopg.OperationalError:
            return False

    def lane(self, number: int) -> Coroutine[Any, Any, Streams]:
        """A connection to one lane worker, past the door."""
        return asyncio.open_unix_connection(self.launcher.sockets() / "parts" / f"lane-{number}.sock")

    @contextlib.contextmanager
    def holding(self, statement: str, *values: Any) -> Iterator[None]:
        """Somebody else has locks that a statement takes, and keeps them."""
        with self.connect() as connection, connection.transaction():
            connection.execute(statement, values)  # type: ignore[call-overload]
            yield

    def remove(self) -> None:
        self.launcher.end()
        clear_away(self.data)
        self.disk.remove()

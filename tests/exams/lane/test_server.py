"""The lane under its real server: starts on a sound database only, imports no Django, reads large bodies away."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.exams.lane.builders import Hall, database_url, secret

BASE = Path(__file__).resolve().parents[3]


class Server:
    """One lane process."""

    def __init__(self, *, more: str = "", **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = (
            "--loop uvloop --http exams.lane.protocol:LaneProtocol --no-access-log --no-proxy-headers --lifespan on "
            f"--ws none --log-level warning {more}"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "quizplatform.asgi:lane", "--port", str(self.port), *words.split()],
            cwd=BASE,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": database_url(), "SECRET_KEY": secret(), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> "Server":
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/lane/v1/time")
            except httpx.TransportError:
                assert self.process.poll() is None, self.process.communicate()[1]
                time.sleep(0.05)
            else:
                return self
        raise AssertionError("the lane does not answer")

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/lane/v1/", timeout=20)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)


@pytest.fixture
def server(hall: Hall) -> Iterator[Server]:
    running = Server().wait()
    yield running
    running.stop()


def enter(client: httpx.Client, card: str) -> dict[str, str]:
    reply = client.post("enter", json={"card": card, "device": "d", "journal": "j"})
    assert reply.status_code in (200, 425), reply.text
    return {"Authorization": f"Bearer {reply.json().get('token', '')}"}


def open_now(hall: Hall) -> Any:
    """A sitting around the present, for the server's clock is the real one."""
    from datetime import timedelta

    from common import clock

    now = clock.now()
    hour = timedelta(hours=1)
    return hall.seat(opens_at=now - hour, starts_at=now - hour / 2, closes_at=now + hour)


def test_a_student_sits_a_whole_test_over_http(hall: Hall, server: Server) -> None:
    ben = open_now(hall)
    with server.client() as client:
        headers = enter(client, ben.card)
        assert client.post("start", json={}, headers=headers).json()["state"] == "active"
        for seq in range(1, 6):
            entry = {"seq": seq, "slot": 1, "response": [f"c{1 + seq % 4}"], "at": 1}
            assert client.post("save", json={"entries": [entry]}, headers=headers).json()["saved_seq"] == seq
        assert client.post("pulse", headers=headers).status_code == 200
        assert client.post("submit", json={"last_seq": 5}, headers=headers).json()["receipt"]
        assert client.get("state", headers=headers).json()["state"] == "submitted"
        assert client.get("result", headers=headers).json()["type"] == "not_released"
    assert len(ben.entries()) == 5


def test_twenty_megabytes_are_refused_and_the_sender_reads_why(hall: Hall, server: Server) -> None:
    ben = open_now(hall)
    with server.client() as client:
        headers = enter(client, ben.card)
        reply = client.post("save", content=b"x" * 20 * 1024 * 1024, headers=headers)
        assert (reply.status_code, reply.json()["type"]) == (413, "too_large")

        def endless() -> Iterator[bytes]:
            for _ in range(300):
                yield b"x" * 1024

        reply = client.post("save", content=endless(), headers=headers)
        assert (reply.status_code, reply.json()["type"]) == (413, "too_large")
        assert client.post("start", json={}, headers=headers).status_code == 200


def test_a_worker_that_is_killed_loses_nothing_it_acknowledged(hall: Hall, server: Server) -> None:
    ben = open_now(hall)
    with server.client() as client:
        headers = enter(client, ben.card)
        client.post("start", json={}, headers=headers)
        acknowledged = 0
        for seq in range(1, 40):
            if seq == 30:
                server.process.kill()
            entry = {"seq": seq, "slot": 1, "response": ["c1"], "at": 1}
            try:
                if client.post("save", json={"entries": [entry]}, headers=headers).status_code == 200:
                    acknowledged = seq
            except httpx.TransportError:
                break
    stored = [entry[1] for entry in ben.entries()]
    assert acknowledged >= 29
    assert stored[:acknowledged] == list(range(1, acknowledged + 1))


def test_the_lanes_process_never_imports_django() -> None:
    program = (
        "import sys, json, quizplatform.asgi as a; a.lane;"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] == 'django']))"
    )
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "s"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BASE, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("setting", ["synchronous_commit = off", "synchronous_commit = local"])
def test_it_does_not_start_where_a_commit_would_not_last(hall: Hall, setting: str) -> None:
    database = psycopg.conninfo.conninfo_to_dict(database_url())["dbname"]
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute(f'alter database "{database}" set {setting}')  # type: ignore[call-overload]
        try:
            server = Server()
            _, said = server.process.communicate(timeout=20)
        finally:
            connection.execute(f'alter database "{database}" reset synchronous_commit')  # type: ignore[call-overload]
    assert server.process.returncode != 0
    assert "does not start" in said
    assert "synchronous_commit" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://postgres@127.0.0.1:1/none", "LANE_CONNECT_SECONDS": "1"}, "reach its database"),
    ],
)
def test_it_says_in_a_line_what_is_missing(hall: Hall, environment: dict[str, str], word: str) -> None:
    server = Server(**environment)
    _, said = server.process.communicate(timeout=30)
    assert server.process.returncode != 0
    assert word in said
    assert "Traceback" not in said


def test_it_does_not_start_on_a_database_without_its_tables(hall: Hall) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(database_url())
    elsewhere = psycopg.conninfo.make_conninfo(**{**parts, "dbname": "postgres"})
    server = Server(DATABASE_URL=elsewhere)
    _, said = server.process.communicate(timeout=20)
    assert server.process.returncode != 0
    assert "manage.py migrate" in said

"""A server that dies with a statement unread: the connection is reset behind its last words. Under uvloop, as the lane
runs, the reader is called once for both."""

import asyncio
import select
import shutil
import socket
import struct
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest
import uvloop

from exams.lane import database
from exams.lane.config import LaneConfig
from tests.exams.lane.builders import database_url

pytestmark = pytest.mark.django_db
FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"
LAST_WORDS = b"E" + struct.pack(">I", len(FIELDS) + 4) + FIELDS


class Mortal(threading.Thread):
    """A way to the database that can die in the middle: it forwards one connection until it is told to stop reading."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="qp-"))
        self.parts = psycopg.conninfo.conninfo_to_dict(database_url())
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(self.folder / ".s.PGSQL.5432"))
        self.door.listen()
        self.reads = True
        self.start()

    @property
    def url(self) -> str:
        return psycopg.conninfo.make_conninfo(**{**self.parts, "host": str(self.folder), "port": "5432"})

    def run(self) -> None:
        self.client, _ = self.door.accept()
        self.server = self._connected()
        other = {self.client: self.server, self.server: self.client}
        while self.reads:
            for end in select.select(list(other), [], [], 0.02)[0]:
                other[end].sendall(end.recv(65536))

    def _connected(self) -> socket.socket:
        host, port = str(self.parts.get("host", "127.0.0.1")), int(self.parts.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def stop_reading(self) -> None:
        self.reads = False
        self.join()

    def die(self) -> None:
        """The last words and the end, at the same moment."""
        self.client.sendall(LAST_WORDS)
        self.client.close()

    def remove(self) -> None:
        self.stop_reading()
        for end in (self.client, self.server, self.door):
            end.close()
        shutil.rmtree(self.folder)


async def in_flight(mortal: Mortal) -> None:
    """Dies while a statement is on its way; raises what the asker is told."""
    connection = await database.connect(LaneConfig(database_url=mortal.url, secret_key="s"), "test")
    try:
        assert await connection.rows("select 1") == [(1,)]
        mortal.stop_reading()
        asked = asyncio.create_task(connection.rows("select 1"))
        await asyncio.sleep(0.05)
        mortal.die()
        await asyncio.wait_for(asked, 5)
    finally:
        await connection.close()


def test_it_is_noticed_and_the_statement_may_be_repeated() -> None:
    mortal = Mortal()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, pytest.raises(psycopg.OperationalError):
            runner.run(in_flight(mortal))
    finally:
        mortal.remove()

"""A compact HTTP/1.1 client over asyncio for the benchmarks of the lane alone: one request at a time per connection,
kept alive. The load of a whole city has a leaner one (exams/load/line.py); the bytes are the same."""

import asyncio
import socket

from exams.load.wire import Address, answered


class Broken(Exception):
    """The connection ended in the middle of an answer."""


class Target:
    """Where the load goes: http://host:port, or unix:/path/of/a.socket. Raises exams.load.wire.NotLoopback."""

    def __init__(self, url: str) -> None:
        self.address = Address.of(url)

    async def connect(self) -> "Connection":
        loop = asyncio.get_running_loop()
        path, host, port, _tls = self.address
        if path:
            _, made = await loop.create_unix_connection(Connection, path)
        else:
            _, made = await loop.create_connection(Connection, host, port)
        return made


class Connection(asyncio.Protocol):
    """One connection and the answer it waits for."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._received = b""
        self._loop = asyncio.get_running_loop()
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]
        self.is_open = True
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken())

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        answer = answered(self._received)
        if answer is None:
            return
        self._received = b""
        if answer.closes and self._transport is not None:
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((answer.status, answer.body))

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Sends a request; the future holds status and body. Raises Broken through it."""
        self._answer = self._loop.create_future()
        if self._transport is None or not self.is_open:
            self._answer.set_exception(Broken())
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

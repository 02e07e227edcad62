"""A compact HTTP/1.1 client over asyncio for load tools: one request at a time per connection, kept alive; no
redirects, no chunked answers, loopback only."""

import asyncio
import socket
from urllib.parse import urlsplit

LOOPBACK = ("127.", "localhost", "::1")


class NotLoopback(Exception):
    """Load goes to this machine only."""


class Broken(Exception):
    """The connection ended in the middle of an answer."""


class Target:
    """Where the load goes: http://host:port, or unix:/path/of/a.socket."""

    def __init__(self, url: str) -> None:
        self.path = url.removeprefix("unix:") if url.startswith("unix:") else ""
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or 80
        if not self.path and not self.host.startswith(LOOPBACK):
            raise NotLoopback(self.host)

    async def connect(self) -> "Connection":
        loop = asyncio.get_running_loop()
        if self.path:
            _, made = await loop.create_unix_connection(Connection, self.path)
        else:
            _, made = await loop.create_connection(Connection, self.host, self.port)
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
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self._received) < end + 4 + length:
            return
        body, self._received = self._received[end + 4 : end + 4 + length], b""
        if b"\r\nconnection: close" in head and self._transport is not None:
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))

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


def post(path: str, body: bytes, token: str = "") -> bytes:
    """The bytes of a POST as a browser would send it."""
    return (
        _head(b"POST", path, token) + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def get(path: str, token: str = "") -> bytes:
    """The bytes of a GET."""
    return _head(b"GET", path, token) + b"\r\n"


def _head(method: bytes, path: str, token: str) -> bytes:
    lines = b"%b %b HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
    head = lines % (method, path.encode()) + b"Accept-Encoding: gzip\r\nUser-Agent: benchmark\r\n"
    return head + (b"Authorization: Bearer %b\r\n" % token.encode() if token else b"")

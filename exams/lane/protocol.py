"""HTTP/1.1 between the door and the lane: whole requests in, whole answers out, one at a time on a connection.

httptools reads; uvicorn owns sockets, signals, start and end, and takes this class for its own by `--http`. Its own
speaks ASGI with any application, which cost the lane a quarter of each request (docs/decisions/lane.md)."""

import asyncio
import http
import logging
from collections import deque
from typing import Any, NamedTuple

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from exams.lane.app import Application
from exams.lane.problems import Problem
from exams.lane.wire import MOST_BYTES, MOST_DISCARDED, Reply, Request

log = logging.getLogger(__name__)

STATUS_LINES = {one.value: b"HTTP/1.1 %d %s\r\n" % (one.value, one.phrase.encode()) for one in http.HTTPStatus}
BAD = Reply(400, [(b"content-type", b"text/plain"), (b"content-length", b"12")], b"Bad request\n")
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Heard(NamedTuple):
    """One whole request, and whether the connection stays open after its answer."""

    method: str
    path: str
    request: Request
    fault: Problem | None
    stays: bool


class LaneProtocol(asyncio.Protocol):
    """One connection. The names without an underscore are those that uvicorn, the loop and the parser call."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        if not isinstance(config.loaded_app, Application):
            raise TypeError("the lane's protocol serves the lane only; run it with --no-proxy-headers")
        self._application = config.loaded_app
        self._loop = _loop or asyncio.get_running_loop()
        self._server = server_state
        self._connections: set[Any] = server_state.connections
        self._patience = config.timeout_keep_alive
        self._parser: Any = httptools.HttpRequestParser(self)
        self._task: asyncio.Task[None] | None = None
        self._waiting: deque[Heard] = deque()
        self._pauses = self._ends = self._broken = False
        self._clear()

    def connection_made(self, transport: Any) -> None:
        """Somebody has come."""
        self._transport = transport
        self._heard_at = self._loop.time()
        self._watch = self._loop.call_later(self._patience, self._look)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody has gone; what was asked is still done, for it may be an answer to keep."""
        self._connections.discard(self)
        self._watch.cancel()
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """Some bytes, of a request or of several. After nonsense nothing more is read; what was asked before it is
        answered."""
        if self._broken:
            return
        self._heard_at = self._loop.time()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._broken = True
            if self._task is None:
                self._write(BAD, stays=False)

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """All headers; a client that asks whether to send its body is told to."""
        if self._headers.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(GO_ON)

    def on_body(self, body: bytes) -> None:
        """A part of the body; of one that is too large nothing is kept, and at some point nothing more read."""
        self._size += len(body)
        if self._size <= MOST_BYTES:
            self._parts.append(body)
        elif self._size > MOST_DISCARDED:
            self._transport.close()

    def on_message_complete(self) -> None:
        """A whole request: answered now, or after the one before it."""
        heard = self._whole()
        self._clear()
        if self._task is None:
            self._begin(heard)
        else:
            self._waiting.append(heard)
            self._pauses = True
            self._transport.pause_reading()

    def shutdown(self) -> None:
        """The server ends: what was asked is still answered."""
        self._ends = True
        if self._task is None:
            self._transport.close()

    def _clear(self) -> None:
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._parts: list[bytes] = []
        self._size = 0

    def _whole(self) -> Heard:
        body = b"".join(self._parts) if self._size <= MOST_BYTES else b""
        request = Request(self._headers, body, self._application.lane.clock())
        fault = Problem("too_large") if self._size > MOST_BYTES else None
        path = self._url.partition(b"?")[0].decode("latin-1")
        return Heard(self._parser.get_method().decode(), path, request, fault, self._parser.should_keep_alive())

    def _begin(self, heard: Heard) -> None:
        self._task = self._loop.create_task(self._serve(heard))
        self._server.tasks.add(self._task)
        self._task.add_done_callback(self._over)

    def _over(self, task: "asyncio.Task[None]") -> None:
        """A request that ended without an answer takes its connection with it, so that the door asks another worker."""
        self._server.tasks.discard(task)
        if task.cancelled() or task.exception() is not None:
            log.error("a request got no answer", exc_info=None if task.cancelled() else task.exception())
            self._transport.close()

    async def _serve(self, heard: Heard) -> None:
        application = self._application
        if heard.fault is None:
            reply = await application.respond(heard.method, heard.path, heard.request)
        else:
            reply = application.refuse(heard.fault, heard.request)
        self._server.total_requests += 1
        self._task = None
        ends = self._ends or (self._broken and not self._waiting)
        self._write(reply, stays=heard.stays and not ends)
        if self._waiting:
            self._begin(self._waiting.popleft())
        elif self._pauses and not self._transport.is_closing():
            self._pauses = False
            self._transport.resume_reading()

    def _write(self, reply: Reply, *, stays: bool) -> None:
        if self._transport.is_closing():
            return
        lines = [b"%b: %b\r\n" % header for header in reply.headers]
        end = b"\r\n" if stays else b"connection: close\r\n\r\n"
        self._transport.write(b"".join((STATUS_LINES[reply.status], *lines, end, reply.body)))
        if not stays:
            self._waiting.clear()
            self._transport.close()

    def _look(self) -> None:
        """Gives a connection back that nobody has used for as long as uvicorn keeps one alive."""
        idle = self._loop.time() - self._heard_at
        if self._task is None and idle >= self._patience:
            self._transport.close()
        else:
            self._watch = self._loop.call_later(max(1.0, self._patience - idle), self._look)

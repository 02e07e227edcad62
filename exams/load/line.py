"""One student's connection: opened when it is needed, kept alive, opened again without a word when the server has
closed it meanwhile, as browsers do."""

import contextlib
import errno
import selectors
import socket
import ssl
import time
from collections.abc import Callable

from exams.load.engine import Engine
from exams.load.wire import Address, Answer, answered

NO_PORT_YET = getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24)
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
LOST = Answer(0, b"", 0, True)
NOT_YET = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """Asks one thing at a time. `heard(answer, seconds)` is called with LOST when there was no answer."""

    __slots__ = (
        "_address",
        "_began",
        "_engine",
        "_heard",
        "_received",
        "_request",
        "_reused",
        "_sock",
        "_source",
        "number",
    )

    def __init__(self, engine: Engine, address: Address, source: str, heard: Callable[[Answer, float], None]) -> None:
        self._engine = engine
        self._address = address
        self._source = source
        self._heard = heard
        self._sock: socket.socket | None = None
        self._request = b""
        self._received = b""
        self._reused = False
        self._began = 0.0
        self.number = 0  # of the request that waits for its answer; 0 while none does

    def ask(self, request: bytes, number: int) -> None:
        """Sends a request; `number` tells it from all others."""
        self._request = request
        self.number = number
        self._began = time.perf_counter()
        self._engine.expect(self)
        self._reused = self._sock is not None
        self._send()

    def close(self) -> None:
        """Hangs up; whoever waits for an answer hears nothing more."""
        self.number = 0
        self._hang_up()

    def give_up(self, number: int) -> None:
        """No answer came in time."""
        if number == self.number:
            self._hang_up()
            self._tell(LOST)

    def _send(self) -> None:
        try:
            if self._sock is None:
                self._sock = self._open()
            if not self._may_talk():
                return
            sent = self._sock.send(self._request)
            if sent < len(self._request):
                self._request = self._request[sent:]
                self._engine.selector.modify(self._sock, READ | WRITE, self._ready)
        except NOT_YET:
            assert self._sock is not None
            self._engine.selector.modify(self._sock, READ | WRITE, self._ready)
        except OSError as trouble:
            # Reported from the loop, so that nobody is called back while asking.
            if trouble.errno == errno.ENOTCONN and self._sock is not None:
                self._engine.selector.modify(self._sock, READ | WRITE, self._ready)
            else:
                self._engine.at(0.0, self._broken, self.number)

    def _may_talk(self) -> bool:
        """Whether bytes may be sent as soon as there is a socket."""
        return True

    def _open(self) -> socket.socket:
        if self._address.path:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            where: str | tuple[str, int] = self._address.path
        else:
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            where = ("127.0.0.1" if self._address.host == "localhost" else self._address.host, self._address.port)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_IP, NO_PORT_YET, 1)
            sock.bind((self._source, 0))
        result = sock.connect_ex(where)
        if result not in (0, errno.EINPROGRESS):
            sock.close()
            raise OSError(result, "connect")
        self._engine.selector.register(sock, READ, self._ready)
        self._engine.open_count += 1
        return sock

    def _ready(self, mask: int) -> None:
        if self._sock is None:
            return
        if mask & WRITE:
            self._engine.selector.modify(self._sock, READ, self._ready)
            self._send()
        if mask & READ:
            self._read()

    def _read(self) -> None:
        assert self._sock is not None
        try:
            data = self._sock.recv(262_144)
        except NOT_YET:
            return
        except OSError:
            data = b""
        if not data:
            self._broken(self.number)
            return
        self._received = self._received + data if self._received else data
        answer = answered(self._received) if self.number else None
        if answer is not None:
            self._received = b""
            if answer.closes:
                self._hang_up()
            self._tell(answer)

    def _broken(self, number: int) -> None:
        """The server hung up: nothing to say when nobody waits; asked once more at once when the line was an old one,
        for then the server closed it just as the request set out."""
        partly = bool(self._received)
        self._hang_up()
        if not number or number != self.number:
            return
        if self._reused and not partly:
            self._reused = False
            self._send()
        else:
            self._tell(LOST)

    def _tell(self, answer: Answer) -> None:
        self.number = 0
        self._request = b""
        self._heard(answer, time.perf_counter() - self._began)

    def _hang_up(self) -> None:
        if self._sock is None:
            return
        with contextlib.suppress(KeyError, ValueError):
            self._engine.selector.unregister(self._sock)
        self._sock.close()
        self._sock = None
        self._received = b""
        self._engine.open_count -= 1

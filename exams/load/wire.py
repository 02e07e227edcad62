"""HTTP/1.1 as a load tool needs it: the bytes of a request as a browser would send them, the parts of an answer."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

LOOPBACK = ("127.", "localhost", "::1")
END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
_HEAD = (
    b"%b %b HTTP/1.1\r\nHost: %b\r\nAccept: application/json\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
    b"Accept-Encoding: gzip\r\nUser-Agent: rehearsal\r\n"
)


class NotLoopback(Exception):
    """Load goes to this machine only."""


class Address(NamedTuple):
    """Where the load goes: a unix socket, or host and port, encrypted or not."""

    path: str
    host: str
    port: int
    tls: bool = False

    @classmethod
    def of(cls, url: str) -> "Address":
        """http://host:port, https://host:port, or unix:/path/of/a.socket. Raises NotLoopback."""
        if url.startswith("unix:"):
            return cls(url.removeprefix("unix:"), "localhost", 0)
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        host, port = parts.hostname or "localhost", parts.port or (443 if tls else 80)
        if not host.startswith(LOOPBACK):
            raise NotLoopback(host)
        return cls("", host, port, tls)


class Answer(NamedTuple):
    """One answer: status, body, seconds to wait before asking again (0: not said), whether the server hangs up."""

    status: int
    body: bytes
    retry_after: int
    closes: bool


def post(path: str, body: bytes, token: str = "", host: str = "localhost") -> bytes:
    """The bytes of a POST."""
    length = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head(b"POST", path, token, host) + length + body


def get(path: str, token: str = "", host: str = "localhost") -> bytes:
    """The bytes of a GET."""
    return head(b"GET", path, token, host) + b"\r\n"


def head(method: bytes, path: str, token: str = "", host: str = "localhost") -> bytes:
    """The lines that every request begins with."""
    lines = _HEAD % (method, path.encode(), host.encode())
    return lines + (b"Authorization: Bearer %b\r\n" % token.encode() if token else b"")


def answered(received: bytes | bytearray) -> Answer | None:
    """The answer, once it is all there; one request at a time, no chunks."""
    end = received.find(END)
    if end < 0:
        return None
    length = _LENGTH.search(received, 0, end + 2)
    whole = end + 4 + (int(length[1]) if length else 0)
    if len(received) < whole:
        return None
    status = int(received[9:12])
    closes = _CLOSE.search(received, 0, end + 2) is not None
    wait = _RETRY_AFTER.search(received, 0, end + 2) if status > 299 else None
    return Answer(status, bytes(received[end + 4 : whole]), int(wait[1]) if wait else 0, closes)

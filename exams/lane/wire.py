"""What comes in and goes out over HTTP: bodies of at most 64 KiB, JSON, problems."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import orjson

from exams.lane.problems import Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_BYTES = 64 * 1024
# So much of a body that is too large is read and thrown away, so that its sender gets to read the answer.
MOST_DISCARDED = 32 * 1024 * 1024

Answer = tuple[int, dict[str, Any]]


class Reply(NamedTuple):
    """One answer as it goes out; the names of its headers are in lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Request:
    """One request as a call sees it; `received_at` was stamped on arrival, before any queue."""

    __slots__ = ("body", "headers", "received_at")

    def __init__(self, headers: dict[bytes, bytes], body: bytes, received_at: int) -> None:
        self.headers = headers
        self.body = body
        self.received_at = received_at

    def document(self) -> dict[str, Any]:
        """The JSON object in the body; an empty body is an empty object. Raises Problem: not_json, invalid."""
        if not self.body:
            return {}
        try:
            document = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise Problem("not_json") from None
        if type(document) is not dict:
            raise Problem("invalid", pointer="")
        return document


async def read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. Raises Problem: too_large."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and (len(announced) > 9 or int(announced) > MOST_BYTES):
        await _discard(receive)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if len(body) > MOST_BYTES:
            raise Problem("too_large")
        return body
    parts = [body]
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            await _discard(receive, more=bool(message.get("more_body")))
        parts.append(part)
    return b"".join(parts)


async def _discard(receive: Receive, more: bool = True) -> None:
    discarded = 0
    while more and discarded < MOST_DISCARDED:
        message = await receive()
        discarded += len(message.get("body", b""))
        more = bool(message.get("more_body"))
    raise Problem("too_large")


def answered(status: int, document: dict[str, Any]) -> Reply:
    """A JSON answer."""
    body = orjson.dumps(document)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    return Reply(status, headers, body)


def refused(problem: Problem, language: str, now: int) -> Reply:
    """A problem document."""
    body = orjson.dumps(problem.document(language, now))
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-language", language.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    if problem.retry_after:
        headers.append((b"retry-after", b"%d" % max(1, round(problem.retry_after))))
    if "allowed" in problem.members:
        headers.append((b"allow", ", ".join(problem.members["allowed"]).encode()))
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return Reply(problem.status, headers, body)


async def give(send: Send, reply: Reply) -> None:
    """An answer as ASGI messages."""
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body})

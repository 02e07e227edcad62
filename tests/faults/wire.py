"""A small HTTP/1.1 client on asyncio: one kept connection, one call at a time, nothing a browser would not do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import orjson

PATIENCE = 25.0  # seconds a call may take
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Broken(Exception):
    """There was no answer: the connection could not be made, broke, or stayed silent."""


class Answer(NamedTuple):
    """What came back; `document` is empty where the body is no JSON object."""

    status: int
    retry_after: float | None
    document: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.document.get("type", ""))


class Wire:
    """One connection, opened when it is needed and again after it broke."""

    def __init__(self, connect: Callable[[], Awaitable[Streams]]) -> None:
        self._connect = connect
        self._streams: Streams | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", token: str = "") -> Answer:
        """Raises Broken."""
        head = f"{method} {path} HTTP/1.1\r\nHost: door\r\nContent-Length: {len(body)}\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        try:
            async with asyncio.timeout(PATIENCE):
                if self._streams is None:
                    self._streams = await self._connect()
                reader, writer = self._streams
                writer.write(head.encode() + b"\r\n" + body)
                await writer.drain()
                return await self._answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as fault:
            self.close()
            raise Broken(repr(fault)) from fault
        except asyncio.CancelledError:
            self.close()
            raise

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        document = orjson.loads(content) if content[:1] == b"{" else {}
        retry_after = headers.get("retry-after")
        return Answer(int(head[0].split()[1]), None if retry_after is None else float(retry_after), document)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

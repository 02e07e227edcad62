"""One PostgreSQL connection, one statement at a time, prepared once and watched by the event loop for as long as it
lives. psycopg opens it and understands its rows; its cursors are left out, because they cost as much as the statement
itself when a batch is small."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, OperationalError, errors, pq
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGconn, PGresult

Row = tuple[Any, ...]
Value = str | int | datetime

_BINARY = pq.Format.BINARY
# Seconds after which a statement without an answer is looked after, should the loop not have called.
_LOOK_AGAIN = 0.5
_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Connection:
    """`rows` and `transaction`; whoever has it uses it alone."""

    def __init__(self, opened: "AsyncConnection[Row]") -> None:
        self._opened = opened
        self._pgconn: PGconn = opened.pgconn
        self._transformer = Transformer(opened)
        self._names: dict[str, bytes] = {}
        self._results: list[PGresult] = []
        self._answer: asyncio.Future[PGresult] | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._socket = self._pgconn.socket
        self._loop.add_reader(self._socket, self._read)
        self.closed = False

    async def rows(self, statement: str, *values: Value) -> list[Row]:
        """What a statement answers; `$1`, `$2` ... stand for the values. Raises psycopg.Error."""
        name = self._names.get(statement) or await self._prepare(statement)
        self._send(lambda: self._pgconn.send_query_prepared(name, [_bytes(value) for value in values], None, _BINARY))
        result = await self._received()
        self._transformer.set_pgresult(result, format=_BINARY)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """All of it or nothing."""
        await self._do(b"begin")
        try:
            yield
        except Exception:
            if not self.closed:
                await self._do(b"rollback")
            raise
        await self._do(b"commit")

    async def close(self) -> None:
        """Closing twice is harmless."""
        self._unwatch()
        if not self.closed:
            self.closed = True
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(OperationalError("the connection was closed"))
        await self._opened.close()

    async def _prepare(self, statement: str) -> bytes:
        name = b"lane_%d" % len(self._names)
        self._send(lambda: self._pgconn.send_prepare(name, statement.encode()))
        await self._received()
        self._names[statement] = name
        return name

    async def _do(self, command: bytes) -> None:
        self._send(lambda: self._pgconn.send_query(command))
        await self._received()

    def _send(self, send: Any) -> None:
        if self.closed or (self._answer is not None and not self._answer.done()):
            raise OperationalError("the connection is closed or in use")
        self._results = []
        self._answer = self._loop.create_future()
        self._watch = self._loop.call_later(_LOOK_AGAIN, self._look)
        try:
            send()
            self._write()
        except OperationalError as fault:
            self._lose(fault)
            raise

    def _write(self) -> None:
        """Sends what is left of a statement that is larger than the socket's buffer."""
        if self._pgconn.flush():
            self._loop.add_writer(self._socket, self._go_on_writing)

    def _go_on_writing(self) -> None:
        try:
            if not self._pgconn.flush():
                self._loop.remove_writer(self._socket)
        except OperationalError as fault:
            self._lose(fault)

    def _read(self) -> None:
        """Something came from the server: an answer, or the end."""
        try:
            self._pgconn.consume_input()
            while not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is None:
                    break
                self._results.append(result)
            else:
                return
        except OperationalError as fault:
            self._lose(fault)
            return
        if self._pgconn.status != pq.ConnStatus.OK:
            self._lose(OperationalError("the server closed the connection"))
        elif self._results and self._answer is not None and not self._answer.done():
            self._answer.set_result(self._results[-1])

    def _look(self) -> None:
        """A server that dies with our statement unread resets the connection; uvloop then calls the reader once, which
        reads the server's last words, and never again for the end that stands behind them."""
        self._watch = self._loop.call_later(_LOOK_AGAIN, self._look)
        self._read()

    async def _received(self) -> PGresult:
        """The answer. A task that is cancelled while it waits leaves a connection that nobody can use any more."""
        assert self._answer is not None
        try:
            result = await self._answer
        except asyncio.CancelledError:
            self._lose(OperationalError("given up"))
            raise
        finally:
            self._unwatch()
        if result.status not in _GOOD:
            raise errors.error_from_result(result)
        return result

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _lose(self, fault: Exception) -> None:
        self._unwatch()
        if not self.closed:
            self.closed = True
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(fault)


def _bytes(value: Value) -> bytes:
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()

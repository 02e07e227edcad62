"""One connection: what it answers, and how it breaks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import errors

from exams.lane import database
from exams.lane.config import LaneConfig
from exams.lane.connection import Connection
from exams.lane.database import Link
from exams.lane.groupcommit import OutcomeUnknown, Unstorable
from tests.exams.lane.builders import database_url

pytestmark = pytest.mark.django_db


def config(**changes: Any) -> LaneConfig:
    return LaneConfig(database_url=database_url(), secret_key="s", **changes)


@pytest.fixture
async def connection(db: None) -> AsyncIterator[Connection]:
    opened = await database.connect(config(lock_timeout_ms=200, statement_timeout_ms=400), "test")
    yield opened
    await opened.close()


async def test_values_go_in_and_rows_come_out(connection: Connection) -> None:
    now = datetime(2026, 10, 20, 1, 0, 0, 123456, tzinfo=UTC)
    rows = await connection.rows(
        "select $1::int, $2::text, $3::timestamptz, '[1, {\"a\": null}]'::jsonb, 2.50::numeric, null, true",
        7,
        "文'",
        now,
    )
    assert rows == [(7, "文'", now, [1, {"a": None}], Decimal("2.50"), None, True)]
    assert await connection.rows("select generate_series(1, $1::int)", 3) == [(1,), (2,), (3,)]
    assert await connection.rows("select where false") == []


async def test_a_statement_larger_than_the_sockets_buffer_gets_through(connection: Connection) -> None:
    large = "x" * 20_000_000
    assert await connection.rows("select length($1::text)", large) == [(len(large),)]


async def test_a_fault_of_a_statement_leaves_the_connection_as_good_as_before(connection: Connection) -> None:
    for statement, fault in (
        ("select 1/$1::int", errors.DivisionByZero),
        ("select", None),
        ("select nonsense from nowhere", errors.UndefinedTable),
        ("select pg_sleep(2)", errors.QueryCanceled),
    ):
        if fault is not None:
            with pytest.raises(fault):
                await connection.rows(statement, *([0] if "$1" in statement else []))
        assert await connection.rows("select 1") == [(1,)]


async def test_a_transaction_is_all_or_nothing(connection: Connection) -> None:
    await connection.rows("create temp table t (n int unique)")
    async with connection.transaction():
        await connection.rows("insert into t values (1)")

    async def twice(*fault: Exception) -> None:
        async with connection.transaction():
            await connection.rows("insert into t values (2)")
            if fault:
                raise fault[0]
            await connection.rows("insert into t values (1)")

    with pytest.raises(errors.UniqueViolation):
        await twice()
    with pytest.raises(KeyError):
        await twice(KeyError())
    assert await connection.rows("select n from t") == [(1,)]


async def test_two_at_once_are_refused_instead_of_mixed(connection: Connection) -> None:
    first = asyncio.create_task(connection.rows("select pg_sleep(0.1), 1"))
    await asyncio.sleep(0.02)
    with pytest.raises(psycopg.OperationalError):
        await connection.rows("select 2")
    assert (await first)[0][1] == 1


async def test_who_is_given_up_on_leaves_a_closed_connection(connection: Connection) -> None:
    task = asyncio.create_task(connection.rows("select pg_sleep(0.3)"))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert connection.closed
    with pytest.raises(psycopg.OperationalError):
        await connection.rows("select 1")


async def test_a_server_that_hangs_up_is_noticed_at_rest_and_at_work(connection: Connection) -> None:
    for at_work in (False, True):
        victim = await database.connect(config(), "victim")
        ((pid,),) = await victim.rows("select pg_backend_pid()")
        work = asyncio.create_task(victim.rows("select pg_sleep(5)")) if at_work else None
        await asyncio.sleep(0.02)
        await connection.rows("select pg_terminate_backend($1::int)", pid)
        if work is not None:
            with pytest.raises(psycopg.OperationalError):
                await asyncio.wait_for(work, 2)
        for _ in range(100):
            if victim.closed:
                break
            await asyncio.sleep(0.01)
        assert victim.closed
        await victim.close()


async def test_a_link_opens_again_what_broke_and_says_what_may_be_repeated() -> None:
    link = Link(config(statement_timeout_ms=300), "link")

    async def pid(connection: Connection) -> Any:
        return (await connection.rows("select pg_backend_pid()"))[0][0]

    async def doing(statement: str) -> Any:
        return await link.run(lambda connection: connection.rows(statement))

    first = await link.run(pid)
    with pytest.raises(OutcomeUnknown):
        await doing("select pg_sleep(3)")
    assert await link.run(pid) == first
    with pytest.raises(Unstorable):
        await doing("select 1/0")
    with pytest.raises(errors.UndefinedTable):
        await doing("select from nowhere")
    assert await link.run(pid) == first
    with pytest.raises(OutcomeUnknown):
        await doing("select pg_terminate_backend(pg_backend_pid())")
    assert await link.run(pid) != first
    await link.close()
    await link.close()


async def test_a_database_out_of_reach_is_an_unknown_outcome() -> None:
    link = Link(LaneConfig(database_url="postgres://postgres@127.0.0.1:1/none"), "link")
    with pytest.raises(OutcomeUnknown):
        await link.run(lambda connection: connection.rows("select 1"))

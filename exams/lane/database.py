"""Links to PostgreSQL: direct, one per kind of work, mended by themselves; and what the server must promise."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import orjson
import psycopg
from psycopg import AsyncConnection, errors
from psycopg.types.json import set_json_loads

from exams.lane import statements
from exams.lane.config import LaneConfig
from exams.lane.connection import Connection, Row
from exams.lane.groupcommit import OutcomeUnknown, Unstorable
from exams.lane.rows import Attempt

Result = TypeVar("Result")

# Every statement of the lane goes by an index, whatever the statistics of a journal that was empty a minute ago say,
# and is planned once.
SESSION = (
    "-c idle_in_transaction_session_timeout=10000 -c TimeZone=UTC -c jit=off -c plan_cache_mode=force_generic_plan "
    "-c enable_seqscan=off -c max_parallel_workers_per_gather=0"
)
DURABLE = frozenset({"on", "remote_apply"})
# After these the connection is as good as before.
PASSING = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.SerializationFailure)


class NotFit(Exception):
    """The database does not keep what the lane promises; the message says what to change."""


class Link:
    """One connection for one kind of work. Opens itself, and again after it broke."""

    def __init__(self, config: LaneConfig, name: str, *, volatile: bool = False) -> None:
        self._config = config
        self._name = name
        self._volatile = volatile
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Does the work. Raises Unstorable for what the database refuses for good, and OutcomeUnknown for
        everything that may be repeated: a lost connection, a lock or a statement that took too long, a full disk."""
        try:
            return await work(await self._connected())
        except (errors.DataError, errors.IntegrityError) as fault:
            raise Unstorable(str(fault)) from fault
        except errors.ProgrammingError:
            raise
        except (psycopg.Error, OSError) as fault:
            if not isinstance(fault, PASSING):
                await self.close()
            raise OutcomeUnknown(f"{self._name}: {fault}") from fault

    async def _connected(self) -> Connection:
        if self._connection is not None and self._connection.closed:
            await self.close()
        if self._connection is None:
            self._connection = await connect(self._config, self._name, volatile=self._volatile)
        return self._connection

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def connect(config: LaneConfig, name: str, *, volatile: bool = False) -> Connection:
    """A direct connection with the lane's timeouts. `volatile` ones need not wait for the disk."""
    options = f"-c lock_timeout={config.lock_timeout_ms} -c statement_timeout={config.statement_timeout_ms} {SESSION}"
    opened: AsyncConnection[Row] = await AsyncConnection.connect(
        config.database_url,
        autocommit=True,
        connect_timeout=5,
        options=options + (" -c synchronous_commit=off" if volatile else ""),
        application_name=f"lane {name}",
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=12_000,
    )
    set_json_loads(orjson.loads, opened)
    return Connection(opened)


async def locked(connection: Connection, ids: Iterable[int]) -> dict[int, Attempt | None]:
    """Locks attempts for a change, in the order of their ids; None for those that somebody else holds now."""
    found = await connection.rows(statements.LOCK_BY_ID, array(ids))
    return {id_: None if columns[0] is None else Attempt(*columns) for id_, _, *columns in found}


def array(values: Iterable[object]) -> str:
    """An array of numbers or cards as PostgreSQL reads it."""
    return "{" + ",".join(map(str, values)) + "}"


def document(values: object) -> str:
    """Rows on their way in: one JSON document."""
    return orjson.dumps(values).decode()


async def demand(config: LaneConfig) -> None:
    """Waits for the database and looks whether it keeps what the lane promises. Raises NotFit."""
    connection = await _patiently(config)
    try:
        found = await connection.rows(
            "select name, setting from pg_settings where name = any($1::text[])",
            array(("fsync", "synchronous_commit", "transaction_read_only", *_wanted(config))),
        )
        settings: dict[str, str] = dict(found)
        _demand_durability(settings)
        _demand_locks(settings, config)
        await _demand_tables(connection)
    finally:
        await connection.close()


async def _patiently(config: LaneConfig) -> Connection:
    loop = asyncio.get_running_loop()
    latest = loop.time() + config.connect_patience_ms / 1000
    while True:
        try:
            return await connect(config, "check")
        except psycopg.OperationalError as fault:
            if loop.time() > latest:
                raise NotFit(f"the lane cannot reach its database: {fault}") from fault
            await asyncio.sleep(0.5)
        except psycopg.ProgrammingError as fault:
            raise NotFit(f"DATABASE_URL names no database: {fault}") from fault


def _demand_durability(settings: dict[str, str]) -> None:
    """An answer is shown as saved once it is committed; without these two settings that would not be true."""
    fsync, commit = settings["fsync"], settings["synchronous_commit"]
    if fsync != "on" or commit not in DURABLE:
        raise NotFit(
            f"the lane does not start on a database with fsync={fsync} and synchronous_commit={commit}: "
            "both must be on, or answers shown as saved could be lost"
        )
    if settings["transaction_read_only"] != "off":
        raise NotFit("the lane does not start on a read-only database: it needs the primary")


def _wanted(config: LaneConfig) -> dict[str, str]:
    return {
        "lock_timeout": str(config.lock_timeout_ms),
        "statement_timeout": str(config.statement_timeout_ms),
        "default_transaction_isolation": "read committed",
    }


def _demand_locks(settings: dict[str, str], config: LaneConfig) -> None:
    """A pooler between us and the server would drop the session's timeouts and share locks between clients."""
    wanted = _wanted(config)
    found = {name: settings[name] for name in wanted}
    if found != wanted:
        raise NotFit(
            f"the lane's lock settings do not hold (wanted {wanted}, got {found}): "
            "connect it to PostgreSQL directly, not through a transaction pooler"
        )


async def _demand_tables(connection: Connection) -> None:
    try:
        await connection.rows("select from exams_journalentry, exams_attempt, exams_presence limit 0")
    except errors.UndefinedTable:
        raise NotFit("the lane's tables are missing in the database: run manage.py migrate first") from None

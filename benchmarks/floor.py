"""The floor under a durable save: a bare endpoint that commits one row per request in groups, and nothing else. What
the lane costs above it is what the lane does; run it just before or after benchmarks/lane.py, on the same machine.

    python benchmarks/floor.py --process database=PID

Needs DATABASE_URL; makes a table `benchmark_floor` there and drops it. Loopback only."""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wire import Target

from exams.load.processes import Watch
from exams.load.wire import post

PORT = 8790
TABLE = "benchmark_floor"
INSERT = f"insert into {TABLE} select * from json_to_recordset($1::json) as e(n bigint, body text)"
BODY = b'{"entries":[{"seq":1,"slot":12,"response":["c3"],"at":1795460154859}]}'


def application() -> Any:
    """The bare endpoint, for uvicorn to run; it commits as the lane does."""
    from exams.lane import config, database, groupcommit

    link = database.Link(config.LaneConfig.from_environ(os.environ), "floor")

    async def commit(jobs: Sequence[bytes]) -> Sequence[int]:
        rows = [{"n": number, "body": job.decode()} for number, job in enumerate(jobs)]
        await link.run(lambda connection: connection.rows(INSERT, database.document(rows)))
        return [200] * len(jobs)

    queue = groupcommit.GroupCommit("floor", commit, queue_limit=10_000, batch_limit=1_000, patience=10)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] == "lifespan.startup":
                queue.start()
                await send({"type": "lifespan.startup.complete"})
            await send({"type": message["type"] + ".complete"})
            return
        status = await queue.put((await receive())["body"])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    return serve


async def _drive(count: int, connections: int, watch: Watch) -> tuple[float, "Counter[str]"]:
    """Seconds and CPU seconds by kind for `count` requests."""
    target = Target(f"http://127.0.0.1:{PORT}")
    opened = await asyncio.gather(*(target.connect() for _ in range(connections)))
    request = post("/", BODY, "A" * 84)

    async def one(connection: Any, times: int) -> None:
        for _ in range(times):
            await connection.ask(request)

    await asyncio.gather(*(one(connection, 10) for connection in opened))
    before, began = watch.cpu(), time.perf_counter()
    await asyncio.gather(*(one(connection, count // connections) for connection in opened))
    seconds, after = time.perf_counter() - began, watch.cpu()
    return seconds, Counter({kind: after[kind] - before[kind] for kind in after})


def main() -> None:
    """Starts the endpoint, drives it, prints one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--process", action="append", default=[], metavar="KIND=PID")
    parser.add_argument("--requests", type=int, default=40_000)
    parser.add_argument("--connections", type=int, default=256)
    options = parser.parse_args()
    named = [(kind, int(pid)) for kind, _, pid in (one.partition("=") for one in options.process)]
    words = f"-m uvicorn floor:application --factory --port {PORT} --loop uvloop --http httptools --no-access-log"
    words += " --ws none --log-level warning --no-server-header --no-date-header"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"drop table if exists {TABLE}")
        connection.execute(f"create table {TABLE} (n bigint, body text)")
        server = subprocess.Popen([sys.executable, *words.split()], cwd=Path(__file__).parent)
        try:
            time.sleep(2)
            watch = Watch([], [*named, ("floor", server.pid)])
            seconds, cpu = uvloop.run(_drive(options.requests, options.connections, watch))
        finally:
            server.terminate()
            server.wait()
            connection.execute(f"drop table {TABLE}")
    each = "  ".join(f"{kind} {1000 * spent / options.requests:.3f}" for kind, spent in cpu.items())
    print(f"floor   {options.requests:,} requests {options.requests / seconds:,.0f}/s   CPU ms each: {each}")


if __name__ == "__main__":
    main()

"""The queue's worker, which outlives its database.

Procrastinate's own worker ends when the database goes away, and leaves a job that was cut off in the middle where it
is, holding its lock. This one waits and goes on, and takes such jobs up again: every job of ours may run twice."""

import asyncio
import contextlib
import logging
import signal

import psycopg
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from common import clock

logger = logging.getLogger("quizplatform.working")

PAUSE = 1.0  # seconds before a lost database is tried again
ROUND = 10.0  # seconds between looks for jobs whose worker is gone; its heart beats every ten
LOST = (ConnectorException, psycopg.Error, OSError)


async def work(concurrency: int) -> None:
    """Runs jobs until it is told to end (SIGINT, SIGTERM); those that run then are finished first."""
    task = asyncio.current_task()
    assert task is not None
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            try:
                await _work_until_lost(concurrency)
            except LOST as trouble:
                logger.warning("the database did not answer, trying again: %s", str(trouble).strip())
            await asyncio.sleep(PAUSE)


async def _work_until_lost(concurrency: int) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            reviver = asyncio.create_task(_revive())
            try:
                await app.run_worker_async(concurrency=concurrency, install_signal_handlers=False)
            finally:
                reviver.cancel()


async def _revive() -> None:
    """Puts jobs whose worker's heart has stopped back into the queue, for ever."""
    while True:
        with contextlib.suppress(*LOST):
            for job in await app.job_manager.get_stalled_jobs():
                await _take_up_again(job)
        await asyncio.sleep(ROUND)


async def _take_up_again(job: Job) -> None:
    logger.warning("taken up again: %s", job.call_string)
    try:
        await app.job_manager.retry_job(job, retry_at=clock.now())
    except UniqueViolation:  # which is a ConnectorException too
        # The same work waits in the queue already, behind the lock of this one.
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

"""One outcome for every job, told only after the commit; the rest is order and patience."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.lane.groupcommit import AGAIN, ENOUGH, Full, GroupCommit, OutcomeUnknown, Overdue, Unstorable

Commit = Callable[[Sequence[int]], Awaitable[Sequence[Any]]]


def queue(commit: Commit, **changes: Any) -> "GroupCommit[int, Any]":
    values: dict[str, Any] = {"queue_limit": 1000, "batch_limit": 100, "patience": 5.0}
    return GroupCommit("test", commit, **values | changes)


async def outcome(future: "asyncio.Future[Any]") -> Any:
    try:
        return await future
    except Exception as fault:
        return type(fault)


async def test_while_a_batch_commits_the_next_one_gathers() -> None:
    batches: list[list[int]] = []
    gate = asyncio.Event()

    async def commit(jobs: Sequence[int]) -> list[int]:
        batches.append(list(jobs))
        await gate.wait()
        return list(jobs)

    made = queue(commit)
    made.start()
    futures = [made.put(0)]
    await asyncio.sleep(0.01)
    futures += [made.put(number) for number in range(1, 50)]
    await asyncio.sleep(0.01)
    assert batches == [[0]]
    assert len(made) == 49
    gate.set()
    assert await asyncio.gather(*futures) == list(range(50))
    assert batches == [[0], list(range(1, 50))]
    await made.stop()


async def test_nothing_is_told_before_its_commit_returns() -> None:
    committed: set[int] = set()

    async def commit(jobs: Sequence[int]) -> list[int]:
        await asyncio.sleep(0.01)
        committed.update(jobs)
        return list(jobs)

    made = queue(commit)
    made.start()

    async def one(number: int) -> bool:
        await made.put(number)
        return number in committed

    assert all(await asyncio.gather(*(one(number) for number in range(100))))
    await made.stop()


async def test_a_full_queue_refuses_at_once_and_forgets_nobody() -> None:
    gate = asyncio.Event()

    async def commit(jobs: Sequence[int]) -> list[int]:
        await gate.wait()
        return list(jobs)

    made = queue(commit, queue_limit=3)
    made.start()
    futures = [made.put(number) for number in range(3)]
    with pytest.raises(Full):
        made.put(3)
    gate.set()
    assert await asyncio.gather(*futures) == [0, 1, 2]
    await made.stop()


async def test_a_batch_never_holds_more_than_its_limit() -> None:
    sizes = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        return list(jobs)

    made = queue(commit, batch_limit=7)
    futures = [made.put(number) for number in range(30)]
    made.start()
    await asyncio.gather(*futures)
    assert sizes == [7, 7, 7, 7, 2]
    await made.stop()


async def test_a_batch_is_closed_when_its_jobs_weigh_enough() -> None:
    batches = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        batches.append(list(jobs))
        return list(jobs)

    made = queue(commit, batch_limit=10, weigh=lambda job: job)
    futures = [made.put(weight) for weight in (4, 4, 4, 50, 1, 9, 2)]
    made.start()
    await asyncio.gather(*futures)
    assert batches == [[4, 4, 4], [50], [1, 9], [2]]
    await made.stop()


async def test_stopping_while_a_batch_is_halved_tells_everybody() -> None:
    began = asyncio.Event()

    async def commit(jobs: Sequence[int]) -> list[int]:
        if len(jobs) > 5:
            raise Unstorable
        began.set()
        await asyncio.sleep(60)
        return list(jobs)

    made = queue(commit)
    futures = [made.put(number) for number in range(10)]
    made.start()
    await began.wait()
    await made.stop()
    assert [await outcome(future) for future in futures] == [Overdue] * 10


async def test_one_that_cannot_be_stored_is_refused_alone() -> None:
    done: list[int] = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        if any(job % 13 == 0 for job in jobs):
            raise Unstorable
        done.extend(jobs)
        return list(jobs)

    made = queue(commit)
    futures = [made.put(number) for number in range(40)]
    made.start()
    outcomes = await asyncio.gather(*(outcome(future) for future in futures))
    assert outcomes == [Unstorable if number % 13 == 0 else number for number in range(40)]
    assert sorted(done) == [number for number in range(40) if number % 13]
    await made.stop()


async def test_a_batch_of_unknown_outcome_is_repeated_whole_and_in_order() -> None:
    batches: list[list[int]] = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        batches.append(list(jobs))
        if len(batches) < 3:
            raise OutcomeUnknown
        return list(jobs)

    made = queue(commit)
    futures = [made.put(number) for number in range(5)]
    made.start()
    assert await asyncio.gather(*futures) == [0, 1, 2, 3, 4]
    assert batches == [[0, 1, 2, 3, 4]] * 3
    await made.stop()


async def test_who_waits_too_long_is_told_that_the_outcome_is_not_known() -> None:
    async def commit(jobs: Sequence[int]) -> list[int]:
        raise OutcomeUnknown

    made = queue(commit, patience=0.1)
    made.start()
    assert await outcome(made.put(1)) is Overdue
    await made.stop()


async def test_a_job_that_goes_back_does_not_hold_up_the_others_nor_spin() -> None:
    looks = 0
    released = asyncio.Event()

    async def commit(jobs: Sequence[int]) -> list[Any]:
        nonlocal looks
        looks += 0 in jobs
        await asyncio.sleep(0)
        return [job if job or released.is_set() else AGAIN for job in jobs]

    made = queue(commit)
    made.start()
    stuck = made.put(0)
    for number in range(1, 20):
        assert await asyncio.wait_for(made.put(number), 1) == number
        await asyncio.sleep(0.01)
    assert not stuck.done()
    assert looks < 25
    released.set()
    assert await stuck == 0
    await made.stop()


async def test_a_fault_of_ours_ends_the_batch_and_not_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    async def commit(jobs: Sequence[int]) -> list[int]:
        if 1 in jobs:
            raise ZeroDivisionError
        return list(jobs)

    made = queue(commit)
    made.start()
    assert await outcome(made.put(1)) is ZeroDivisionError
    assert await made.put(2) == 2
    assert "test" in caplog.text
    await made.stop()


async def test_stopping_tells_everybody_who_waits() -> None:
    async def commit(jobs: Sequence[int]) -> list[Any]:
        if 5 in jobs:
            return [AGAIN for _ in jobs]
        await asyncio.sleep(60)
        return list(jobs)

    made = queue(commit, batch_limit=1)
    made.start()
    back = made.put(5)
    await asyncio.sleep(0.005)
    waiting = [made.put(number) for number in (1, 2)]
    await asyncio.sleep(0.005)
    await made.stop()
    assert [await outcome(future) for future in waiting] == [Overdue, Overdue]
    assert await asyncio.wait_for(outcome(back), 1) is Overdue


async def test_who_gave_up_is_left_out() -> None:
    seen: list[int] = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        seen.extend(jobs)
        return list(jobs)

    made = queue(commit)
    given_up, waiting = made.put(1), made.put(2)
    given_up.cancel()
    made.start()
    assert await waiting == 2
    assert seen == [2]
    await made.stop()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), poison=st.sets(st.integers(0, 59), max_size=6), faults=st.integers(0, 5))
def test_whatever_happens_every_job_has_one_true_outcome(seed: int, poison: set[int], faults: int) -> None:
    """The model: a database that forgets its answers, refuses some jobs for ever and others for now."""
    chance = random.Random(seed)
    database: set[int] = set()
    trouble = [faults]

    async def commit(jobs: Sequence[int]) -> list[Any]:
        await asyncio.sleep(0)
        if poison & set(jobs):
            raise Unstorable
        if trouble[0] and chance.random() < 0.3:
            trouble[0] -= 1
            if chance.random() < 0.5:
                database.update(jobs)
            raise OutcomeUnknown
        results: list[Any] = [AGAIN if chance.random() < 0.1 else job for job in jobs]
        database.update(result for result in results if result is not AGAIN)
        return results

    async def run() -> list[Any]:
        made = queue(commit, batch_limit=chance.randint(1, 20))
        made.start()
        futures = []
        for number in range(60):
            futures.append(made.put(number))
            if chance.random() < 0.2:
                await asyncio.sleep(0)
        outcomes = await asyncio.wait_for(asyncio.gather(*(outcome(future) for future in futures)), 20)
        await made.stop()
        return outcomes

    outcomes = asyncio.run(run())
    assert outcomes == [Unstorable if number in poison else number for number in range(60)]
    assert database == set(range(60)) - poison


async def test_a_short_queue_gathers_a_little_longer() -> None:
    batches = []

    async def commit(jobs: Sequence[int]) -> list[int]:
        batches.append(list(jobs))
        return list(jobs)

    made = queue(commit, gather=0.2)
    made.start()
    futures = [made.put(0)]
    await asyncio.sleep(0.01)
    futures.append(made.put(1))
    assert await asyncio.gather(*futures) == [0, 1]
    assert batches == [[0, 1]]
    await made.stop()


async def test_a_queue_that_holds_enough_does_not_wait() -> None:
    async def commit(jobs: Sequence[int]) -> list[int]:
        return list(jobs)

    made = queue(commit, gather=60.0)
    futures = [made.put(number) for number in range(ENOUGH)]
    made.start()
    assert await asyncio.wait_for(asyncio.gather(*futures), 30) == list(range(ENOUGH))
    await made.stop()

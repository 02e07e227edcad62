"""The clockwork of one load process: sockets that are ready, timers that are due, answers that are overdue. One loop
and one wheel for all students; a task for each would cost several times as much."""

import heapq
import selectors
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

TICK = 0.005
PATIENCE = 15.0  # as long as the real client waits for an answer


class Overdue(Protocol):
    """Who asked, and learns that no answer came."""

    number: int

    def give_up(self, number: int) -> None: ...


class Engine:
    """Runs until it is stopped."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.open_count = 0
        self.stopped = False
        self.tls_session: ssl.SSLSession | None = None  # resumed by whoever connects next, as browsers resume theirs
        self.lag = 0.0  # the longest that a timer came late since it was last asked for
        self._buckets: dict[int, list[tuple[Callable[[Any], None], Any]]] = {}
        self._due: list[int] = []  # a heap of the ticks that have a bucket
        self._tick = int(time.monotonic() / TICK)
        self._asked: deque[tuple[float, Overdue, int]] = deque()

    def at(self, when: float, act: Callable[[Any], None], argument: Any = None) -> None:
        """Calls act(argument) at this instant of the monotonic clock, or as soon as possible after it."""
        tick = max(self._tick + 1, int(when / TICK))
        bucket = self._buckets.get(tick)
        if bucket is None:
            self._buckets[tick] = [(act, argument)]
            heapq.heappush(self._due, tick)
        else:
            bucket.append((act, argument))

    def expect(self, who: Overdue) -> None:
        """Has `who` give up unless an answer comes."""
        self._asked.append((time.monotonic() + PATIENCE, who, who.number))

    def run(self) -> None:
        """The loop."""
        select = self.selector.select
        while not self.stopped:
            wait = self._due[0] * TICK - time.monotonic() if self._due else 1.0
            for key, mask in select(max(0.0, min(wait, 1.0))):
                key.data(mask)
            self._turn()

    def _turn(self) -> None:
        now = time.monotonic()
        target = int(now / TICK)
        while self._due and self._due[0] <= target:
            self._tick = heapq.heappop(self._due)
            self.lag = max(self.lag, now - (self._tick + 1) * TICK)
            for act, argument in self._buckets.pop(self._tick):
                act(argument)
        self._tick = max(self._tick, target)
        while self._asked and self._asked[0][0] <= now:
            _, who, number = self._asked.popleft()
            if who.number == number:
                who.give_up(number)

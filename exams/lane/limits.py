"""Limits that count per attempt or over all wrong cards, never per address: a school shares one. Pure."""


class Meter:
    """Lets every attempt have so many requests a second, with a burst; larger ones weigh more.

    One number per attempt: the instant at which all it was allowed will be used up (the generic cell rate algorithm,
    ITU-T I.371)."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._interval = 1000 / per_second
        self._reach = burst * self._interval
        self._used_up: dict[int, float] = {}

    def wait_ms(self, attempt_id: int, weight: float, now: int) -> int:
        """0 when the attempt may go on, else in how many ms it may; a refused request weighs nothing."""
        used_up = self._used_up.get(attempt_id, 0.0)
        used_up = (max(now, used_up)) + weight * self._interval
        over = used_up - now - self._reach
        if over > 0:
            return int(over) + 1
        self._used_up[attempt_id] = used_up
        return 0

    def forget(self, now: int) -> None:
        """Drops attempts that have nothing used up."""
        self._used_up = {attempt: used_up for attempt, used_up in self._used_up.items() if used_up > now}

    def __len__(self) -> int:
        return len(self._used_up)


class WrongCards:
    """A budget of wrong cards over everybody: within it they are answered at once, beyond it ever more slowly.
    It is asked only after a card turned out wrong, so that it can never refuse a valid one."""

    def __init__(self, per_second: float, burst: float = 200.0, slowest_ms: int = 20_000) -> None:
        self._interval = 1000 / per_second
        self._reach = burst * self._interval
        self._slowest = slowest_ms
        self._used_up = 0.0

    def delay_ms(self, now: int) -> int | None:
        """How long the answer to one more wrong card must wait; None when too many wait already."""
        used_up = max(self._used_up, float(now)) + self._interval
        over = used_up - now - self._reach
        if over > self._slowest:
            return None
        self._used_up = used_up
        return max(0, int(over))

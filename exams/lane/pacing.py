"""When a client should ask next. Pure: chance comes in as a number from 0 (included) to 1 (excluded)."""

from exams.lifecycle import State

SHORT = (2_000, 5_000)
# An answer comes every 20 to 40 s and counts as a pulse: much shorter than that would be asking twice.
LONG = (24_000, 30_000)
# Who waits for a proctor's go asks often enough to learn of it within 3 s, while the worker has time for that.
FOR_A_GO = (2_000, 2_800)
BUSY_PULSES_PER_SECOND = 1_500


def pulse_after(state: str, now: int, starts_at: int | None, chance: float, pulses_per_second: float = 0.0) -> int:
    """Milliseconds until the next pulse. `starts_at` is the own start, None while it waits for a go."""
    if state not in (State.ASSIGNED, State.ENTERED):
        return _between(LONG, chance)
    if starts_at is None:
        strain = min(1.0, pulses_per_second / BUSY_PULSES_PER_SECOND)
        return round(_between(FOR_A_GO, chance) * (1 - strain) + _between(SHORT, chance) * strain)
    # One pulse falls 2 to 5 s before the own start, whatever the others did: a start put off is learned in time.
    last_before_start = starts_at - now - _between(SHORT, chance)
    if last_before_start < SHORT[0]:
        return _between(SHORT, chance)
    return min(last_before_start, _between(LONG, chance))


def _between(bounds: tuple[int, int], chance: float) -> int:
    low, high = bounds
    return low + int((high - low) * chance)

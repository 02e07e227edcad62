"""Clients ask often before something happens, and seldom else."""

from hypothesis import given
from hypothesis import strategies as st

from exams.lane.pacing import pulse_after
from exams.lifecycle import State

NOW = 1_800_000_000_000
chances = st.floats(0, 1, exclude_max=True)


@given(chances, st.sampled_from([State.ACTIVE, State.PAUSED, State.SUBMITTED, State.SCORED]))
def test_at_work_and_afterwards_it_is_nearly_half_a_minute(chance: float, state: State) -> None:
    assert 24_000 <= pulse_after(state, NOW, NOW, chance) <= 30_000


@given(chances)
def test_who_waits_for_a_go_learns_of_it_within_three_seconds(chance: float) -> None:
    assert 2_000 <= pulse_after(State.ENTERED, NOW, None, chance) <= 3_000


@given(chances, st.floats(0, 1e6))
def test_a_worker_in_strain_lets_them_wait_up_to_five_seconds(chance: float, pulses: float) -> None:
    calm, strained = (pulse_after(State.ENTERED, NOW, None, chance, rate) for rate in (0.0, pulses))
    assert calm <= strained <= 5_000


@given(chances, st.integers(-10_000, 3_600_000))
def test_before_the_own_start_the_last_pulse_falls_two_to_five_seconds_ahead(chance: float, ahead: int) -> None:
    starts_at = NOW + ahead
    wait = pulse_after(State.ENTERED, NOW, starts_at, chance)
    assert 2_000 <= wait <= 30_000
    if wait > 5_000:
        assert NOW + wait <= starts_at - 2_000


def test_following_the_pace_meets_the_last_seconds_before_the_start() -> None:
    for step in range(100):
        now, starts_at, seen = NOW, NOW + 300_000, []
        while now < starts_at:
            seen.append(starts_at - now)
            now += pulse_after(State.ENTERED, now, starts_at, step / 100)
        assert any(ahead <= 5_000 for ahead in seen)
        assert len(seen) < 30

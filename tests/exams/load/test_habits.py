"""How invented students behave, over very many of them."""

import random
from collections import Counter

import pytest

from exams.load.habits import Habits

MANY = 20_000


def lives(habits: Habits) -> list[object]:
    chance = random.Random(1)
    return [habits.draw(chance) for _ in range(MANY)]


def test_mishaps_have_their_shares_and_nobody_has_two() -> None:
    drawn = lives(Habits(1800, 50))
    counts: Counter[str] = Counter()
    for life in drawn:
        mishaps = [name for name in ("reloads_at", "loses_device_at", "offline_at") if getattr(life, name) is not None]
        assert len(mishaps) <= 1
        counts.update(mishaps)
    for name, share in (("reloads_at", 0.03), ("loses_device_at", 0.02), ("offline_at", 0.05)):
        assert counts[name] / MANY == pytest.approx(share, abs=0.006)


def test_with_time_enough_one_thinks_half_a_minute() -> None:
    assert Habits(3600, 50).mean_think == 30


@pytest.mark.parametrize("minutes", [2, 10, 26])
def test_with_less_most_come_to_the_end_within_the_time(minutes: int) -> None:
    habits = Habits(minutes * 60, 50)
    assert habits.mean_think * habits.answers < minutes * 60
    assert habits.mean_think * habits.answers > 0.9 * minutes * 60


def test_a_pause_is_two_thirds_to_four_thirds_of_the_mean() -> None:
    habits, chance = Habits(3600, 50), random.Random(1)
    pauses = [habits.pause(30, chance) for _ in range(MANY)]
    assert 20 <= min(pauses) < 21
    assert 39 < max(pauses) <= 40

"""How invented students behave: how long they think, who changes an answer, reloads, loses the device or the network,
hands in early. Pure; drawn once per student, with a seed, before anything is measured. Times are seconds."""

import random
from dataclasses import dataclass
from typing import NamedTuple

THINK = 30.0  # between two answers, when there is time enough
DEBOUNCE = 1.2
HAND_IN_SPREAD = 12.0


class Life(NamedTuple):
    """What one student will do; instants count from the own start, None: never."""

    think: float
    hands_in_early: bool
    reloads_at: float | None
    loses_device_at: float | None
    offline_at: float | None


@dataclass(frozen=True)
class Habits:
    """The behavior of all. `seconds` is the time limit as it is lived, `pace` how much faster than real it is."""

    seconds: float
    items: int
    pace: float = 1.0
    changed: float = 0.2
    early: float = 0.25
    reloading: float = 0.03
    losing: float = 0.02
    offline: float = 0.05

    @property
    def answers(self) -> float:
        """Answers a student gives on average: every item, and some of them twice."""
        return self.items * (1 + self.changed)

    @property
    def mean_think(self) -> float:
        """Most students come to the end within the time."""
        return min(THINK / self.pace, 0.92 * self.seconds / self.answers)

    @property
    def outage(self) -> float:
        """A network that is gone for a minute, or for a tenth of a test that is shorter than ten."""
        return min(60.0, self.seconds / 10)

    def pause(self, think: float, chance: random.Random) -> float:
        """Seconds until the next answer: 20 to 40 around a mean of 30."""
        return think * (2 / 3 + 2 / 3 * chance.random())

    def draw(self, chance: random.Random) -> Life:
        """One student's life; at most one mishap each."""
        fate = chance.random()
        when = self.seconds * (0.05 + 0.6 * chance.random())
        loses = fate < self.losing
        offline = not loses and fate < self.losing + self.offline
        reloads = not loses and not offline and fate < self.losing + self.offline + self.reloading
        return Life(
            think=self.mean_think * (0.85 + 0.3 * chance.random()),
            hands_in_early=chance.random() < self.early,
            reloads_at=when if reloads else None,
            loses_device_at=when if loses else None,
            offline_at=when if offline else None,
        )

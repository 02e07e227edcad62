"""What may happen to an attempt in tests/exams/lane/test_model.py: the acts, the words, and who does them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from exams import delivery
from tests.exams.lane.builders import MINUTE, SECOND, Clock
from tests.exams.lane.model import LOOKING, Content, Expected

SILENCE, GRACE = 60 * SECOND, 30 * SECOND
# What happens, as often as it stands here.
EVENTS = (
    *("enter", "leave", "start", "look", "submit", "hand_in_all_there_is"),
    *("write", "write", "write", "save", "save", "save_something_else_under_a_used_identity"),
    *("a_proctor_acts", "a_proctor_acts", "a_proctor_acts", "time_passes", "time_passes"),
    *("it_is_scored", "a_second_passes_in_the_lane", "the_lane_is_killed"),
)
Draw = Callable[[Any], Any]
JUMPS = (1, SECOND, 16 * SECOND, SILENCE, SILENCE + 1, 5 * MINUTE, 20 * MINUTE)
DEVICES = ("tablet", "desktop", "phone")
CONTENTS: list[Content] = [
    (1, ["c1"], ""),
    (1, ["c2"], ""),
    (2, ["c3"], ""),
    (3, ["c1", "c2"], ""),
    (4, ["true"], ""),
    (1, [], ""),
    (None, None, "hidden"),
]


@dataclass
class Client:
    """One local journal and the token it was given; it may have been left behind long ago."""

    device: str
    journal: str
    token: str = ""
    epoch: int = LOOKING
    entries: list[dict[str, Any]] = field(default_factory=list)


def content(entry: dict[str, Any]) -> Content:
    return entry.get("slot"), entry.get("response"), entry.get("event", "")


def an_entry(seq: int, said: Content, clock: Clock) -> dict[str, Any]:
    slot, response, event = said
    what = {"event": event} if event else {"slot": slot, "response": response}
    return {"seq": seq, **what, "at": clock.now}


# Act -> whether it is possible now, and the verb.
ACTS: dict[str, Callable[[Expected, int], tuple[bool, Callable[..., Any]]]] = {
    "pause": lambda expected, now: (expected.pause(now), partial(delivery.pause, by=None, why="")),
    "resume": lambda expected, now: (expected.resume(now), partial(delivery.resume, by=None)),
    "extend": lambda expected, now: (expected.extend(MINUTE), partial(delivery.extend, minutes=1, by=None, why="")),
    "release": lambda expected, now: (expected.release(), partial(delivery.release_device, by=None)),
    "end": lambda expected, now: (expected.end(), partial(delivery.end, by=None, why="")),
    "reopen": lambda expected, now: (
        expected.reopen(10 * MINUTE, now),
        partial(delivery.reopen, minutes=10, by=None, why=""),
    ),
    "void": lambda expected, now: (expected.void(), partial(delivery.void, by=None, why="")),
}

"""What the lane's statements select, one tuple each, in the order of their columns. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from questionbank import interactions


class Sitting(NamedTuple):
    """A sitting and the rules of its exam."""

    id: int
    exam_id: int
    title: str
    start_mode: str
    opens_at: datetime
    starts_at: datetime | None
    closes_at: datetime
    time_limit_ms: int
    closing_cuts: bool
    start_spread_ms: int
    release_rule: str
    show_marks: bool
    shuffle_slots: bool
    shuffle_choices: bool
    released_at: datetime | None
    last_closes_at: datetime
    admission_ms: int | None
    late_start: str
    encrypt_paper: bool


class Room(NamedTuple):
    """A class in a sitting; go and end are read with the attempt, these never change."""

    id: int
    class_name: str
    school_name: str


class Sealing(NamedTuple):
    """How a paper is given out where its exam is encrypted: the sealed file's hash, the key, the plain file's name."""

    sha256: str
    key: str
    plain_name: str


# For every slot of a paper: whether a response can be one to it, and the slot itself.
Checks = dict[int, tuple[Callable[[object, dict[str, Any]], bool], dict[str, Any]]]


def checks(content: dict[str, Any]) -> Checks:
    """What a paper's answers are checked against."""
    slots = (slot for section in content["sections"] for slot in section["slots"])
    return {slot["slot"]: (interactions.of(slot["kind"]).well_formed, slot) for slot in slots}


class Paper(NamedTuple):
    """A frozen paper, for every slot the check of a response to it, how it is sealed, and whether it is heard."""

    id: int
    sha256: str
    item_count: int
    content: dict[str, Any]
    checks: Checks
    sealing: Sealing
    audio: bool

    def accepts(self, slot: int, response: object) -> bool:
        """Whether the slot exists and the response can be one to it."""
        check = self.checks.get(slot)
        return check is not None and check[0](response, check[1])


class Attempt(NamedTuple):
    """One row of an attempt with its room's go and end, its last sign of life and its student's name."""

    id: int
    sitting_id: int
    room_id: int
    paper_id: int
    seed: int
    state: str
    card: str
    epoch: int
    device: str
    journal: str
    released_at: datetime | None
    started_at: datetime | None
    deadline_at: datetime | None
    extra_ms: int
    paused_at: datetime | None
    paused_ms: int
    submitted_at: datetime | None
    receipt: str
    entered_at: datetime | None
    go_at: datetime | None
    ended_at: datetime | None
    delay_ms: int
    held_at: datetime | None
    heard_at: datetime | None
    student_name: str

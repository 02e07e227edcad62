"""What docs/lane-protocol.md makes of one attempt, step by step, said once more and without a database.

Times are integer milliseconds. Every call answers with what the lane must answer: a status and a problem's type."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

FINISHED = ("submitted", "scored")
WAITING = ("assigned", "entered")
LOOKING = 0

Identity = tuple[int, int]  # epoch, seq
Content = tuple[int | None, list[str] | None, str]  # slot, response, event


class Told(NamedTuple):
    """An answer: its status, and for a refusal its type; `epoch` is that of a token, `kept` whether any came late."""

    status: int
    type: str = ""
    epoch: int | None = None


class Line(NamedTuple):
    """One stored entry."""

    content: Content
    kept: bool
    after_move: bool


@dataclass
class Expected:
    """One attempt as it must be. `transitions` are the events that changed its state, in order."""

    time_limit: int
    closes_at: int
    grace: int
    silence: int
    state: str = "assigned"
    epoch: int = 0
    device: str = ""
    journal: str = ""
    is_released: bool = False
    deadline: int | None = None
    extra: int = 0
    paused_at: int = 0
    stored: dict[Identity, Line] = field(default_factory=dict)
    transitions: list[str] = field(default_factory=list)

    def enter(self, device: str, journal: str, now: int, heard_at: int | None) -> Told:
        if self.state == "voided":
            return Told(410, "voided")
        if self.state in FINISHED or (self.state in WAITING and now >= self.closes_at):
            return Told(200, "", self.epoch if self.epoch and journal == self.journal else LOOKING)
        other = self.device not in ("", device)
        if other and not self.is_released and heard_at is not None and now - heard_at <= self.silence:
            return Told(409, "occupied")
        if other:
            self.is_released = False
        if self.state == "assigned":
            self._move("enter", "entered")
        self.epoch += journal != self.journal
        self.device, self.journal = device, journal
        return Told(200, "", self.epoch)

    def leave(self, epoch: int) -> Told:
        if epoch == self.epoch and self.state not in ("voided", *FINISHED):
            self.device = ""
        return Told(200)

    def start(self, epoch: int, now: int) -> Told:
        if self.state == "voided":
            return Told(409, "voided")
        if self.state in FINISHED or (self.state in WAITING and now >= self.closes_at):
            return Told(409, "closed")
        if epoch < self.epoch:
            return Told(409, "moved")
        if self.state == "entered":
            self._move("start", "active")
            self.deadline = min(now + self.time_limit, self.closes_at) + self.extra
        return Told(200)

    def save(self, epoch: int, entries: dict[int, Content], now: int) -> Told:
        if epoch == LOOKING:
            return Told(409, "moved")
        if self.state == "voided":
            return Told(409, "voided")
        late = not self._in_time(now)
        for seq, content in entries.items():
            if self.state != "entered" or content[2]:
                self.stored.setdefault((epoch, seq), Line(content, late, epoch < self.epoch))
        lines = [self.stored.get((epoch, seq)) for seq in entries]
        if None in lines:
            return Told(409, "not_started")
        if [line.content for line in lines if line] != list(entries.values()):
            return Told(409, "conflict")
        return Told(202 if any(line.kept for line in lines if line) else 200)

    def submit(self, epoch: int, last_seq: int) -> Told:
        if self.state == "voided":
            return Told(409, "voided")
        if epoch < self.epoch:
            return Told(409, "moved")
        if self.state not in FINISHED:
            if self.state == "paused":
                return Told(409, "paused")
            if self.state != "active":
                return Told(409, "not_started")
        if any((epoch, seq) not in self.stored for seq in range(1, last_seq + 1)):
            return Told(409, "incomplete")
        if self.state == "active":
            self._move("submit", "submitted")
        return Told(200)

    def pause(self, now: int) -> bool:
        """Acts of proctors and of the clock tell whether they were possible."""
        self.paused_at = now if self.state == "active" else self.paused_at
        return self._act("pause", ("active",), "paused")

    def resume(self, now: int) -> bool:
        if self.state == "paused" and self.deadline is not None:
            self.deadline += now - self.paused_at
        return self._act("resume", ("paused",), "active")

    def end(self) -> bool:
        return self._act("end", ("active", "paused"), "submitted")

    def sweep(self, now: int) -> bool:
        overdue = self.deadline is not None and now > self.deadline + self.grace
        return overdue and self._act("expire", ("active",), "submitted")

    def score(self) -> bool:
        return self._act("score", ("submitted",), "scored")

    def reopen(self, more: int, now: int) -> bool:
        if self.state in FINISHED:
            self.deadline = now + more
        return self._act("reopen", FINISHED, "active")

    def void(self) -> bool:
        return self._act("void", (*WAITING, "active", "paused", *FINISHED), "voided")

    def extend(self, more: int) -> bool:
        if self.state not in (*WAITING, "active", "paused"):
            return False
        self.extra += more
        self.deadline = None if self.deadline is None else self.deadline + more
        return True

    def release(self) -> bool:
        possible = self.state in ("entered", "active", "paused")
        self.is_released = self.is_released or possible
        return possible

    def shown_deadline(self, now: int) -> int | None:
        """What a student's screen must count down to."""
        if self.state == "paused" and self.deadline is not None:
            return self.deadline + now - self.paused_at
        return self.deadline

    def answers(self) -> dict[str, list[Any]]:
        """What counts: per slot the entry that is highest by epoch and seq, whenever it came."""
        counting = sorted((identity, line.content) for identity, line in self.stored.items() if not line.kept)
        return {str(slot): response or [] for _, (slot, response, _) in counting if slot is not None}

    def _in_time(self, now: int) -> bool:
        if self.state == "active":
            return self.deadline is not None and now <= self.deadline + self.grace
        return self.state in ("entered", "paused")

    def _act(self, event: str, sources: tuple[str, ...], target: str) -> bool:
        if self.state not in sources:
            return False
        self._move(event, target)
        return True

    def _move(self, event: str, target: str) -> None:
        self.transitions.append(event)
        self.state = target

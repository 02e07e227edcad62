"""One invented student: from the door to the result, as the real client does it (exams/static/exams/client). Driven by
answers and timers, with no task of its own."""

import time
from typing import TYPE_CHECKING, Any

import orjson

from exams.load import calls, habits, handing, mishaps
from exams.load.calls import ENTER, PAPER, PULSE, RESULT, SAVE, START, STATE, SUBMIT
from exams.load.line import Line
from exams.load.outbox import Outbox
from exams.load.stages import DONE, ENTERING, OUTSIDE, WAITING, WORKING
from exams.load.wire import Answer

if TYPE_CHECKING:
    from exams.load.crowd import Crowd

FINISHED = ("submitted", "scored")
now = time.monotonic


class Student:
    """What one student knows. Instants are of the monotonic clock."""

    __slots__ = (
        "asking",
        "attempt",
        "backing_off",
        "batch_since",
        "card",
        "crowd",
        "deadline",
        "device",
        "epoch",
        "failures",
        "flushing",
        "given",
        "life",
        "line",
        "offline",
        "order",
        "outbox",
        "paper",
        "paper_key",
        "pulse_due",
        "pulse_timer",
        "stage",
        "start_since",
        "starts_at",
        "token",
        "wants",
    )  # fmt: skip

    def __init__(self, crowd: "Crowd", card: str, attempt: int, source: str) -> None:
        self.crowd = crowd
        self.card = card
        self.attempt = attempt
        self.line: Line = crowd.make_line(crowd.engine, crowd.address, source, self.heard)
        self.life = crowd.plan.habits.draw(crowd.chance)
        self.outbox = Outbox()
        self.stage = OUTSIDE
        self.token = self.paper = ""
        self.paper_key: str | None = None
        self.asking = self.wants = self.failures = self.epoch = self.given = 0
        self.device = 1
        self.backing_off = self.flushing = self.offline = self.pulse_timer = False
        self.order = b""
        self.batch_since = self.deadline = self.pulse_due = self.starts_at = self.start_since = 0.0

    # --- asking ---

    def want(self, call: int) -> None:
        self.wants |= call
        self.urge()

    def later(self, call: int, seconds: float) -> None:
        self.crowd.engine.at(now() + seconds, self.want, call)

    def try_again(self, call: int) -> None:
        """After a failure: with a saved entry in between it may be asked already."""
        self.backing_off = False
        self.want(call)

    def urge(self) -> None:
        """Asks the most urgent thing that is wanted, unless an answer is awaited or the network is gone."""
        while self.wants and not self.asking and not self.offline and self.stage != DONE:
            call = self.wants & -self.wants
            self.wants ^= call
            request = calls.REQUESTS[call](self)
            if request:
                self.asking = call
                self.line.ask(request, self.crowd.count())

    def heard(self, answer: Answer, seconds: float) -> None:
        """The answer to what was asked; status 0: there was none."""
        call, self.asking = self.asking, 0
        if answer.status in (200, 202):
            self.failures = 0
            self.crowd.tally.time(calls.NAMES[call], seconds)
            HEARD[call](self, answer)
        else:
            calls.refused(self, call, answer, seconds)
        self.urge()

    def enter_stage(self, stage: str) -> None:
        self.crowd.stages[self.stage] -= 1
        self.crowd.stages[stage] += 1
        self.stage = stage

    # --- entering and starting ---

    def arrive(self, _: Any = None) -> None:
        self.enter_stage(ENTERING)
        self.want(ENTER)

    def _entered(self, answer: Answer) -> None:
        told = orjson.loads(answer.body)
        self.token, self.epoch, self.paper = told["token"], told["epoch"], told["paper"]["url"]
        self.crowd.learn_clock(told["now"])
        self.starts_at = self.crowd.local(told["sitting"]["starts_at"] or 0)
        self.want(STATE)

    def _state_told(self, answer: Answer) -> None:
        told = orjson.loads(answer.body)
        state = told["state"]
        if state in FINISHED:
            self._closed_meanwhile()
        elif state in ("active", "paused"):
            self._work(told)
            self.want(PAPER)
        elif self.stage == ENTERING:
            self.enter_stage(WAITING)
            ahead = max(0.0, self.starts_at - now())
            self.later(PAPER, self.crowd.chance.random() * min(20.0, ahead / 2))
            self.crowd.engine.at(self.starts_at, self.start_if_due)
            self.want(PULSE)

    def _closed_meanwhile(self) -> None:
        if self.outbox.seq:
            handing.hand_in(self)
        else:
            self.conclude("closed before the new device was in")

    def _paper_read(self, answer: Answer) -> None:
        self.crowd.keep_paper(self.paper, answer.body)

    def start_if_due(self, _: Any = None) -> None:
        """The client aims at the own instant."""
        if self.stage != WAITING:
            return
        if now() < self.starts_at:
            self.crowd.engine.at(self.starts_at, self.start_if_due)
            return
        self.start_since = self.start_since or now()
        self.want(START)

    def _started(self, answer: Answer) -> None:
        if self.stage == WAITING:
            self.crowd.tally.time("started", now() - self.start_since)
            self._work(orjson.loads(answer.body))
            mishaps.plan(self)

    def _work(self, told: dict[str, Any]) -> None:
        """Begins, or goes on after a reload or on another device."""
        fresh = self.stage != WORKING
        self.order = bytes(told["layout"]["slots"])
        self.paper_key = told.get("paper_key")
        self.outbox.align(told["next_seq"])
        self.deadline = self.crowd.local(told["deadline_at"])
        self.beat_in(2 + 8 * self.crowd.chance.random())
        if fresh:
            self.enter_stage(WORKING)
            self.crowd.engine.at(self.deadline, handing.look_at_clock, self)
            self._think()
        self.wants |= SAVE

    # --- working ---

    def _think(self) -> None:
        pause = self.crowd.plan.habits.pause(self.life.think, self.crowd.chance)
        self.crowd.engine.at(now() + pause, self._answer, self.device)

    def _answer(self, device: int) -> None:
        """Answers the next item, or changes an earlier answer."""
        if self.stage != WORKING or device != self.device:
            return
        if not self.crowd.has_paper(self.paper):
            self.want(PAPER)
            self._think()
            return
        chance = self.crowd.chance
        again = self.given > 0 and chance.random() < self.crowd.changing
        place = chance.randrange(self.given) if again else self.given
        slot = self.order[place]
        self.note(slot, chance.choice(self.crowd.responses(self.paper, self.paper_key, slot)), "")
        self.given += not again
        if self.given < len(self.order):
            self._think()
        elif self.life.hands_in_early:
            self.crowd.engine.at(now() + self.life.think, handing.hand_in_early, self)

    def note(self, slot: int, response: bytes, event: str) -> None:
        self.outbox.append(slot, response, event, self.crowd.server_now())
        if not self.flushing and not self.backing_off:
            self.flushing = True
            self.crowd.engine.at(now() + habits.DEBOUNCE, self._flush)

    def _flush(self, _: Any) -> None:
        self.flushing = False
        self.want(SAVE)

    def _saved(self, answer: Answer) -> None:
        told = orjson.loads(answer.body)
        accepted = self.outbox.accept(told["saved_seq"])
        heard_at = self.crowd.server_now()
        for entry in accepted:
            self.crowd.tally.acknowledged.write(entry.line(self.attempt, self.epoch, answer.status, heard_at))
        self.crowd.tally.acts["entries acknowledged"] += len(accepted)
        if answer.status == 202:
            self.crowd.tally.acts["entries kept as late"] += len(accepted)
        if self.batch_since:
            self.crowd.tally.time("saved", now() - self.batch_since)
        self.batch_since = 0.0
        if self.outbox.unsent:
            self.wants |= SAVE
        self._hear(told)

    def _pulsed(self, answer: Answer) -> None:
        told = orjson.loads(answer.body)
        if told.get("starts_at"):
            self.starts_at = self.crowd.local(told["starts_at"])
        self._hear(told)

    def _hear(self, told: dict[str, Any]) -> None:
        """What an answer of save or pulse may bring."""
        if told["deadline_at"]:
            self.deadline = self.crowd.local(told["deadline_at"])
        if told["epoch"] > self.epoch:
            self.crowd.tally.refusal("pulse", 200, "moved", self.attempt, shown=True)
            self.conclude("moved away")
        elif told["state"] in FINISHED and self.stage == WORKING:
            handing.hand_in(self)
        else:
            self.beat_in(told["pulse_after_ms"] / 1000)

    def beat_in(self, seconds: float) -> None:
        """The next pulse is due then; a save in between puts it off."""
        self.pulse_due = now() + seconds
        if not self.pulse_timer:
            self.pulse_timer = True
            self.crowd.engine.at(self.pulse_due, self._beat)

    def _beat(self, _: Any) -> None:
        if self.pulse_due > now() + 0.01:
            self.crowd.engine.at(self.pulse_due, self._beat)
        else:
            self.pulse_timer = False
            self.want(PULSE)

    def hang_up(self) -> None:
        """The connection is gone, and with it the answer that was awaited; what was asked is asked again."""
        self.line.close()
        self.wants |= self.asking
        self.asking = 0
        self.batch_since = 0.0

    # --- handing in ---

    def _submitted(self, answer: Answer) -> None:
        told = orjson.loads(answer.body)
        line = f"{self.attempt}\t{self.epoch}\t{told['receipt']}\t{self.outbox.seq}\t{self.outbox.acknowledged}\n"
        self.crowd.tally.receipts.write(line.encode())
        self.crowd.tally.acts["receipts"] += 1
        self.later(RESULT, 0.5 + 7.5 * self.crowd.chance.random())

    def _result_seen(self, answer: Answer) -> None:
        self.conclude("results seen")

    def conclude(self, how: str) -> None:
        """The student goes home."""
        self.crowd.tally.acts[how] += 1
        self.line.close()
        self.enter_stage(DONE)


HEARD = {
    ENTER: Student._entered,
    STATE: Student._state_told,
    PAPER: Student._paper_read,
    START: Student._started,
    SAVE: Student._saved,
    PULSE: Student._pulsed,
    SUBMIT: Student._submitted,
    RESULT: Student._result_seen,
}

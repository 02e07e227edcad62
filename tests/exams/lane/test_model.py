"""The real lane on the real database against the model of tests/exams/lane/model.py, through any sequence of what
students, machines, proctors and the clock may do to one attempt. After every step the tables are looked at."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from exams import delivery, journals, lifecycle, scoring
from exams.lane import fold
from exams.lane.times import instant, milliseconds
from exams.lifecycle import TRANSITIONS, IllegalTransition, State
from exams.models import JournalEntry, Presence
from tests.exams.lane.builders import MINUTE, NOON, Clock, Hall, LaneUnderTest, Reply, Seat
from tests.exams.lane.happenings import (
    ACTS,
    CONTENTS,
    DEVICES,
    EVENTS,
    GRACE,
    JUMPS,
    SILENCE,
    Client,
    Draw,
    an_entry,
    content,
)
from tests.exams.lane.model import Expected, Line, Told

EXAMPLES, STEPS = 50, 40


class Sitting(RuleBasedStateMachine):
    """One attempt; the next free one of `seats`."""

    hall: Hall
    seats: Iterator[Seat]

    @initialize(is_early=st.sampled_from((False, False, False, True)))
    def sit_down(self, is_early: bool) -> None:
        self.seat = next(self.seats)
        self.clock = self.hall.lane.clock
        self.clock.now = NOON + MINUTE
        sitting = self.seat.attempt.sitting
        self.expected = Expected(sitting.time_limit_ms, milliseconds(sitting.closes_at), GRACE, SILENCE)
        self.clients: list[Client] = []
        self.acknowledged: dict[tuple[int, int], Line] = {}
        self.lane = a_lane(self.clock)
        self._enter(DEVICES[0], is_lost=True)
        if not is_early:
            self._start(self.clients[0])

    def teardown(self) -> None:
        if hasattr(self, "lane"):
            self.lane.close()

    # What students and their machines do

    @rule(what=st.sampled_from(EVENTS), data=st.data())
    def something_happens(self, what: str, data: st.DataObject) -> None:
        """One rule, so that all of it is tried in one run."""
        getattr(self, what)(data.draw)

    def enter(self, draw: Draw) -> None:
        """With the journal the device has, or with a new one where it was lost."""
        self._enter(draw(st.sampled_from(DEVICES)), is_lost=draw(st.booleans()))

    def _enter(self, device: str, is_lost: bool) -> None:
        own = [client for client in self.clients if client.device == device]
        client = own[-1] if own and not is_lost else Client(device, f"journal-{len(self.clients)}")
        found = Presence.objects.filter(attempt=self.seat.attempt).first()
        heard_at = milliseconds(found.heard_at) if found else None
        told = self.expected.enter(device, client.journal, self.clock.now, heard_at)
        reply = self._call("enter", {"card": self.seat.card, "device": device, "journal": client.journal})
        self._agree(reply, told)
        if told.status == 200:
            assert reply["epoch"] == told.epoch
            client.token, client.epoch = reply["token"], reply["epoch"]
            self.clients += [] if client in self.clients else [client]

    def leave(self, draw: Draw) -> None:
        client = draw(st.sampled_from(self.clients))
        reply = self._call("leave", {}, client.token)
        self._agree(reply, self.expected.leave(client.epoch))
        assert reply["state"] == self.expected.state

    def start(self, draw: Draw) -> None:
        self._start(draw(st.sampled_from(self.clients)))

    def _start(self, client: Client) -> None:
        told = self.expected.start(client.epoch, self.clock.now)
        reply = self._call("start", {}, client.token)
        self._agree(reply, told)
        if told.status == 200:
            self._shows_how_it_stands(reply, client)

    def write(self, draw: Draw) -> None:
        """Into the local journal; and to the server, or not yet."""
        client = draw(st.sampled_from(self.clients))
        contents = draw(st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=3))
        first = len(client.entries) + 1
        batch = [an_entry(seq, said, self.clock) for seq, said in enumerate(contents, first)]
        client.entries += batch
        if draw(st.booleans()):
            self._save(client, batch)

    def save(self, draw: Draw) -> None:
        """Any piece of any journal, whatever was saved of it before, and perhaps twice."""
        client = draw(st.sampled_from(self.clients))
        if client.entries:
            first = draw(st.integers(0, len(client.entries) - 1))
            last = draw(st.integers(first + 1, len(client.entries)))
            for _ in range(draw(st.integers(1, 2))):
                self._save(client, client.entries[first:last])

    def save_something_else_under_a_used_identity(self, draw: Draw) -> None:
        if self.acknowledged:
            epoch, seq = draw(st.sampled_from(sorted(self.acknowledged)))
            client = next(client for client in self.clients if client.epoch == epoch)
            self._save(client, [an_entry(seq, draw(st.sampled_from(CONTENTS)), self.clock)])

    def _save(self, client: Client, batch: list[dict[str, Any]]) -> None:
        contents = {entry["seq"]: content(entry) for entry in batch}
        told = self.expected.save(client.epoch, contents, self.clock.now)
        reply = self._call("save", {"entries": batch}, client.token)
        self._agree(reply, told)
        if told.status in (200, 202):
            assert (reply["saved_seq"], reply["epoch"]) == (batch[-1]["seq"], self.expected.epoch)
            self._shows_the_deadline(reply)
            for seq in contents:
                self.acknowledged[client.epoch, seq] = self.expected.stored[client.epoch, seq]

    def submit(self, draw: Draw) -> None:
        client = draw(st.sampled_from(self.clients))
        self._submit(client, len(client.entries) + draw(st.integers(0, 1)))

    def hand_in_all_there_is(self, draw: Draw) -> None:
        """As a student does whom nothing disturbs."""
        client = self.clients[-1]
        if client.entries:
            self._save(client, client.entries)
        self._submit(client, len(client.entries))

    def _submit(self, client: Client, last_seq: int) -> None:
        told = self.expected.submit(client.epoch, last_seq)
        reply = self._call("submit", {"last_seq": last_seq}, client.token)
        self._agree(reply, told)
        if told.status == 200:
            assert journals.verify(reply["receipt"]).holds

    def look(self, draw: Draw) -> None:
        client = draw(st.sampled_from(self.clients))
        voided = Told(409, "voided") if self.expected.state == "voided" else Told(200)
        pulse, state = self._call("pulse", {}, client.token), self._call("state", None, client.token)
        self._agree(pulse, voided)
        self._agree(state, voided)
        if voided.status == 200:
            self._shows_the_deadline(pulse)
            assert (state["state"], state["epoch"]) == (self.expected.state, self.expected.epoch)
            own = client.epoch == self.expected.epoch and self.expected.state in ("active", "paused")
            assert ("responses" in state.body) is own
            if own:
                self._shows_how_it_stands(state, client)

    # What proctors, the clock and faults do

    def a_proctor_acts(self, draw: Draw) -> None:
        act = draw(st.sampled_from(sorted(ACTS)))
        if act != "void" or len(self.expected.transitions) > 6:
            self._act(*ACTS[act](self.expected, self.clock.now))

    def time_passes(self, draw: Draw) -> None:
        self.clock.forward(draw(st.sampled_from(JUMPS)))
        if draw(st.booleans()):
            self.expected.sweep(self.clock.now)
            delivery.sweep(instant(self.clock.now), timedelta(milliseconds=GRACE))

    def it_is_scored(self, draw: Draw) -> None:
        self.expected.score()
        scoring.score_sitting(self.seat.attempt.sitting, instant(self.clock.now))

    def a_second_passes_in_the_lane(self, draw: Draw) -> None:
        self.lane.refresh()
        self.lane.run(self.lane.app.lane.presence.write(self.clock.now))

    def the_lane_is_killed(self, draw: Draw) -> None:
        """Another begins, without its memory."""
        self.lane.close()
        self.lane = a_lane(self.clock)

    # What must hold after every step

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        found = self._journal()
        self._is_all_there(found)
        self._folds(found)
        self._row_is_right()
        self._went_along_the_table()

    def _is_all_there(self, found: dict[tuple[int, int], Line]) -> None:
        assert found == self.expected.stored
        assert {identity: found.get(identity) for identity in self.acknowledged} == self.acknowledged

    def _folds(self, found: dict[tuple[int, int], Line]) -> None:
        """Neither order nor repetition matters."""
        entries = [fold.Entry(*identity, *line.content[:2]) for identity, line in found.items()]
        counting = [entry for entry, line in zip(entries, found.values(), strict=True) if not line.kept]
        assert {str(slot): response for slot, response in fold.responses(counting).items()} == self.expected.answers()
        shuffled = random.Random(len(entries)).sample(entries * 2, len(entries) * 2)
        assert fold.responses(shuffled) == fold.responses(entries)
        for epoch in range(1, self.expected.epoch + 1):
            assert fold.next_seq(shuffled, epoch) == fold.next_seq(entries, epoch)

    def _row_is_right(self) -> None:
        row, expected = self.seat.row(), self.expected
        found = (row.state, row.epoch, row.device, row.journal, milliseconds(row.deadline_at), row.extra_ms)
        wanted = (expected.state, expected.epoch, expected.device, expected.journal, expected.deadline, expected.extra)
        assert found == wanted

    def _went_along_the_table(self) -> None:
        events = self.seat.events()
        assert set(events) <= set(TRANSITIONS) | lifecycle.ACTS
        went = [event for event in events if event in TRANSITIONS]
        assert went == self.expected.transitions
        state = State.ASSIGNED
        for event in went:
            state = lifecycle.target(event, state)
        assert state == self.expected.state

    # How

    def _call(self, call: str, body: Any, token: str = "") -> Reply:
        return self.lane.call("GET" if body is None else "POST", call, body, token)

    def _agree(self, reply: Reply, told: Told) -> None:
        assert (reply.status, reply.type) == (told.status, told.type), reply

    def _act(self, possible: bool, verb: Callable[..., Any]) -> None:
        try:
            verb(self.seat.row(), now=instant(self.clock.now))
        except IllegalTransition:
            assert not possible
        else:
            assert possible

    def _shows_the_deadline(self, reply: Reply) -> None:
        assert reply["deadline_at"] == self.expected.shown_deadline(self.clock.now)

    def _shows_how_it_stands(self, reply: Reply, client: Client) -> None:
        self._shows_the_deadline(reply)
        assert reply["responses"] == self.expected.answers()
        used = [seq for epoch, seq in self.expected.stored if epoch == client.epoch]
        assert reply["next_seq"] == max(used, default=0) + 1

    def _journal(self) -> dict[tuple[int, int], Line]:
        columns = ("epoch", "seq", "slot", "response", "event", "kept", "after_move")
        rows = JournalEntry.objects.filter(attempt=self.seat.attempt).values_list(*columns)
        return {row[:2]: Line(row[2:5], *row[5:]) for row in rows}


def a_lane(clock: Clock) -> LaneUnderTest:
    """A lane in which seconds pass only when the test lets them."""
    lane = LaneUnderTest(device_silence_ms=SILENCE, grace_ms=GRACE)
    lane.clock = lane.app.lane.clock = clock
    for task in lane.app.lane._tasks:
        task.cancel()
    return lane


def seats(hall: Hall) -> Iterator[Seat]:
    """As many as are asked for."""
    while True:
        yield from hall.crowd(50, time_limit_ms=40 * MINUTE)


def test_no_sequence_of_events_loses_an_answer_gains_time_or_leaves_the_table(hall: Hall) -> None:
    Sitting.hall, Sitting.seats = hall, seats(hall)
    quick = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None)
    run_state_machine_as_test(Sitting, settings=quick)

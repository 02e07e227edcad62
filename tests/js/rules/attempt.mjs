import { createActs } from "../../../exams/static/exams/client/acts.js";
import { createClock } from "../../../exams/static/exams/client/clock.js";
import { createEngine } from "../../../exams/static/exams/client/engine.js";
import { arm } from "../../../exams/static/exams/client/handing.js";
import { startPulse } from "../../../exams/static/exams/client/pulse.js";
import { refused } from "../../../exams/static/exams/client/recovery.js";
import { boot, tick } from "../../../exams/static/exams/client/running.js";
import { memoryStore } from "../../../exams/static/exams/client/storage.js";
import { chance, check, equal, problem, smallLane, virtualTime } from "./laboratory.mjs";

const RECORD = {
  key: "j/1", journal: "j", card: "1", epoch: 1, token: "t", student: { name: "本", class: "七(1)" },
  sitting: { title: "场次", starts_at: 0, closes_at: 9e9, time_limit_ms: 600000, item_count: 3 },
  paper: { sha256: "p", url: "/p" }, savedSeq: 0, marked: [], current: 0, started: null, finished: false,
};

/** A store as a device with room has it. */
const keeping = () => Object.assign(memoryStore(), { kind: "device" });

/** A device with an engine on a small lane; `run(ms)` lets time pass with the tick of every half second. */
function device(time, lane, { store = keeping(), record = { ...RECORD }, entries = [], subtle } = {}) {
  const clock = createClock(time.now);
  const makeConnection = ({ heard }) => {
    const told = {};
    for (const [name, call] of Object.entries(lane.connection)) {
      told[name] = async (...words) => {
        const sentAt = time.now();
        try {
          const answer = await call(...words);
          clock.sample(sentAt, time.now(), answer.now);
          heard(true);
          return answer;
        } catch (fault) {
          heard(!fault.network);
          throw fault;
        }
      };
    }
    return told;
  };
  const random = chance(5);
  const parts = { store, record, entries, clock, timers: time.timers, random, makeConnection, refused, subtle };
  const ctx = createEngine({ ...parts, restart: () => {} });
  startPulse(ctx);
  arm(ctx);
  const acts = createActs(ctx);
  boot(ctx);
  const run = async (ms) => {
    for (let passed = 0; passed < ms; passed += 500) {
      await time.pass(Math.min(500, ms - passed));
      tick(ctx);
    }
  };
  return { ctx, acts, run, store, state: ctx.state };
}

export default {
  async "waits for its instant, starts, answers, hands in"() {
    const time = virtualTime(1000);
    const lane = smallLane(time, { startsAt: 20000 });
    const { state, run, acts } = device(time, lane);
    await run(5000);
    equal(state.phase, "waiting");
    await run(16000);
    equal(state.phase, "working");
    const start = lane.calls.filter((call) => call.name === "start");
    equal(start.length, 1, "the lane is asked once,");
    check(Math.abs(start[0].at - 20000) < 100, `at the own instant, not at ${start[0].at}`);
    acts.pickAt(0);
    acts.next(1);
    acts.pickAt(1);
    acts.handIn();
    await run(4000);
    equal([state.phase, state.receipt.code], ["receipt", "ABCD-EFGH"]);
    equal([...lane.journal.values()].map((entry) => [entry.slot, entry.response]), [[2, ["c1"]], [1, ["c1"]]]);
  },
  async "learns the proctor's go by the beat"() {
    const time = virtualTime(1000);
    const lane = smallLane(time, { startsAt: null });
    const { state, run } = device(time, lane);
    await run(5000);
    equal([state.phase, state.startsAt], ["waiting", null]);
    lane.startsAt = time.now();
    await run(16500);
    equal(state.phase, "working");
  },
  async "a reload goes on with every answer, sent or not"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const first = device(time, lane);
    await first.run(1000);
    first.acts.pickAt(0);
    await first.run(3000);
    lane.trouble = () => problem(0);
    first.acts.next(1);
    first.acts.pickAt(2);
    await first.run(3000);
    equal(first.ctx.outbox.unsent().length >= 1, true);
    first.ctx.outbox.stop();
    const record = await first.store.journal("j/1");
    const entries = await first.store.entries("j/1");
    lane.trouble = () => null;
    const second = device(time, lane, { store: first.store, record, entries });
    await second.run(5000);
    equal(second.state.answers.get(1), ["c3"]);
    equal([second.state.phase, second.state.current, second.ctx.outbox.unsent().length], ["working", 1, 0]);
    check([...lane.journal.values()].some((entry) => entry.slot === 1 && entry.response[0] === "c3"), "it arrived");
  },
  async "a reload without network goes on from the device"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const first = device(time, lane);
    await first.run(2000);
    first.acts.pickAt(1);
    await first.run(2000);
    first.ctx.outbox.stop();
    const record = await first.store.journal("j/1");
    lane.trouble = () => problem(0);
    const second = device(time, lane, { store: first.store, record, entries: await first.store.entries("j/1") });
    await second.run(2000);
    equal([second.state.phase, second.state.answers.get(2)], ["working", ["c2"]]);
    check(second.state.offlineSince !== null, "and says that it is offline");
    second.acts.pickAt(0);
    lane.trouble = () => null;
    await second.run(40000);
    equal([second.state.offlineSince, second.ctx.outbox.unsent().length], [null, 0]);
  },
  async "a computer's clock that is hours ahead ends nothing before the server is heard"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const first = device(time, lane);
    await first.run(2000);
    first.ctx.outbox.stop();
    const record = await first.store.journal("j/1");
    record.seenAt = { server: time.now(), wall: Date.now() - 5 * 3600000 };
    lane.trouble = () => problem(0);
    const second = device(time, lane, { store: first.store, record, entries: [] });
    await second.run(5000);
    check(second.ctx.remaining() < 0, "it looks as if the time were over");
    second.acts.pickAt(1);
    equal([second.state.phase, second.state.answers.get(2)], ["working", ["c2"]]);
    lane.trouble = () => null;
    await second.run(40000);
    equal([second.state.phase, second.ctx.outbox.unsent().length], ["working", 0]);
    check(second.ctx.remaining() > 0, "the server's time counts again");
  },
  async "hands in by itself at the deadline, and goes on trying without network"() {
    const time = virtualTime(1000);
    const lane = smallLane(time, { deadlineAt: 30000 });
    const { state, run, acts, ctx } = device(time, lane);
    await run(2000);
    acts.pickAt(0);
    await run(2000);
    lane.trouble = () => problem(0);
    acts.pickAt(1);
    await run(90000);
    equal(state.phase, "handing");
    acts.pickAt(2);
    equal(ctx.outbox.entries().filter((entry) => entry.slot).length, 2, "after the end nothing more is typed");
    lane.state = "submitted";
    lane.trouble = () => null;
    await run(40000);
    equal(state.phase, "receipt");
    check(state.receipt.late, "what came late is said to be late");
    equal([...lane.journal.values()].filter((entry) => entry.slot).length, 2);
  },
  async "more time reaches the screen, even after the end has come"() {
    const time = virtualTime(1000);
    const lane = smallLane(time, { deadlineAt: 40000 });
    const { state, run, ctx } = device(time, lane);
    await run(20000);
    lane.deadlineAt = 160000;
    lane.notices = [{ id: 7, kind: "extended", text: "加时", data: { minutes: 2 }, at: 20000 }];
    await run(31000);
    equal([state.phase, state.deadlineAt], ["working", 160000]);
    equal(state.notices.map((notice) => notice.id), [7], "told once");
    check(ctx.remaining() > 80000, "the clock follows");
  },
  async "a pause blocks typing, the resumption brings the questions back"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const { state, run, acts } = device(time, lane);
    await run(2000);
    lane.state = "paused";
    await run(31000);
    equal(state.phase, "paused");
    acts.pickAt(0);
    equal(state.answers.size, 0);
    lane.state = "active";
    await run(31000);
    equal(state.phase, "working");
  },
  async "an attempt that moved says so and sends what it holds"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const { state, run, acts, ctx } = device(time, lane);
    await run(2000);
    lane.trouble = () => problem(0);
    acts.pickAt(0);
    await run(3000);
    lane.trouble = () => null;
    lane.epoch = 2;
    await run(60000);
    equal([state.phase, ctx.outbox.unsent().length], ["moved", 0]);
  },
  async "ended by the teacher: what is held is sent, the receipt fetched"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const { state, run, acts } = device(time, lane);
    await run(2000);
    acts.pickAt(0);
    await run(2000);
    lane.state = "submitted";
    await run(40000);
    equal([state.phase, state.endedByServer], ["receipt", true]);
  },
  async "what submit misses is filled in"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const { state, run, acts } = device(time, lane);
    await run(2000);
    acts.pickAt(0);
    acts.next(1);
    acts.pickAt(0);
    await run(3000);
    lane.journal.delete(2);
    acts.handIn();
    await run(10000);
    equal([state.phase, lane.journal.size], ["receipt", 2]);
  },
  async "the same answer twice is one entry, a cleared one is an empty response"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const { run, acts, ctx } = device(time, lane);
    await run(2000);
    acts.pickAt(0);
    acts.pickAt(0);
    acts.clear();
    equal(ctx.outbox.entries().map((entry) => entry.response), [["c1"], []]);
  },
  async "one save is in flight, whatever the student does"() {
    const time = virtualTime(1000);
    const lane = smallLane(time);
    const random = chance(9);
    lane.latency = 900;
    const { run, acts, ctx } = device(time, lane);
    await run(4000);
    for (let i = 0; i < 80; i += 1) {
      acts.pickAt(Math.floor(random() * 3));
      acts.go(Math.floor(random() * 3));
      lane.trouble = () => (random() < 0.3 ? problem(random() < 0.5 ? 0 : 503) : null);
      lane.lost = () => random() < 0.2;
      await run(700);
    }
    lane.trouble = () => null;
    lane.lost = () => false;
    await run(60000);
    equal([lane.most, ctx.outbox.unsent().length], [1, 0]);
    equal([...lane.journal.values()], ctx.outbox.entries());
  },
};

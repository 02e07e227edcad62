import { createClock } from "../../../exams/static/exams/client/clock.js";
import { createEngine } from "../../../exams/static/exams/client/engine.js";
import { arm } from "../../../exams/static/exams/client/handing.js";
import { createActs } from "../../../exams/static/exams/client/acts.js";
import { spreadOf } from "../../../exams/static/exams/client/papers.js";
import { startPulse } from "../../../exams/static/exams/client/pulse.js";
import { refused } from "../../../exams/static/exams/client/recovery.js";
import { boot, tick } from "../../../exams/static/exams/client/running.js";
import { memoryStore } from "../../../exams/static/exams/client/storage.js";
import { digest, unsealed } from "../../../exams/static/exams/client/unsealing.js";
import { bytes, chance, check, equal, PAPER, problem, smallLane, virtualTime } from "./laboratory.mjs";

// What Python's AESGCM makes of {"sections": []} with the key 0, 1, ... 31 and the nonce of twelve sevens.
const KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SEALED = "BwcHBwcHBwcHBwcHdEjVOQx7vpuo7jG6oAqp5hpYi5+eJvXuqdFeTR/5C+Q=";
const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;

/** A page on http://school has no crypto.subtle, and Chromium's test pages neither: this one seals with a XOR. */
const lock = {
  importKey: async (_form, key) => key[0],
  decrypt: async (_how, key, data) => {
    const plain = data.map((byte) => byte ^ key);
    if (plain[0] !== 123) throw new Error("OperationError");
    return plain.buffer;
  },
  digest: async () => new Uint8Array(32).buffer,
};
const HASH = "0".repeat(64);
const LOCKED = Uint8Array.from([...new Array(12).fill(0), ...new Uint8Array(bytes(PAPER)).map((byte) => byte ^ 9)]).buffer;
const OPENS = btoa("\t");

const RECORD = {
  key: "j/1", journal: "j", card: "1", epoch: 1, token: "t", student: { name: "本", class: "七(1)" },
  sitting: { title: "场次", starts_at: 0, closes_at: 9e9, time_limit_ms: 600000, item_count: 3 },
  paper: { sha256: HASH, url: "/s", encrypted: true }, savedSeq: 0, marked: [], current: 0, started: null,
};

function seated(time, lane, { subtle = lock, store = Object.assign(memoryStore(), { kind: "device" }), record = { ...RECORD }, entries = [] } = {}) {
  const clock = createClock(time.now);
  const makeConnection = ({ heard }) => {
    const calls = {};
    for (const [name, call] of Object.entries(lane.connection)) {
      calls[name] = async (...words) => {
        try {
          const answer = await call(...words);
          if (answer && answer.now) clock.sample(time.now(), time.now(), answer.now);
          heard(true);
          return answer;
        } catch (fault) {
          heard(!fault.network);
          throw fault;
        }
      };
    }
    return calls;
  };
  const given = { store, record, entries, clock, timers: time.timers, random: chance(3) };
  const ctx = createEngine({ ...given, makeConnection, refused, restart: () => {}, subtle });
  startPulse(ctx);
  arm(ctx);
  boot(ctx);
  const run = async (ms) => {
    for (let passed = 0; passed < ms; passed += 500) {
      await time.pass(Math.min(500, ms - passed));
      tick(ctx);
    }
  };
  return { ctx, run, store, state: ctx.state, acts: createActs(ctx) };
}

function sealedLane(time, options) {
  const lane = smallLane(time, options);
  lane.shelf["/s"] = LOCKED;
  lane.shelf["/plain"] = bytes(PAPER);
  lane.told = { paper_key: OPENS, paper_url: "/plain" };
  return lane;
}

export default {
  "downloads are spread over half of the time that is left, a minute at most, and not at all when it is short"() {
    equal([600000, 120000, 60000, 20000, 9999, 0, -5].map(spreadOf), [60000, 60000, 30000, 10000, 0, 0, 0]);
    equal(spreadOf(null), 15000);
  },
  async "a sealed paper opens with its key and with no other"() {
    const { subtle } = globalThis.crypto || {};
    if (!subtle) return;
    equal(await unsealed(bytesOf(SEALED), KEY, subtle), { sections: [] });
    const other = btoa("x".repeat(32));
    check(await unsealed(bytesOf(SEALED), other, subtle).then(() => false, () => true), "another key is refused");
    equal((await digest(bytes({}), subtle)).slice(0, 8), "44136fa3");
  },
  async "a sealed paper is on the device before the start, and opens at the start with nothing fetched any more"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time, { startsAt: 120000 });
    const { run, state, store } = seated(time, lane);
    await run(60000);
    equal([state.phase, state.paperIs, lane.files], ["waiting", "here", ["/s"]]);
    check((await store.paper(HASH)) instanceof ArrayBuffer, "it lies there as it is: sealed");
    await run(61000);
    equal([state.phase, state.slots.length, lane.files], ["working", 3, ["/s"]]);
  },
  async "what was kept and the key are enough after a reload without network"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const first = seated(time, lane);
    await first.run(3000);
    first.acts.pickAt(0);
    first.ctx.outbox.stop();
    const record = await first.store.journal("j/1");
    lane.trouble = () => problem(0);
    const second = seated(time, lane, { store: first.store, record });
    await second.run(3000);
    equal([second.state.phase, second.state.slots.length, lane.files], ["working", 3, ["/s"]]);
  },
  async "a browser that cannot decrypt fetches nothing ahead and takes the plain paper at the start"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time, { startsAt: 60000 });
    const { run, state } = seated(time, lane, { subtle: null });
    await run(50000);
    equal([state.paperIs, lane.files], ["later", []]);
    await run(12000);
    equal([state.phase, lane.files], ["working", ["/plain"]]);
  },
  async "a sealed file that does not open is passed by"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    lane.told.paper_key = btoa("\n");
    const { run, state } = seated(time, lane);
    await run(3000);
    equal([state.phase, lane.files], ["working", ["/s", "/plain"]]);
  },
  async "a file that is not what its name says is asked for again"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    let asked = 0;
    const subtle = { ...lock, digest: async () => new Uint8Array(32).fill((asked += 1) < 3 ? 1 : 0).buffer };
    const { run, state } = seated(time, lane, { subtle });
    await run(30000);
    equal([state.phase, lane.files], ["working", ["/s", "/s", "/s"]]);
  },
  async "the clock is set by several answers while one waits"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time, { startsAt: 100000 });
    const { run } = seated(time, lane);
    await run(30000);
    equal(lane.calls.filter((call) => call.name === "time").length, 4);
  },
  async "an outage before the start is in the journal, with its times"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time, { startsAt: 200000 });
    const { run, ctx } = seated(time, lane);
    await run(10000);
    lane.trouble = () => problem(0);
    await run(60000);
    lane.trouble = () => null;
    await run(30000);
    const told = [...lane.journal.values()].map((entry) => entry.event);
    equal(told, ["offline", "online"]);
    check(lane.journal.get(2).at - lane.journal.get(1).at > 30000, "from when to when");
    equal(ctx.outbox.unsent().length, 0);
  },
  async "an outage that a reload falls into goes on, and is one"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const first = seated(time, lane);
    await first.run(3000);
    lane.trouble = () => problem(0);
    first.acts.pickAt(0);
    await first.run(20000);
    first.ctx.outbox.stop();
    const since = first.state.offlineSince;
    const [record, entries] = [await first.store.journal("j/1"), await first.store.entries("j/1")];
    const second = seated(time, lane, { store: first.store, record, entries });
    await second.run(10000);
    equal([second.state.phase, second.state.offlineSince], ["working", since]);
    lane.trouble = () => null;
    await second.run(40000);
    equal([...lane.journal.values()].map((entry) => entry.event || "answer"), ["answer", "offline", "online"]);
  },
  async "a device without room says so to the teacher, once"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const { run, acts, store } = seated(time, lane);
    store.putEntry = async () => {
      throw new Error("QuotaExceededError");
    };
    await run(3000);
    acts.pickAt(0);
    await run(3000);
    acts.pickAt(1);
    await run(5000);
    const entries = [...lane.journal.values()];
    equal(entries.filter((entry) => entry.event).map((entry) => entry.event), ["storage_lost"]);
    equal(entries.filter((entry) => entry.slot).length, 2, "and every answer arrives all the same");
  },
  async "a device that keeps nothing from the beginning says so while one waits"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time, { startsAt: 60000 });
    const { run } = seated(time, lane, { store: memoryStore() });
    await run(10000);
    equal([...lane.journal.values()].map((entry) => entry.event), ["storage_lost"]);
  },
  async "submit says how many entries the server acknowledged"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const { run, acts, state } = seated(time, lane);
    await run(2000);
    acts.pickAt(0);
    acts.next(1);
    acts.pickAt(0);
    await run(3000);
    acts.handIn();
    await run(5000);
    equal([state.phase, lane.acknowledged], ["receipt", 2]);
  },
  async "handing in waits as long as a busy server says"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const { run, acts, state } = seated(time, lane);
    await run(2000);
    acts.pickAt(0);
    lane.trouble = (name) => (name === "save" ? problem(503, "busy", { retryAfterMs: 20000 }) : null);
    acts.handIn();
    await run(60000);
    const saves = lane.calls.filter((call) => call.name === "save").length;
    check(saves <= 4, `${saves} saves in a minute`);
    lane.trouble = () => null;
    await run(30000);
    equal(state.phase, "receipt");
  },
  async "what the server will never take is set aside, and the rest arrives"() {
    const time = virtualTime(1000);
    const lane = sealedLane(time);
    const { run, acts } = seated(time, lane);
    await run(2000);
    acts.pickAt(0);
    acts.next(1);
    acts.pickAt(0);
    lane.judge = (entries) => {
      const wrong = entries.find((entry) => entry.slot === 2);
      if (wrong) throw problem(422, "not_storable", { refused: [wrong.seq] });
    };
    await run(8000);
    equal([...lane.journal.values()].map((entry) => entry.event || entry.slot), ["refused", 1]);
  },
};

import { createOutbox } from "../../../exams/static/exams/client/outbox.js";
import { chance, check, equal, problem, virtualTime } from "./laboratory.mjs";

function boxOn(time, send, more = {}) {
  const persisted = [];
  const refusals = [];
  const box = createOutbox({
    persist: async (entry) => void persisted.push(entry),
    send,
    refused: (fault) => refusals.push(fault),
    changed: () => {},
    timers: time.timers,
    random: chance(7),
    cap: () => 30000,
    ...more,
  });
  return { box, persisted, refusals };
}

const acknowledging = (time, received) => async (batch) => {
  received.push(...batch);
  return { saved_seq: batch[batch.length - 1].seq, now: time.now() };
};

export default {
  async "an answer is on the device before it leaves"() {
    const time = virtualTime();
    let release;
    const sent = [];
    const persist = () => new Promise((resolve) => (release = resolve));
    const { box } = boxOn(time, acknowledging(time, sent), { persist });
    box.append({ slot: 1, response: ["c1"] }, 5);
    await time.pass(5000);
    equal(sent.length, 0, "nothing leaves before the journal has it");
    release();
    await time.pass(0);
    equal(sent.length, 1);
  },
  async "a device that cannot keep it sends it all the same, and says so"() {
    const time = virtualTime();
    const sent = [];
    const persist = async () => {
      throw new Error("quota");
    };
    const { box } = boxOn(time, acknowledging(time, sent), { persist });
    box.append({ slot: 1, response: ["c1"] }, 5);
    await time.pass(5000);
    equal(sent.length, 1);
    check(box.status().degraded, "it is said");
  },
  async "several answers leave together, after a moment"() {
    const time = virtualTime();
    const batches = [];
    const { box } = boxOn(time, async (batch) => {
      batches.push(batch.map((entry) => entry.seq));
      return { saved_seq: batch[batch.length - 1].seq, now: 0 };
    });
    box.append({ slot: 1, response: ["c1"] }, 1);
    await time.pass(300);
    box.append({ slot: 1, response: ["c2"] }, 2);
    await time.pass(2000);
    equal(batches, [[1, 2]]);
  },
  async "saved is only what the server named"() {
    const time = virtualTime();
    const { box } = boxOn(time, async () => ({ saved_seq: 1, now: 99 }));
    box.append({ slot: 1, response: ["c1"] }, 1);
    box.append({ slot: 2, response: ["c1"] }, 1);
    box.flush();
    await time.pass(0);
    equal(box.unsent().map((entry) => entry.seq), [2]);
    equal(box.status().savedAt, 99);
  },
  async "through every fault each entry arrives once in order, one save at a time"() {
    for (let seed = 1; seed <= 40; seed += 1) {
      const time = virtualTime();
      const random = chance(seed);
      const journal = new Map();
      let flying = 0;
      const send = async (batch) => {
        flying += 1;
        equal(flying, 1, "one save in flight");
        batch.forEach((entry, index) => equal(entry.seq, batch[0].seq + index, "no holes"));
        check(batch[0].seq <= journal.size + 1, "a batch never leaves a gap behind it");
        await new Promise((resolve) => time.timers.set(resolve, random() * 4000));
        flying -= 1;
        const luck = random();
        if (luck < 0.25) throw problem(0);
        if (luck < 0.4) throw problem(503, "busy", { retryAfterMs: 2000 });
        for (const entry of batch) {
          if (journal.has(entry.seq)) equal(journal.get(entry.seq), entry, "same identity, same content");
          journal.set(entry.seq, entry);
        }
        if (luck < 0.6) throw problem(0);
        return { saved_seq: batch[batch.length - 1].seq, now: time.now() };
      };
      const { box, persisted } = boxOn(time, send, { random });
      for (let i = 1; i <= 60; i += 1) {
        box.append({ slot: 1 + Math.floor(random() * 20), response: [`c${i}`] }, time.now());
        if (random() < 0.3) box.flush();
        await time.pass(random() * 9000);
      }
      await time.pass(600000);
      equal(box.unsent().length, 0, `seed ${seed}: everything is acknowledged`);
      equal([...journal.values()].sort((a, b) => a.seq - b.seq), box.entries(), `seed ${seed}: stored as journaled`);
      equal(persisted.length, 60);
    }
  },
  async "a server that asks for patience gets it"() {
    const time = virtualTime();
    const at = [];
    const { box } = boxOn(time, async (batch) => {
      at.push(time.now());
      if (at.length === 1) throw problem(503, "busy", { retryAfterMs: 9000 });
      return { saved_seq: batch[0].seq, now: 0 };
    });
    box.append({ slot: 1, response: [] }, 0);
    box.flush();
    await time.pass(60000);
    check(at[1] >= 9000 && at[1] <= 10000, `second try at ${at[1]}`);
  },
  async "a batch that is too large is halved until it fits"() {
    const time = virtualTime();
    const sizes = [];
    const { box } = boxOn(time, async (batch) => {
      sizes.push(batch.length);
      if (batch.length > 3) throw problem(413, "too_large");
      return { saved_seq: batch[batch.length - 1].seq, now: 0 };
    });
    for (let i = 0; i < 10; i += 1) box.append({ slot: 1, response: [`c${i}`] }, 0);
    await time.pass(20000);
    equal(box.unsent().length, 0);
    check(sizes.some((size) => size === 3 || size === 2), "it found a size");
  },
  async "a refusal stops the box until it is told to go on, and loses nothing"() {
    const time = virtualTime();
    let refusing = true;
    const sent = [];
    const { box, refusals } = boxOn(time, async (batch) => {
      if (refusing) throw problem(401, "expired_token");
      sent.push(...batch);
      return { saved_seq: batch[batch.length - 1].seq, now: 0 };
    });
    box.append({ slot: 1, response: ["c1"] }, 0);
    await time.pass(60000);
    equal(refusals.length, 1, "it does not hammer");
    refusing = false;
    box.resume();
    await time.pass(1000);
    equal(sent.length, 1);
  },
  async "what the server misses is sent again"() {
    const time = virtualTime();
    const sent = [];
    const { box } = boxOn(time, acknowledging(time, sent));
    for (let i = 1; i <= 4; i += 1) box.append({ slot: i, response: ["c1"] }, i);
    box.flush();
    await time.pass(0);
    box.rewind([2, 4]);
    await time.pass(100);
    equal(sent.map((entry) => entry.seq), [1, 2, 3, 4, 2, 3, 4]);
  },
  async "a journal that lost its tail goes on behind what the server holds"() {
    const time = virtualTime();
    const sent = [];
    const { box } = boxOn(time, acknowledging(time, sent), { entries: [{ seq: 1, slot: 1, response: ["c1"], at: 0 }] });
    box.align(6);
    equal(box.append({ slot: 2, response: ["c2"] }, 0).seq, 6);
    await time.pass(5000);
    equal(sent.map((entry) => entry.seq), [6]);
  },
  async "late answers that were kept are said to be kept"() {
    const time = virtualTime();
    const { box } = boxOn(time, async (batch) => ({ saved_seq: batch[0].seq, now: 0, kept: true }));
    box.append({ slot: 1, response: ["c1"] }, 0);
    await time.pass(5000);
    check(box.status().kept, "kept");
  },
};

import { createEntries } from "../../../exams/static/exams/client/entries.js";
import { askAgain, pauseBefore } from "../../../exams/static/exams/client/occupied.js";
import { createNeed, patienceFor } from "../../../exams/static/exams/client/rescuing.js";
import { check, equal, problem, virtualTime } from "./laboratory.mjs";

const occupied = (silentIn) => problem(409, "occupied", { body: { retry_after_ms: silentIn } });

function asking(time, act) {
  const said = [];
  const outcome = {};
  const given = { first: occupied(60000), act, timers: time.timers, random: () => 0.5, now: time.now };
  const ask = askAgain({
    ...given,
    told: (how) => said.push(how),
    done: (value) => (outcome.value = value),
    failed: (fault) => (outcome.fault = fault.type),
  });
  return { ask, said, outcome };
}

const calm = { phase: "working", refusal: null, offlineSince: null };
const box = { answers: 1, failures: 0 };

export default {
  "the next try comes within seconds, and not before the other device may be silent"() {
    equal(pauseBefore(occupied(60000), () => 0), 4000);
    equal(pauseBefore(occupied(2500), () => 0), 2500);
    equal(pauseBefore(occupied(1), () => 0), 1000);
    equal(pauseBefore(problem(0), () => 0.5), 4500);
  },
  async "it is let in by itself as soon as the teacher has released the other device"() {
    const time = virtualTime();
    let tries = 0;
    const { outcome, said } = asking(time, async () => {
      tries += 1;
      if (time.now() < 40000) throw tries % 2 ? occupied(30000) : problem(0);
      return "in";
    });
    await time.pass(46000);
    equal([outcome.value, said[0]], ["in", "again"]);
  },
  async "after two minutes it stops and says so"() {
    const time = virtualTime();
    const at = [];
    const { said } = asking(time, async () => {
      at.push(time.now());
      throw occupied(60000);
    });
    await time.pass(600000);
    equal(said[said.length - 1], "stopped");
    check(at.length <= 31 && at[at.length - 1] < 130000, `${at.length} tries`);
  },
  async "what is no waiting ends it, and so does a hand"() {
    const time = virtualTime();
    const one = asking(time, async () => {
      throw problem(410, "voided");
    });
    let tries = 0;
    const two = asking(time, async () => (tries += 1));
    two.ask.stop();
    await time.pass(60000);
    equal([one.outcome.fault, tries, two.outcome.value], ["voided", 0, undefined]);
  },
  "the rescue file is offered when answers have not arrived for a while, and only then"() {
    equal(patienceFor(calm, { ...box, answers: 0 }), null);
    equal(patienceFor(calm, box), null);
    equal(patienceFor({ ...calm, offlineSince: 5 }, box), 90000);
    equal(patienceFor(calm, { ...box, failures: 1 }), 90000);
    equal(patienceFor({ ...calm, refusal: "x" }, box), 60000);
    equal(patienceFor({ ...calm, phase: "moved" }, box), 15000);
    let now = 0;
    const needed = createNeed(() => now);
    const offline = { ...calm, offlineSince: 5 };
    equal(needed(offline, box), false);
    now = 89000;
    equal(needed(offline, box), false);
    now = 91000;
    equal(needed(offline, box), true);
    equal(needed(offline, { ...box, answers: 0 }), false);
    equal(needed(offline, box), false, "the next trouble counts anew");
  },
  async "a hole in what the device kept is filled, so that the server does not wait for it"() {
    const kept = [1, 2, 4].map((seq) => ({ seq, slot: seq, response: ["c1"], at: seq }));
    const journal = createEntries({ entries: kept, savedSeq: 1, persist: async () => {} });
    equal(journal.following(1).map((entry) => [entry.seq, entry.event || "answer"]), [[2, "answer"], [3, "lost"], [4, "answer"]]);
    equal(journal.following(1).length, 3, "once");
  },
  async "what the device refused is offered again, and the warning ends when it is taken"() {
    let full = true;
    const taken = [];
    const persist = async (entry) => {
      if (full) throw new Error("quota");
      taken.push(entry.seq);
    };
    const journal = createEntries({ persist });
    await journal.append({ slot: 1, response: [] }, 0).stored;
    equal(journal.isDegraded(), true);
    full = false;
    await journal.append({ slot: 2, response: [] }, 0).stored;
    equal([taken, journal.isDegraded()], [[1, 2], false]);
  },
};

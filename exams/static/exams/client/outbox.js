// The journal's way to the server: entries are on the device before they leave, one save is in flight, a batch begins
// at saved_seq + 1, and nothing is given up before it is acknowledged. Pure: storage, sending and timers are handed in.

import { delay } from "./backoff.js";
import { createEntries, wire } from "./entries.js";

const LIMIT = 200;
const BYTES = 60000;
const DEBOUNCE = 1200;

/**
 * persist(entry) -> promise, rejected when the device cannot keep it (the entry then lives in memory);
 * send(entries, {urgent}) -> {saved_seq, now, kept?} or throws {retry: bool, status, retryAfterMs};
 * refused(problem): the server will not take this batch; nothing is sent until resume();
 * changed(): something to show has changed. timers {set, clear}; cap() -> longest wait.
 */
export function createOutbox(parts) {
  const { entries, savedSeq = 0, persist, send, refused, changed, timers, random, cap } = parts;
  const journal = createEntries({ entries, savedSeq, persist, changed });
  const state = { savedSeq, acknowledged: savedSeq, savedAt: null, kept: false };
  Object.assign(state, { flying: false, failures: 0, stopped: false });
  let limit = LIMIT;
  let timer = null;

  const waiting = () => journal.following(state.savedSeq);

  function batch() {
    const chosen = [];
    let bytes = 0;
    for (const entry of waiting().slice(0, limit)) {
      bytes += JSON.stringify(wire(entry)).length * 3;
      if (chosen.length && bytes > BYTES) break;
      chosen.push(entry);
    }
    return chosen;
  }

  function schedule(ms) {
    if (timer !== null) timers.clear(timer);
    timer = timers.set(() => {
      timer = null;
      flush();
    }, ms);
  }

  function failed(problem) {
    if (problem.status === 413 && limit > 1) {
      limit = Math.max(1, Math.floor(limit / 2));
      schedule(0);
    } else if (problem.retry) {
      state.failures += 1;
      schedule(delay(state.failures, { random, retryAfterMs: problem.retryAfterMs, cap: cap() }));
    } else {
      state.stopped = true;
      refused(problem);
    }
  }

  function acknowledged(answer, chosen) {
    if (!(answer.saved_seq >= chosen[0].seq)) return failed({ retry: true });
    state.savedSeq = answer.saved_seq;
    state.acknowledged = Math.max(state.acknowledged, answer.saved_seq);
    state.savedAt = answer.now;
    state.failures = 0;
    // Of late events nobody needs to be told.
    const answers = chosen.some((entry) => entry.slot !== undefined);
    state.kept = state.kept || (answer.kept === true && answers);
    if (waiting().length) schedule(0);
  }

  async function flush({ urgent = false } = {}) {
    if (state.flying || state.stopped) return;
    const chosen = batch();
    if (!chosen.length) return;
    if (timer !== null) timers.clear(timer);
    timer = null;
    state.flying = true;
    changed();
    await Promise.all(chosen.map((entry) => entry.stored));
    try {
      acknowledged(await send(chosen.map(wire), { urgent }), chosen);
    } catch (problem) {
      failed(problem);
    }
    state.flying = false;
    changed();
  }

  return {
    flush,
    /** Writes one entry {slot, response} or {event} into the journal and lets it leave soon. Returns the entry. */
    append(content, at) {
      const entry = journal.append(content, at);
      if (!state.failures) schedule(DEBOUNCE);
      changed();
      return entry;
    },
    /** What the server says it holds of this epoch: a journal that lost its tail goes on behind it. */
    align(serverNextSeq) {
      state.savedSeq = Math.max(state.savedSeq, serverNextSeq - 1);
      state.acknowledged = Math.max(state.acknowledged, state.savedSeq);
      journal.align(serverNextSeq);
      changed();
    },
    /** Sends again from the first of the missing seqs. */
    rewind(missing) {
      state.savedSeq = Math.min(state.savedSeq, Math.min(...missing) - 1);
      schedule(0);
    },
    /** Goes on without these, which the server will never take; false when there was nothing to go without. */
    setAside(seqs) {
      if (!journal.setAside(seqs)) return false;
      this.resume();
      return true;
    },
    resume() {
      state.stopped = false;
      if (waiting().length) schedule(0);
    },
    /** Network came back: no need to wait for the timer. */
    hurry() {
      if (waiting().length && !state.flying) schedule(0);
    },
    stop() {
      state.stopped = true;
      if (timer !== null) timers.clear(timer);
    },
    unsent: waiting,
    /** What a student cares about: how many answers are still on the device only. */
    unsentAnswers: () => journal.answersAfter(state.savedSeq),
    entries: journal.all,
    lastSeq: journal.lastSeq,
    status() {
      const [unsent, answers] = [journal.countAfter(state.savedSeq), journal.answersAfter(state.savedSeq)];
      return { ...state, degraded: journal.isDegraded(), unsent, answers };
    },
  };
}

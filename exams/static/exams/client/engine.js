// One attempt on this device: its state, and what is common to all that happens to it. No document here; views read
// `state` and are told of changes, and acts.js, running.js, pulse.js, handing.js and recovery.js do one thing each.

import { capFor } from "./backoff.js";
import { gatherEvidence } from "./evidence.js";
import { hear } from "./hearing.js";
import { createOutbox } from "./outbox.js";
import { merged } from "./paper.js";

// Phases: loading, waiting, starting, working, paused, moved, handing, receipt, gone (voided), closed.
const OVER = new Set(["receipt", "gone", "closed"]);

function blankState(record) {
  return {
    phase: "loading",
    screen: "question",
    student: record.student,
    sitting: record.sitting,
    startsAt: record.sitting ? record.sitting.starts_at : null,
    deadlineAt: null,
    slots: [],
    answers: new Map(),
    marked: new Set(record.marked),
    current: record.current,
    notices: [],
    offlineSince: null,
    refusal: null,
    reason: null,
    receipt: record.receipt || null,
    endedByServer: false,
    automatic: false,
    result: null,
    resultProblem: null,
    paperIs: "pending",
  };
}

/**
 * entries: this journal's, from the store. makeConnection({token, heard, clock}) -> connection; refused(ctx, problem);
 * restart(): begin again from the store (a reload); subtle: the browser's cryptography, missing on pages without TLS;
 * practice: nothing is sent anywhere.
 */
export function createEngine(parts) {
  const { store, record, entries, clock, timers, random, makeConnection, refused, restart, subtle, practice } = parts;
  const listeners = new Set();
  const state = blankState(record);
  const given = { store, record, clock, timers, random, restart, subtle };
  const ctx = { ...given, practice: Boolean(practice), state, nextPulse: null };

  ctx.emit = () => listeners.forEach((listener) => listener(state));
  ctx.remaining = () => (state.deadlineAt === null || clock.now() === null ? null : state.deadlineAt - clock.now());
  ctx.sleep = (ms) => new Promise((resolve) => timers.set(resolve, ms));
  ctx.isOver = () => OVER.has(state.phase);
  ctx.cap = () => capFor(ctx.remaining());
  ctx.hear = (answer) => hear(ctx, answer);
  ctx.refused = (problem) => refused(ctx, problem);

  ctx.remember = (change = {}) => {
    const seenAt = { server: clock.now(), wall: Date.now() };
    Object.assign(record, change, { savedSeq: ctx.outbox.status().savedSeq, seenAt });
    return store.putJournal({ ...record }).catch(() => {});
  };

  ctx.enterPhase = (phase) => {
    if (state.phase === phase) return;
    state.phase = phase;
    ctx.observed();
    ctx.emit();
  };

  gatherEvidence(ctx);
  ctx.connection = makeConnection({ token: () => record.token, heard: ctx.heard, clock });

  ctx.outbox = createOutbox({
    entries,
    savedSeq: record.savedSeq,
    persist: (entry) => store.putEntry(record.key, entry),
    async send(batch, options) {
      const answer = await ctx.connection.save(batch, options);
      ctx.hear(answer);
      return answer;
    },
    refused: ctx.refused,
    changed() {
      if (!ctx.outbox) return;
      ctx.observed();
      ctx.emit();
    },
    timers,
    random,
    cap: ctx.cap,
  });

  /** What start and state say of a running attempt: the clock's end, the order, the answers so far. */
  ctx.adopt = (started) => {
    record.started = started;
    state.deadlineAt = started.deadline_at;
    if (started.next_seq) ctx.outbox.align(started.next_seq);
    state.answers = merged(started.responses, ctx.outbox.entries());
  };

  ctx.subscribe = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return ctx;
}

// What becomes of a refusal. Nothing that was typed is given up: a lost token is fetched again with the card, a journal
// in conflict is carried over into a new one, and what cannot be mended is said while the device goes on keeping.

import { carriedOver, enter, pointed } from "./journal.js";
import { randomId } from "./browser.js";

const PATIENCE = 20000;

async function enterAgain(ctx) {
  const fresh = await enter({ store: ctx.store, connection: ctx.connection, card: ctx.record.card });
  if (fresh.key === ctx.record.key) {
    ctx.record.token = fresh.token;
    ctx.outbox.resume();
    ctx.pulseNow();
    return;
  }
  pointed.set(fresh);
  ctx.restart();
}

/** The answers that the server has not acknowledged, each slot's last. */
function unacknowledged(ctx) {
  const last = new Map();
  for (const entry of ctx.outbox.unsent()) if (entry.slot !== undefined) last.set(entry.slot, entry);
  return [...last.values()];
}

async function carryOver(ctx) {
  if (ctx.carried) throw new Error("carried over already");
  ctx.carried = true;
  const { store, connection, record } = ctx;
  const fresh = await carriedOver({ store, connection, record, responses: unacknowledged(ctx) });
  pointed.set(fresh);
  ctx.restart();
}

/** The student wants to go on here after the attempt went to another device: occupied until the teacher releases it. */
export async function takeBack(ctx) {
  const { store, connection, record } = ctx;
  const fresh = await enter({ store, connection, card: record.card, journal: randomId() });
  pointed.set(fresh);
  ctx.restart();
}

/** The seqs that stand in the way, as the refusal names them, by seq or by their place in the batch. */
function named(ctx, { body }) {
  if (body.refused) return body.refused;
  const place = /^\/entries\/(\d+)/.exec(body.pointer || "");
  return place ? [ctx.outbox.status().savedSeq + 1 + Number(place[1])] : [];
}

const PHASE_OF = { voided: "gone", moved: "moved", closed: "closed", occupied: "moved" };

function patiently(ctx, problem) {
  ctx.state.refusal = problem.message;
  ctx.emit();
  ctx.timers.set(() => ctx.outbox.resume(), PATIENCE);
}

export async function refused(ctx, problem) {
  try {
    if (problem.status === 401 && !ctx.practice) await enterAgain(ctx);
    else if (ctx.outbox.setAside(named(ctx, problem))) ctx.state.refusal = problem.message;
    else if (problem.type === "conflict") await carryOver(ctx);
    else if (PHASE_OF[problem.type]) {
      ctx.state.reason = problem.message;
      ctx.enterPhase(PHASE_OF[problem.type]);
      if (problem.type === "moved") ctx.outbox.resume();
    } else patiently(ctx, problem);
  } catch (second) {
    if (PHASE_OF[second.type]) ctx.enterPhase(PHASE_OF[second.type]);
    else patiently(ctx, second.retry ? problem : second);
  }
}

// From the door to the first question: find out where the attempt stands, wait for the own instant, start, fetch the
// paper. After a reload without network the device's own journal and paper are enough to go on.

import { delay } from "./backoff.js";
import { fetchAhead } from "./media.js";
import { arranged } from "./paper.js";

const ANSWERING = new Set(["active", "paused"]);
const FINISHED = new Set(["submitted", "scored"]);

async function insisted(ctx, act, cap) {
  for (let failures = 1; !ctx.isOver(); failures += 1) {
    try {
      return await act();
    } catch (problem) {
      if (!problem.retry || problem.type === "too_early") throw problem;
      await ctx.sleep(delay(failures, { random: ctx.random, retryAfterMs: problem.retryAfterMs, cap }));
    }
  }
  return null;
}

async function paperOf(ctx) {
  const { sha256, url } = ctx.record.paper;
  const kept = await ctx.store.paper(sha256).catch(() => undefined);
  if (kept) return kept;
  const content = await insisted(ctx, () => ctx.connection.paper(url), 5000);
  await ctx.store.putPaper(sha256, content).catch(() => {});
  return content;
}

async function work(ctx, started) {
  ctx.adopt(started);
  ctx.enterPhase("starting");
  const content = await paperOf(ctx);
  ctx.state.language = content.language;
  ctx.state.slots = arranged(content, started.layout);
  ctx.state.current = Math.min(ctx.state.current, ctx.state.slots.length - 1);
  await ctx.remember();
  ctx.enterPhase(started.state === "paused" ? "paused" : "working");
  ctx.outbox.hurry();
  ctx.nextPulse(2000 + ctx.random() * 8000);
  fetchAhead(ctx, content);
}

/** Starts at the own instant; idempotent, so that it may be asked again. */
async function begin(ctx) {
  if (ctx.state.phase !== "waiting") return;
  ctx.enterPhase("starting");
  try {
    await work(ctx, await insisted(ctx, () => ctx.connection.start(), 3000));
  } catch (problem) {
    if (problem.type !== "too_early") return ctx.refused(problem);
    if (problem.body.starts_at !== undefined) ctx.state.startsAt = problem.body.starts_at;
    ctx.enterPhase("waiting");
    await ctx.sleep(500);
    ctx.nextPulse(0);
  }
}

function resumedOffline(ctx) {
  const { seenAt, started } = ctx.record;
  // Until the server is heard, the time since the last word of it is taken from the wall clock: a guess, no authority.
  if (seenAt && seenAt.server) ctx.clock.guess(seenAt.server + Math.max(0, Date.now() - seenAt.wall));
  ctx.nextPulse(1000);
  return work(ctx, started);
}

/** The attempt has ended meanwhile: what this device still holds is sent, and the receipt asked for. */
async function concluded(ctx, answer) {
  if (answer.layout) ctx.record.started = { ...ctx.record.started, layout: answer.layout };
  if (!ctx.outbox.lastSeq() || (answer.receipt && !ctx.outbox.unsent().length)) return ctx.finished(answer);
  ctx.state.endedByServer = true;
  return ctx.handIn();
}

/** Another device has opened a later epoch; epoch 0 only looks and never moves. */
const hasMoved = (ctx, answer) => ctx.record.epoch > 0 && answer.epoch > ctx.record.epoch;

async function moved(ctx) {
  ctx.enterPhase("moved");
  ctx.outbox.hurry();
}

async function placed(ctx, answer) {
  if (answer.paper) ctx.record.paper = answer.paper;
  if (answer.sitting) {
    Object.assign(ctx.state, { sitting: answer.sitting, startsAt: answer.sitting.starts_at });
    ctx.record.sitting = answer.sitting;
  }
  if (hasMoved(ctx, answer)) return moved(ctx);
  if (answer.state === "voided") ctx.enterPhase("gone");
  else if (FINISHED.has(answer.state)) await concluded(ctx, answer);
  else if (ANSWERING.has(answer.state)) await work(ctx, answer);
  else {
    ctx.enterPhase("waiting");
    ctx.pulseNow();
  }
  return null;
}

/** Begins or resumes: asks the server where the attempt stands, or goes on from the device when it cannot be asked. */
export async function boot(ctx) {
  ctx.begin = () => begin(ctx);
  for (let failures = 1; ; failures += 1) {
    try {
      return await placed(ctx, await ctx.connection.state());
    } catch (problem) {
      if (!problem.retry) return ctx.refused(problem);
      if (ctx.record.started && ctx.record.paper) return resumedOffline(ctx);
      ctx.emit();
      await ctx.sleep(delay(failures, { random: ctx.random, retryAfterMs: problem.retryAfterMs, cap: 5000 }));
    }
  }
}

/** Called every second: starts at the own instant, hands in at the deadline. */
export function tick(ctx) {
  const now = ctx.clock.now();
  const { state } = ctx;
  if (now === null) return;
  if (state.phase === "waiting" && state.startsAt !== null && now >= state.startsAt) ctx.begin();
  const remaining = ctx.remaining();
  if (state.phase === "working" && remaining !== null && remaining <= 0) ctx.handIn({ automatic: true });
}

// From the door to the first question: find out where the attempt stands, wait for the own instant, start, open the
// paper. After a reload without network the device's own journal, paper and key are enough to go on.

import { delay } from "./backoff.js";
import { setClock } from "./checking.js";
import { fetchAhead } from "./media.js";
import { arranged } from "./paper.js";
import { insisted, openPaper, takeAhead } from "./papers.js";

const ANSWERING = new Set(["active", "paused"]);
const FINISHED = new Set(["submitted", "scored"]);
const SOON = 2000;

async function work(ctx, started) {
  ctx.adopt(started);
  ctx.enterPhase("starting");
  const content = await openPaper(ctx, started, { surely: true });
  if (!content) return;
  ctx.state.language = content.language;
  ctx.state.slots = arranged(content, started.layout);
  ctx.state.current = Math.min(ctx.state.current, ctx.state.slots.length - 1);
  await ctx.remember();
  ctx.enterPhase(started.state === "paused" ? "paused" : "working");
  ctx.outbox.hurry();
  ctx.nextPulse(2000 + ctx.random() * 8000);
  fetchAhead(ctx, content);
}

/** The server's clock is a little behind the one here: how long to wait, or null when it is more than a little. */
function alittle(ctx, problem) {
  const { starts_at: startsAt } = problem.body;
  if (startsAt !== undefined) ctx.state.startsAt = startsAt;
  const left = ctx.state.startsAt === null ? Infinity : ctx.state.startsAt - ctx.clock.now();
  return left > SOON ? null : Math.max(100, left);
}

/** Starts at the own instant; idempotent, so that it may be asked again. */
async function begin(ctx) {
  if (ctx.state.phase !== "waiting") return null;
  ctx.enterPhase("starting");
  for (;;) {
    try {
      return await work(ctx, await insisted(ctx, () => ctx.connection.start(), 3000));
    } catch (problem) {
      if (problem.type !== "too_early") return ctx.refused(problem);
      const wait = alittle(ctx, problem);
      if (wait === null) break;
      await ctx.sleep(wait);
    }
  }
  ctx.enterPhase("waiting");
  return ctx.nextPulse(500);
}

/** Until the server is heard, the wall clock says how long ago it last was: a guess, no authority. */
function guessTime({ record: { seenAt }, clock }) {
  if (seenAt && seenAt.server) clock.guess(seenAt.server + Math.max(0, Date.now() - seenAt.wall));
}

function resumedOffline(ctx) {
  ctx.nextPulse(1000);
  return work(ctx, ctx.record.started);
}

/** Whoever waits uses the time: the paper comes, the clock is set. */
function wait(ctx) {
  ctx.enterPhase("waiting");
  ctx.pulseNow();
  if (ctx.practice) return;
  takeAhead(ctx).catch(() => {});
  setClock(ctx);
}

/** The attempt has ended meanwhile: what this device still holds is sent, and the receipt asked for. */
async function concluded(ctx, answer) {
  const { layout, paper_key: key, paper_url: url } = answer;
  if (layout) ctx.record.started = { ...ctx.record.started, layout, paper_key: key, paper_url: url };
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
  else wait(ctx);
  return null;
}

/** Begins or resumes: asks the server where the attempt stands, or goes on from the device when it cannot be asked. */
export async function boot(ctx) {
  ctx.begin = () => begin(ctx);
  guessTime(ctx);
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

/** Aims at the own instant, so that no time is lost between two ticks. */
function aim(ctx, left) {
  if (ctx.aimedAt === ctx.state.startsAt) return;
  ctx.aimedAt = ctx.state.startsAt;
  ctx.timers.set(() => {
    ctx.aimedAt = null;
    tick(ctx);
  }, left);
}

/** Called twice a second at least: starts at the own instant, hands in at the deadline. */
export function tick(ctx) {
  const now = ctx.clock.now();
  const { state } = ctx;
  if (now === null) return;
  if (state.phase === "waiting" && state.startsAt !== null) {
    const left = state.startsAt - now;
    if (left <= 0) ctx.begin();
    else if (left <= SOON) aim(ctx, left);
  }
  const remaining = ctx.remaining();
  // After a reload without network the time is a guess by the computer's clock, which may be hours off: it ends nothing.
  const over = remaining !== null && remaining <= 0 && ctx.clock.isKnown();
  if (state.phase === "working" && over) ctx.handIn({ automatic: true });
}

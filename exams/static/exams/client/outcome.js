// The result after handing in: asked for until it is there, ever less often; or the time when it may be seen.

import { delay } from "./backoff.js";
import { openPaper } from "./papers.js";

const FIRST = 1500;
const PATIENT = 4;
const LATER = 600000;

async function paperFor(ctx, result) {
  if (!result.slots || !result.slots.length) return null;
  return openPaper(ctx, ctx.record.started || {}).catch(() => null);
}

async function ask(ctx, tries) {
  const { state } = ctx;
  try {
    const result = await ctx.connection.result();
    state.result = { ...result, paper: await paperFor(ctx, result) };
    state.resultProblem = null;
  } catch (problem) {
    // Right after handing in it is being scored; only then one says to come back later.
    state.resultProblem = problem.type === "not_released" && tries < PATIENT ? null : problem;
    const at = problem.body.released_at || problem.body.at || null;
    state.resultAt = at;
    const farOff = at !== null && at - ctx.clock.now() > LATER;
    if ((problem.retry || problem.type === "not_released") && !farOff && tries < 40) {
      ctx.timers.set(() => ask(ctx, tries + 1), FIRST + delay(Math.min(tries, 7), { random: ctx.random, cap: 60000 }));
    }
  }
  ctx.emit();
}

/** Asks now, and again by itself. */
export function watchResult(ctx) {
  if (ctx.state.result) return;
  ask(ctx, 1);
}

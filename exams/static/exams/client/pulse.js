// The beat: the server says when to ask next; a failure is repeated with back-off, so that one sees the outage end.

import { delay } from "./backoff.js";

const QUIET = new Set(["receipt", "gone", "closed"]);

export function startPulse(ctx) {
  let timer = null;
  let failures = 0;

  ctx.nextPulse = (ms) => {
    if (timer !== null) ctx.timers.clear(timer);
    timer = QUIET.has(ctx.state.phase) ? null : ctx.timers.set(beat, ms);
  };

  async function beat() {
    timer = null;
    if (QUIET.has(ctx.state.phase)) return;
    try {
      const answer = await ctx.connection.pulse();
      failures = 0;
      ctx.hear(answer);
    } catch (problem) {
      failures += 1;
      const cap = ctx.state.phase === "waiting" ? 5000 : ctx.cap();
      ctx.nextPulse(delay(failures, { random: ctx.random, retryAfterMs: problem.retryAfterMs, cap }));
      if (!problem.retry) ctx.refused(problem);
    }
  }

  ctx.pulseNow = () => ctx.nextPulse(0);
}

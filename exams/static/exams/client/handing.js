// Handing in: everything of the journal first, then submit, again and again until the server gives the receipt. At the
// deadline it happens by itself, spread over the grace; more time granted meanwhile leads back to the questions.

import { delay } from "./backoff.js";
import { isAnswered } from "./paper.js";

const SPREAD = 12000;

async function finished(ctx, answer) {
  const { state, record, store } = ctx;
  if (answer.receipt) {
    const { receipt: code, submitted_at: at } = answer;
    state.receipt = { code, at, late: ctx.outbox.status().kept };
    await store.putReceipt({ code, at, title: state.sitting.title }).catch(() => {});
  }
  const isDone = ctx.outbox.unsent().length === 0;
  await ctx.remember({ finished: isDone, finishedAt: Date.now(), receipt: state.receipt });
  ctx.enterPhase("receipt");
}

function refusedSubmit(ctx, problem) {
  if (problem.type === "incomplete") ctx.outbox.rewind(problem.body.missing);
  else if (problem.type === "paused") return ctx.enterPhase("paused");
  else if (!problem.retry) return ctx.refused(problem);
  return null;
}

/** One round: false when it is to be tried again. */
async function round(ctx) {
  const { unsent, failures, acknowledged } = ctx.outbox.status();
  if (unsent) {
    // After a failure the box knows best when to try again: a busy server has said how long it needs.
    if (!failures) ctx.outbox.hurry();
    return false;
  }
  await finished(ctx, await ctx.connection.submit(ctx.outbox.lastSeq(), acknowledged));
  return true;
}

const regained = (ctx) => ctx.state.automatic && ctx.remaining() > 0 && !ctx.state.endedByServer;

async function handIn(ctx, { automatic = false } = {}) {
  const { state } = ctx;
  if (state.phase === "handing" || ctx.isOver()) return;
  state.automatic = automatic;
  ctx.enterPhase("handing");
  if (automatic) await ctx.sleep(ctx.random() * SPREAD);
  for (let failures = 1; state.phase === "handing"; failures += 1) {
    if (regained(ctx)) return ctx.enterPhase("working");
    try {
      if (await round(ctx)) return;
      await ctx.sleep(400);
    } catch (problem) {
      refusedSubmit(ctx, problem);
      ctx.emit();
      await ctx.sleep(delay(failures, { random: ctx.random, retryAfterMs: problem.retryAfterMs, cap: 10000 }));
    }
  }
}

/** What the student is shown before handing in. */
export function summary(state) {
  const open = state.slots.filter((slot) => !isAnswered(state.answers, slot.slot));
  return { open, marked: state.slots.filter((slot) => state.marked.has(slot.slot)), total: state.slots.length };
}

export function arm(ctx) {
  ctx.handIn = (options) => handIn(ctx, options);
  ctx.finished = (answer) => finished(ctx, answer);
}

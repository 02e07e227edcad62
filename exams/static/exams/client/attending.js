// What happens to the page from outside: time passes, it is hidden or shown, the network comes back, nobody is there.

import { tick } from "./running.js";

const BEAT = 500;
// A countdown shows its seconds when they come.
const COUNTING = 100;
const ABANDONED = 10 * 60000;

function beat(ctx) {
  let before = { wall: Date.now(), monotonic: performance.now() };
  function round() {
    const now = { wall: Date.now(), monotonic: performance.now() };
    // The two clocks part when the machine slept or somebody turned its clock: then the server is asked at once.
    if (Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic)) > 2000) ctx.pulseNow();
    before = now;
    tick(ctx);
    ctx.emit();
    setTimeout(round, ctx.state.phase === "waiting" ? COUNTING : BEAT);
  }
  round();
}

export function attend(ctx, acts) {
  beat(ctx);
  document.addEventListener("visibilitychange", () => {
    // A hidden page's timers are slowed down: what was due is made good at once.
    tick(ctx);
    acts.visibility(document.hidden);
  });
  window.addEventListener("pagehide", () => ctx.outbox.flush({ urgent: true }));
  window.addEventListener("online", () => {
    ctx.outbox.hurry();
    ctx.pulseNow();
  });
  window.addEventListener("beforeunload", (event) => {
    if (ctx.outbox.unsent().length) event.preventDefault();
  });
}

/** A finished page on a shared computer does not stay open for the next student: after a while alone it closes. */
export function leaveWhenAbandoned(ctx, leave) {
  let touched = performance.now();
  for (const sign of ["pointerdown", "keydown", "scroll", "touchstart"]) {
    window.addEventListener(sign, () => (touched = performance.now()), { passive: true });
  }
  setInterval(() => {
    if (ctx.state.phase !== "receipt") touched = performance.now();
    else if (performance.now() - touched > ABANDONED) leave();
  }, 5000);
}

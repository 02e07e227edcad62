// Another device is still at the attempt: one asks the teacher, and this page asks again by itself, every few seconds
// for two minutes. Pure.

const PATIENCE = 120000;
const LEAST = 1000;
const MOST = 4000;

/** How long until the next try; the server says when the other device will have been silent for long enough. */
export function pauseBefore(problem, random) {
  const silentIn = Number((problem.body || {}).retry_after_ms) || MOST;
  return Math.max(LEAST, Math.min(MOST, silentIn)) + Math.round(random() * 1000);
}

/**
 * Tries `act()` until it is let in. told("again" | "stopped"): what to say meanwhile; done(value) and failed(problem)
 * end it. Returns {stop}.
 */
export function askAgain({ first, act, timers, random, now, told, done, failed }) {
  const began = now();
  let timer = null;
  let stopped = false;

  async function attempt() {
    try {
      const value = await act();
      if (!stopped) done(value);
    } catch (problem) {
      if (!stopped) again(problem);
    }
  }

  function again(problem) {
    if (problem.type !== "occupied" && !problem.retry) return failed(problem);
    if (now() - began > PATIENCE) return told("stopped");
    told("again");
    timer = timers.set(attempt, pauseBefore(problem, random));
    return null;
  }

  again(first);
  return {
    stop() {
      stopped = true;
      if (timer !== null) timers.clear(timer);
    },
  };
}

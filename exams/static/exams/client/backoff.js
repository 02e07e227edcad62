// How long to wait before trying again: capped exponential with full jitter, never before Retry-After. Pure.

const FIRST = 1000;
const CAP = 30000;
const LEAST = 250;

/** `failures` counts from 1; `random()` in [0, 1); near the end the caller lowers `cap`. Milliseconds. */
export function delay(failures, { random = Math.random, retryAfterMs = 0, cap = CAP } = {}) {
  const ceiling = Math.min(cap, FIRST * 2 ** Math.min(failures - 1, 20));
  if (!retryAfterMs) return Math.round(LEAST + random() * (ceiling - LEAST));
  // A server that is busy still after several tries is asked ever less often, else the asking itself keeps it busy.
  return Math.round(Math.max(retryAfterMs, Math.min(cap, retryAfterMs + random() * ceiling)));
}

/** In the last two minutes, and after the end, one waits ten seconds at most. */
export function capFor(remainingMs) {
  return remainingMs === null || remainingMs > 120000 ? CAP : 10000;
}

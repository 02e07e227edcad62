// The server's time, estimated from its answers on a monotonic clock. Pure; the computer's own wall clock never enters.
//
// An answer that says `now` was written between sending and receiving, so the offset (server minus monotonic) lies in
// [now - received, now - sent]. Intervals of several answers are intersected, older ones widened for drift; one that no
// longer fits (the machine slept, another server answered) ends the series: the newest answer is always believed.

const DRIFT = 200e-6;
const KEPT = 12;

/** `monotonic()` gives milliseconds that never jump back (performance.now). */
export function createClock(monotonic) {
  let samples = [];
  let offset = null;
  let uncertainty = Infinity;

  function estimate() {
    const newest = samples[samples.length - 1];
    let [low, high] = [newest.low, newest.high];
    for (let i = samples.length - 2; i >= 0; i -= 1) {
      const slack = (newest.at - samples[i].at) * DRIFT;
      const [nextLow, nextHigh] = [Math.max(low, samples[i].low - slack), Math.min(high, samples[i].high + slack)];
      if (nextLow > nextHigh) {
        samples = samples.slice(i + 1);
        break;
      }
      [low, high] = [nextLow, nextHigh];
    }
    offset = (low + high) / 2;
    uncertainty = (high - low) / 2;
  }

  return {
    monotonic,
    /** One answer: sent and received on the monotonic clock, `now` as the server wrote it. */
    sample(sentAt, receivedAt, serverNow) {
      if (!Number.isFinite(serverNow) || receivedAt < sentAt) return;
      samples.push({ at: receivedAt, low: serverNow - receivedAt, high: serverNow - sentAt });
      samples = samples.slice(-KEPT);
      estimate();
    },
    /** A first guess after a reload without network; the first answer replaces it. */
    guess(serverNow) {
      if (!samples.length) offset = serverNow - monotonic();
    },
    /** Milliseconds since the epoch on the server, or null before anything is known. */
    now() {
      return offset === null ? null : Math.round(monotonic() + offset);
    },
    uncertainty: () => uncertainty,
    isKnown: () => samples.length > 0,
  };
}

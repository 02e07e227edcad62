// The door: a card typed, pasted or scanned; one question whether it is the right child; then the exam page.

import { delay } from "./backoff.js";
import { DIGITS, isCard } from "./card.js";
import { enter, pointed, unfinished } from "./journal.js";

// A server that has no place for the moment is asked again for about half a minute before the student is told.
const TRIES = 8;
const CAP = 8000;

/** What came with a QR link, taken out of the address at once. */
export function scanned() {
  const digits = decodeURIComponent(window.location.hash.slice(1)).replace(/[^0-9]/g, "");
  if (digits.length !== DIGITS) return null;
  window.history.replaceState(null, "", window.location.pathname);
  return digits;
}

/** What is wrong with these digits, as a key of the messages, or null. */
export function fault(digits) {
  if (digits.length < DIGITS) return "card_short";
  if (digits.length > DIGITS) return "card_long";
  return isCard(digits) ? null : "card_mistyped";
}

async function persisted(parts, card, wait) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await enter({ ...parts, card });
    } catch (problem) {
      const again = problem.status === 429 || problem.status >= 500;
      if (!again || tries === TRIES) throw problem;
      await wait(delay(tries, { retryAfterMs: problem.retryAfterMs, cap: CAP }));
    }
  }
}

/**
 * Enters, or goes on from the device when the network is gone and this card's journal lies here. Returns the record;
 * throws the connection's Problem. parts: {store, connection}; wait(ms) -> promise.
 */
export async function admit(parts, card, wait) {
  try {
    return await persisted(parts, card, wait);
  } catch (problem) {
    const kept = problem.retry && problem.type !== "not_open" ? await unfinished(parts.store, card) : null;
    if (kept) return kept;
    throw problem;
  }
}

/** "It is me": the exam page takes over. */
export function proceed(record) {
  pointed.set(record);
  window.location.assign("/attempt/");
}

/** "It is not me": nothing of the other child stays here, and the seat is free for that child at once. */
export async function decline({ store, connection }, record) {
  pointed.forget();
  // Without network the seat is free when this device has been silent for long enough.
  connection.leave(record.token).catch(() => {});
  if (!(await store.entries(record.key)).length) await store.dropJournal(record.key).catch(() => {});
}

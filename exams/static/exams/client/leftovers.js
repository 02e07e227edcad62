// Answers of earlier journals on this device that never reached the server: sent with the token of their own time.

import { createClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { createOutbox } from "./outbox.js";
import { timers } from "./browser.js";

const DAY = 86400000;

function sender(store, record, entries, { base, language }) {
  const clock = createClock(() => performance.now());
  const connection = createConnection({ base, language, clock, token: () => record.token, heard: () => {} });
  return new Promise((resolve) => {
    const outbox = createOutbox({
      entries,
      savedSeq: record.savedSeq,
      persist: async () => {},
      async send(batch) {
        const answer = await connection.save(batch);
        await store.putJournal({ ...record, savedSeq: answer.saved_seq }).catch(() => {});
        return answer;
      },
      refused: () => resolve(false),
      changed: () => outbox && !outbox.unsent().length && resolve(true),
      timers,
      random: Math.random,
      cap: () => 30000,
    });
    outbox.flush();
  });
}

/** An old journal with nothing to send, or so old that no token opens anything any more. */
function isStale(record, unsent) {
  const age = Date.now() - record.sitting.closes_at;
  return unsent === 0 ? record.finished || age > DAY : age > 30 * DAY;
}

async function dropUnusedPapers(store) {
  const used = new Set((await store.journals()).map((record) => record.paper.sha256));
  for (const { sha256 } of await store.papers()) if (!used.has(sha256)) await store.dropPaper(sha256);
}

/** Sends what is left over, except of `besides`; told(count) says how many entries are still on their way. */
export async function sendLeftovers(store, settings, { besides = null, told = () => {} } = {}) {
  let count = 0;
  for (const record of await store.journals()) {
    if (record.key === besides || record.superseded) continue;
    const entries = await store.entries(record.key);
    const unsent = entries.filter((entry) => entry.seq > record.savedSeq);
    if (isStale(record, unsent.length)) await store.dropJournal(record.key);
    if (!unsent.length || isStale(record, unsent.length)) continue;
    const answers = unsent.filter((entry) => entry.slot !== undefined).length;
    count += answers;
    told(count);
    sender(store, record, entries, settings).then((done) => {
      if (done) told((count -= answers));
    });
  }
  await dropUnusedPapers(store);
}

// The record of one local journal: whose attempt, which token and epoch, how far it is saved. A record is born when the
// card is entered; entering again with the same journal id finds the same epoch, another id opens the next one.

import { deviceId, randomId, tab } from "./browser.js";

const POINTER = "journal";

/** The journal this tab is at work on; a reload finds it, another tab or the next student does not. */
export const pointed = {
  key: () => (pointed.record() || {}).key,
  /** The record as it was when the tab took it up; used where the device itself keeps nothing. */
  record: () => JSON.parse(tab.get(POINTER)),
  set: (record) => tab.set(POINTER, JSON.stringify(record)),
  forget: () => tab.drop(POINTER),
};

function recordOf(answer, { card, device, journal }) {
  return {
    key: `${journal}/${answer.epoch}`,
    journal,
    device,
    card,
    epoch: answer.epoch,
    token: answer.token,
    state: answer.state,
    student: answer.student,
    sitting: answer.sitting,
    paper: answer.paper,
    savedSeq: 0,
    finished: false,
    superseded: false,
    marked: [],
    current: 0,
    started: null,
    seenAt: null,
  };
}

/** The unfinished journal of this card on this device that is furthest, or null. */
export async function unfinished(store, card) {
  const journals = await store.journals();
  const own = journals.filter((record) => record.card === card && !record.finished && !record.superseded);
  return own.sort((a, b) => b.epoch - a.epoch)[0] || null;
}

/**
 * Enters with a card: the known journal goes on where the server still counts it, otherwise a new record begins. Throws
 * the connection's Problem. `journal` forces a new journal (another device had taken over, or a conflict).
 */
export async function enter({ store, connection, card, journal = null }) {
  const held = await unfinished(store, card);
  const id = journal || (held ? held.journal : randomId());
  // A journal outlives a power cut that the browser's other storage may not: its device is then known by it.
  const device = (held && held.device) || deviceId();
  const answer = await connection.enter({ card, device, journal: id });
  const fresh = recordOf(answer, { card, device, journal: id });
  const same = await store.journal(fresh.key);
  const { token, state, sitting, paper } = fresh;
  const record = same ? { ...same, device, token, state, sitting, paper } : fresh;
  // What the device does not keep lasts as long as the tab: its pointer holds the record then.
  record.unkept = await store.putJournal(record).then(() => false, () => true);
  return record;
}

const ABANDONED = 10 * 60000;

/** The record that this tab points to, or null. A test that was handed in a while ago is nobody's to see again. */
export async function recordHere(store, now = Date.now()) {
  const pointer = pointed.record();
  if (!pointer) return null;
  const found = await store.journal(pointer.key).catch(() => null);
  const record = found || (pointer.unkept || store.kind === "memory" ? pointer : null);
  if (!record || !record.finished || now - record.finishedAt < ABANDONED) return record;
  pointed.forget();
  await tidy(store, record, 0);
  return null;
}

/** Whether somebody's test lies here unfinished: then the exam page asks for the card, and says no name. */
export async function holdsUnfinished(store) {
  const journals = await store.journals().catch(() => []);
  return journals.some((record) => !record.finished && !record.superseded);
}

/** Begins a new journal with the answers that the server did not take under the old one. */
export async function carriedOver({ store, connection, record, responses }) {
  const fresh = await enter({ store, connection, card: record.card, journal: randomId() });
  let seq = 0;
  for (const { slot, response, at } of responses) {
    seq += 1;
    await store.putEntry(fresh.key, { seq, slot, response, at });
  }
  await store.putJournal({ ...fresh, marked: record.marked, current: record.current });
  await store.putJournal({ ...record, superseded: true });
  return fresh;
}

/** Leaves nothing of an attempt on the device but its receipt; entries that are not acknowledged stay. */
export async function tidy(store, record, unsentCount) {
  if (unsentCount > 0) return;
  await store.dropJournal(record.key).catch(() => {});
  const others = (await store.journals()).filter((other) => other.paper.sha256 === record.paper.sha256);
  if (!others.length) await store.dropPaper(record.paper.sha256).catch(() => {});
}

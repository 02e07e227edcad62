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

function recordOf(answer, { card, journal }) {
  return {
    key: `${journal}/${answer.epoch}`,
    journal,
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
  const known = journal ? null : await unfinished(store, card);
  const id = journal || (known ? known.journal : randomId());
  const answer = await connection.enter({ card, device: deviceId(), journal: id });
  const fresh = recordOf(answer, { card, journal: id });
  const same = await store.journal(fresh.key);
  const { token, state, sitting, paper } = fresh;
  const record = same ? { ...same, token, state, sitting, paper } : fresh;
  await store.putJournal(record).catch(() => {});
  return record;
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

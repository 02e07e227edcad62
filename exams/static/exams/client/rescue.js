// The rescue file: what journals this device holds, sealed (X25519, XSalsa20, Poly1305: NaCl's box) so that only the server
// can open it. Needs no WebCrypto, no network and no secure page. `sealed` is pure but for the random numbers.

import nacl from "./vendor/tweetnacl.js";

const FORMAT = "quizplatform-rescue";
const CHUNK = 8192;

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    text += String.fromCharCode.apply(null, bytes.subarray(i, i + CHUNK));
  }
  return btoa(text);
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const random = (count) => crypto.getRandomValues(new Uint8Array(count));

function wire(entry) {
  const { seq, at } = entry;
  return entry.event ? { seq, event: entry.event, at } : { seq, slot: entry.slot, response: entry.response, at };
}

/** One journal of the file: a record of the store, with entries {seq, slot, response, at} or {seq, event, at}. */
export function journalOf(record, entries) {
  return { token: record.token, epoch: record.epoch, saved_seq: record.savedSeq, entries: entries.map(wire) };
}

/**
 * The journals with entries on this device, or only that of the record `only`. Acknowledged entries go along: the server
 * takes each once. A journal whose answers were carried over into another is left out, as the other has them. `open`
 * ({record, entries}): the journal this page is at work on, with what the device would not keep.
 */
export async function collect(store, only = null, open = null) {
  const stored = only ? [only] : (await store.journals()).filter((record) => !record.superseded);
  const others = stored.filter((record) => !open || record.key !== open.record.key);
  const journals = open && open.entries.length ? [journalOf(open.record, open.entries)] : [];
  for (const record of others) {
    const entries = await store.entries(record.key);
    if (record.token && entries.length) journals.push(journalOf(record, entries));
  }
  return journals;
}

/** The text of a rescue file. `key`: the server's public key (base64); `now`: ms, when it was made. */
export function sealed(journals, key, now = Date.now()) {
  const pair = nacl.box.keyPair.fromSecretKey(random(nacl.box.secretKeyLength));
  const nonce = random(nacl.box.nonceLength);
  const plain = new TextEncoder().encode(JSON.stringify({ made_at: now, journals }));
  const box = nacl.box(plain, nonce, bytesOf(key), pair.secretKey);
  // `to` lets the server tell a file of another installation from a damaged one.
  return JSON.stringify({
    format: FORMAT,
    version: 1,
    to: key,
    public: base64(pair.publicKey),
    nonce: base64(nonce),
    box: base64(box),
  });
}

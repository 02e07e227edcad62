import { memoryStore } from "../../../exams/static/exams/client/storage.js";
import { collect, sealed } from "../../../exams/static/exams/client/rescue.js";
import nacl from "../../../exams/static/exams/client/vendor/tweetnacl.js";
import { check, equal } from "./laboratory.mjs";

const server = nacl.box.keyPair.fromSecretKey(new Uint8Array(32).fill(7));
const text64 = (bytes) => btoa(String.fromCharCode(...bytes));
const bytes64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function opened(text, secretKey = server.secretKey) {
  const file = JSON.parse(text);
  const plain = nacl.box.open(bytes64(file.box), bytes64(file.nonce), bytes64(file.public), secretKey);
  return plain && JSON.parse(new TextDecoder().decode(plain));
}

async function device() {
  const store = memoryStore();
  await store.putJournal({ key: "a/1", token: "TA", epoch: 1, savedSeq: 1 });
  await store.putEntry("a/1", { seq: 2, event: "offline", at: 20, local: "stays here" });
  await store.putEntry("a/1", { seq: 1, slot: 4, response: [], at: 10 });
  await store.putJournal({ key: "b/2", token: "TB", epoch: 2, savedSeq: 0 });
  await store.putEntry("b/2", { seq: 1, slot: 1, response: ["c1"], at: 30 });
  await store.putJournal({ key: "c/1", token: "TC", epoch: 1, savedSeq: 0 });
  await store.putJournal({ key: "d/1", token: "TD", epoch: 1, savedSeq: 0, superseded: true });
  await store.putEntry("d/1", { seq: 1, slot: 1, response: ["c2"], at: 5 });
  return store;
}

export default {
  async "every journal with entries is in the file, acknowledged entries too, in the order of seq"() {
    equal(await collect(await device()), [
      {
        token: "TA",
        epoch: 1,
        saved_seq: 1,
        entries: [
          { seq: 1, slot: 4, response: [], at: 10 },
          { seq: 2, event: "offline", at: 20 },
        ],
      },
      { token: "TB", epoch: 2, saved_seq: 0, entries: [{ seq: 1, slot: 1, response: ["c1"], at: 30 }] },
    ]);
  },
  async "a student saves their own journal only"() {
    const store = await device();
    equal((await collect(store, await store.journal("b/2"))).map((journal) => journal.token), ["TB"]);
  },
  async "what a full device would not keep is in the file from the page's own memory, once"() {
    const store = await device();
    const entries = [{ seq: 1, slot: 1, response: ["c1"], at: 30 }, { seq: 2, slot: 2, response: ["c4"], at: 40 }];
    const journals = await collect(store, null, { record: await store.journal("b/2"), entries });
    equal(journals.map(({ token, entries }) => [token, entries.length]), [["TB", 2], ["TA", 2]]);
  },
  async "the server's key opens the file, another does not"() {
    const journals = await collect(await device());
    const text = sealed(journals, text64(server.publicKey), 99);
    equal(opened(text), { made_at: 99, journals });
    check(opened(text, new Uint8Array(32).fill(8)) === null, "a stranger must not read it");
  },
  "no file is like the other, and none tells what is in it"() {
    const journals = [{ token: "TOKEN", epoch: 1, saved_seq: 0, entries: [] }];
    const [one, two] = [1, 2].map(() => sealed(journals, text64(server.publicKey), 1));
    check(one !== two, "key pair and nonce are drawn anew");
    check(!one.includes("TOKEN"), "sealed");
  },
  "many entries and Chinese text go through"() {
    const entries = Array.from({ length: 3000 }, (_, i) => ({ seq: i + 1, slot: 1, response: ["人防"], at: i }));
    equal(opened(sealed([{ entries }], text64(server.publicKey), 1)).journals[0].entries.length, 3000);
    equal(opened(sealed([{ entries }], text64(server.publicKey), 1)).journals[0].entries[2999].response, ["人防"]);
  },
};

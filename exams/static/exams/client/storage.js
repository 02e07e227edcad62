// What the device keeps, in IndexedDB: journals (who, token, how far), their entries, papers, receipts. Where IndexedDB
// is blocked the same shape lives in memory, and `kind` says so.

const NAME = "quiz-client";
const STORES = { journals: "key", entries: ["key", "seq"], papers: "sha256", receipts: "code" };

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
    setTimeout(() => reject(new Error("timeout")), 4000);
  });
}

function onDevice(database) {
  const reading = (name) => database.transaction(name).objectStore(name);
  function writing(name, act) {
    return new Promise((resolve, reject) => {
      // Strict: an answer survives more than the browser's crash. Browsers that do not know the word ignore it.
      const transaction = database.transaction(name, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
      act(transaction.objectStore(name));
    });
  }
  return {
    put: (name, row) => writing(name, (store) => store.put(row)),
    get: (name, key) => promised(reading(name).get(key)),
    all: (name) => promised(reading(name).getAll()),
    entries: (key) => promised(reading("entries").getAll(IDBKeyRange.bound([key], [key, []]))),
    drop: (name, key) => writing(name, (store) => store.delete(key)),
    dropEntries: (key) => writing("entries", (store) => store.delete(IDBKeyRange.bound([key], [key, []]))),
  };
}

function inMemory() {
  const rows = {};
  for (const name of Object.keys(STORES)) rows[name] = new Map();
  const keyOf = (name, row) => (name === "entries" ? `${row.key}#${row.seq}` : row[STORES[name]]);
  return {
    put: async (name, row) => void rows[name].set(keyOf(name, row), row),
    get: async (name, key) => rows[name].get(key),
    all: async (name) => [...rows[name].values()],
    entries: async (key) => [...rows.entries.values()].filter((row) => row.key === key),
    drop: async (name, key) => void rows[name].delete(key),
    dropEntries: async (key) => {
      for (const [id, row] of rows.entries) if (row.key === key) rows.entries.delete(id);
    },
  };
}

function shaped(kind, backend) {
  return {
    kind,
    putJournal: (journal) => backend.put("journals", journal),
    journal: (key) => backend.get("journals", key),
    journals: () => backend.all("journals"),
    putEntry: (key, entry) => backend.put("entries", { key, ...entry }),
    /** A journal's entries in the order of seq, without the journal's key. */
    entries: async (key) =>
      (await backend.entries(key)).sort((a, b) => a.seq - b.seq).map(({ key: _key, ...entry }) => entry),
    async dropJournal(key) {
      await backend.dropEntries(key);
      await backend.drop("journals", key);
    },
    putPaper: (sha256, content) => backend.put("papers", { sha256, content }),
    paper: async (sha256) => ((await backend.get("papers", sha256)) || {}).content,
    papers: () => backend.all("papers"),
    dropPaper: (sha256) => backend.drop("papers", sha256),
    putReceipt: (receipt) => backend.put("receipts", receipt),
    receipts: () => backend.all("receipts"),
  };
}

export function memoryStore() {
  return shaped("memory", inMemory());
}

/** The device's store, proven by one write; memory when the browser blocks it. */
export async function openStore() {
  try {
    const store = shaped("device", onDevice(await opened()));
    await store.putPaper("probe", {});
    await store.dropPaper("probe");
    return store;
  } catch (problem) {
    return memoryStore();
  }
}

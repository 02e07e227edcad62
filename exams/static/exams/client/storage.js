// What the device keeps, in IndexedDB: journals (who, token, how far), their entries, papers, receipts. What it does
// not take (blocked, full) lives in memory, in the same shape, and `kind` says so.

const NAME = "quiz-client";
const PROBE = 65536;
const STORES = { journals: "key", entries: ["key", "seq"], papers: "sha256", receipts: "code" };

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

const keyOf = (name, row) => (name === "entries" ? `${row.key}#${row.seq}` : row[STORES[name]]);

function onDevice(first) {
  let database = first;
  // Strict: an answer survives more than the browser's crash. Browsers that do not know the word ignore it.
  const begun = (name, mode) => database.transaction(name, mode, { durability: "strict" });

  /** A browser may close a database under its page (Safari after sleep, a disk that failed): it is opened once more. */
  async function transact(name, mode, act) {
    let transaction;
    try {
      transaction = begun(name, mode);
    } catch (problem) {
      database = await opened();
      transaction = begun(name, mode);
    }
    return new Promise((resolve, reject) => {
      const failed = () => reject(transaction.error || new Error("aborted"));
      Object.assign(transaction, { onerror: failed, onabort: failed });
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
    });
  }

  return {
    put: (name, row) => transact(name, "readwrite", (store) => store.put(row)),
    get: (name, key) => transact(name, "readonly", (store) => store.get(key)),
    all: (name) => transact(name, "readonly", (store) => store.getAll()),
    entries: (key) => transact("entries", "readonly", (store) => store.getAll(IDBKeyRange.bound([key], [key, []]))),
    drop: (name, key) => transact(name, "readwrite", (store) => store.delete(key)),
    dropEntries: (key) =>
      transact("entries", "readwrite", (store) => store.delete(IDBKeyRange.bound([key], [key, []]))),
  };
}

function inMemory() {
  const rows = {};
  for (const name of Object.keys(STORES)) rows[name] = new Map();
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

/** The device's rows, and over them those that it would not take: they live as long as the page. */
function layered(device, memory) {
  const over = (name, ...rows) => [...new Map(rows.flat().map((row) => [keyOf(name, row), row])).values()];
  return {
    async put(name, row) {
      try {
        await device.put(name, row);
      } catch (problem) {
        await memory.put(name, row);
        throw problem;
      }
      await memory.drop(name, keyOf(name, row));
    },
    get: async (name, key) => (await memory.get(name, key)) || device.get(name, key),
    all: async (name) => over(name, await device.all(name), await memory.all(name)),
    entries: async (key) => over("entries", await device.entries(key), await memory.entries(key)),
    drop: (name, key) => Promise.all([memory.drop(name, key), device.drop(name, key)]),
    dropEntries: (key) => Promise.all([memory.dropEntries(key), device.dropEntries(key)]),
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

/** The device's store, proven by one write of some size; `kind` is "memory" when the browser keeps nothing (more). */
export async function openStore() {
  let database;
  try {
    database = await opened();
  } catch (problem) {
    return memoryStore();
  }
  const store = shaped("device", layered(onDevice(database), inMemory()));
  try {
    await store.putPaper("probe", "0".repeat(PROBE));
  } catch (problem) {
    store.kind = "memory";
  }
  await store.dropPaper("probe").catch(() => {});
  return store;
}

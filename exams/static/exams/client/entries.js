// The entries of one journal as this page holds them: in the order of seq, each written to the device before it may
// leave, and without holes above what is saved. Pure: writing is handed in.

// What stands where the device lost an entry that never left, and where the server would not take one.
const LOST = "lost";
const REFUSED = "refused";

export const wire = ({ stored, ...entry }) => entry;

/** persist(entry) -> promise, rejected when the device cannot keep it: the entry then lives in this page. */
export function createEntries({ entries = [], savedSeq = 0, persist, changed = () => {} }) {
  const journal = entries.map((entry) => ({ ...entry, stored: Promise.resolve() }));
  const unstored = new Set();
  let nextSeq = Math.max(savedSeq, ...journal.map((entry) => entry.seq), 0) + 1;
  let degraded = false;

  function keep(entry) {
    const written = () => {
      unstored.delete(entry);
      degraded = unstored.size > 0;
    };
    const failed = () => {
      unstored.add(entry);
      degraded = true;
    };
    entry.stored = persist(wire(entry)).then(written, failed).then(changed);
  }

  const after = (seq) => journal.filter((entry) => entry.seq > seq).sort((a, b) => a.seq - b.seq);

  /** A device that kept a later entry but not an earlier one leaves a hole, for which the server would wait in vain. */
  function fillHoles(seq) {
    const held = new Set(journal.map((entry) => entry.seq));
    const { at } = after(seq)[0] || journal[journal.length - 1] || { at: 0 };
    for (let missing = seq + 1; missing < nextSeq; missing += 1) {
      if (!held.has(missing)) journal.push({ seq: missing, event: LOST, at, stored: Promise.resolve() });
    }
  }

  return {
    append(content, at) {
      const entry = { seq: nextSeq, ...content, at };
      nextSeq += 1;
      journal.push(entry);
      // What was refused a place before is offered again: space may have been made.
      for (const earlier of [...unstored].slice(-20)) keep(earlier);
      keep(entry);
      return entry;
    },
    /** All above `seq`, in order and without holes. */
    following(seq) {
      if (after(seq).length < nextSeq - 1 - seq) fillHoles(seq);
      return after(seq);
    },
    /** How many are above `seq`, and how many of them are answers. */
    countAfter: (seq) => Math.max(0, nextSeq - 1 - seq),
    answersAfter: (seq) => journal.filter((entry) => entry.seq > seq && entry.slot !== undefined).length,
    /** The server holds entries up to here: a journal that lost its tail goes on behind them. */
    align(serverNextSeq) {
      nextSeq = Math.max(nextSeq, serverNextSeq);
    },
    /**
     * The server will never take these: an event takes their place, so that those behind them can pass. Whether there
     * was anything to replace.
     */
    setAside(seqs) {
      const wrong = journal.filter((entry) => seqs.includes(entry.seq) && entry.event !== REFUSED);
      for (const entry of wrong) {
        delete entry.slot;
        delete entry.response;
        entry.event = REFUSED;
        keep(entry);
      }
      return wrong.length > 0;
    },
    all: () => after(0).map(wire),
    lastSeq: () => nextSeq - 1,
    isDegraded: () => degraded,
  };
}

// Time that only passes when told, chance that repeats, and a small lane with faults: what the rules are tried in.

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, message = "") {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${message} expected ${b}, got ${a}`);
}

/** Numbers in [0, 1) that are the same for the same seed. */
export function chance(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

/** timers {set, clear}, now(), pass(ms): runs what is due, in order, with all promises in between. */
export function virtualTime(start = 0) {
  let now = start;
  let ids = 0;
  const due = new Map();
  const settle = async () => {
    for (let i = 0; i < 30; i += 1) await Promise.resolve();
  };
  return {
    now: () => now,
    timers: {
      set(act, ms) {
        ids += 1;
        due.set(ids, { at: now + Math.max(0, ms), act, id: ids });
        return ids;
      },
      clear: (id) => void due.delete(id),
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...due.values()].filter((one) => one.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
        if (!next) break;
        due.delete(next.id);
        now = Math.max(now, next.at);
        next.act();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** A refusal as connection.js throws it. */
export function problem(status, type = "", more = {}) {
  const retry = status === 0 || [408, 425, 429, 500, 502, 503, 504].includes(status);
  return Object.assign(new Error(type || String(status)), { status, type, retry, network: status === 0, body: more, retryAfterMs: 0, ...more });
}

export const PAPER = {
  sections: [
    {
      title: "一、单选题",
      note: "",
      slots: [1, 2, 3].map((slot) => ({
        slot,
        kind: slot === 3 ? "true_false" : "single_choice",
        stem: `<p>${slot}</p>`,
        choices: slot === 3 ? [] : ["c1", "c2", "c3"].map((id) => ({ id, content: id })),
      })),
    },
  ],
};

/** JSON as the bytes of a file. */
export const bytes = (content) => new TextEncoder().encode(JSON.stringify(content)).buffer;

/** A lane of one attempt on virtual time: journal by seq, faults as `trouble()` says (null or a Problem to throw). */
export function smallLane(time, { startsAt = 0, deadlineAt = 600000, epoch = 1 } = {}) {
  const lane = {
    journal: new Map(),
    state: "entered",
    startsAt,
    deadlineAt,
    epoch,
    calls: [],
    inFlight: 0,
    most: 0,
    trouble: () => null,
    lost: () => false,
    latency: 50,
    files: [],
    shelf: { "/p": bytes(PAPER) },
    told: {},
    judge: () => {},
  };
  const told = () => ({ state: lane.state, epoch: lane.epoch, deadline_at: lane.deadlineAt, starts_at: lane.startsAt, notices: lane.notices || [], pulse_after_ms: 15000, now: time.now() });
  const later = (ms) => new Promise((resolve) => time.timers.set(resolve, ms));
  async function call(name, act) {
    lane.calls.push({ name, at: time.now() });
    lane.inFlight += name === "save" ? 1 : 0;
    lane.most = Math.max(lane.most, lane.inFlight);
    try {
      await later(lane.latency);
      const fault = lane.trouble(name);
      if (fault) throw fault;
      const answer = act();
      if (lane.lost(name)) throw problem(0);
      return answer;
    } finally {
      lane.inFlight -= name === "save" ? 1 : 0;
    }
  }
  const responses = () => {
    const answers = {};
    for (const { slot, response } of [...lane.journal.values()].sort((a, b) => a.seq - b.seq)) if (slot) answers[slot] = response;
    return answers;
  };
  const begun = () => ({ ...told(), ...lane.told, layout: { slots: [2, 1, 3], choices: { 1: ["c2", "c1", "c3"] } }, started_at: 0, responses: responses(), next_seq: Math.max(0, ...lane.journal.keys()) + 1 });
  lane.connection = {
    state: () => call("state", () => (["active", "paused"].includes(lane.state) ? begun() : { ...told(), sitting: { title: "场次", starts_at: lane.startsAt, closes_at: 9e9, time_limit_ms: 600000, item_count: 3 }, receipt: lane.receipt || "", submitted_at: 1 })),
    start: () =>
      call("start", () => {
        if (lane.startsAt === null || time.now() < lane.startsAt) throw problem(425, "too_early", { starts_at: lane.startsAt });
        lane.state = "active";
        return begun();
      }),
    save: (entries) =>
      call("save", () => {
        lane.judge(entries);
        entries.forEach((entry, index) => check(entry.seq === entries[0].seq + index, "a batch has no holes"));
        for (const entry of entries) {
          const known = lane.journal.get(entry.seq);
          if (known) equal(known, entry, "the same identity carries the same content");
          lane.journal.set(entry.seq, entry);
        }
        const late = lane.state !== "active" && lane.state !== "paused";
        return { ...told(), saved_seq: entries[entries.length - 1].seq, ...(late ? { kept: true } : {}) };
      }),
    pulse: () => call("pulse", told),
    submit: (last, acknowledged) =>
      call("submit", () => {
        lane.acknowledged = acknowledged;
        const missing = [];
        for (let seq = 1; seq <= last; seq += 1) if (!lane.journal.has(seq)) missing.push(seq);
        if (missing.length) throw problem(409, "incomplete", { missing });
        lane.state = "submitted";
        lane.receipt = "ABCD-EFGH";
        return { state: "submitted", submitted_at: time.now(), receipt: lane.receipt, now: time.now() };
      }),
    result: () => call("result", () => ({ level: "good", topics: [] })),
    time: () => call("time", () => ({ now: time.now() })),
    file: async (address) => {
      lane.files.push(address);
      const found = lane.shelf[address];
      if (!found || lane.trouble("file")) throw lane.trouble("file") || problem(404);
      return found;
    },
    ahead: async () => null,
  };
  return lane;
}

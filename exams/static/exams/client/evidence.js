// What the journal shows afterwards besides answers: the page was hidden, the network was gone from when to when, the
// device keeps nothing. Few of them: answers come first.

const MOST = 200;
const MOST_OUTSIDE = 20;
// These are worth a line also before the first question and while handing in.
const OF_THE_LINE = new Set(["offline", "online", "storage_lost"]);
const NOTED = new Set(["waiting", "starting", "paused", "handing"]);

/** Gives ctx: event(word), heard(ok) for the connection, observed() after every change. */
export function gatherEvidence(ctx) {
  const { state, record, clock } = ctx;
  let count = 0;
  let outside = 0;
  let line = null;

  /** The last word of the journal about the network, {event, at}: a reload goes on from it. */
  function lastLine() {
    if (line === null) {
      const told = ctx.outbox.entries().filter(({ event }) => event === "offline" || event === "online");
      line = told[told.length - 1] || { event: "online" };
    }
    return line;
  }

  const offlineSince = () => (lastLine().event === "offline" ? lastLine().at : clock.now() || 0);

  function mayNote(event) {
    if (record.epoch < 1 || ctx.practice || count >= MOST) return false;
    if (state.phase === "working") return true;
    return NOTED.has(state.phase) && OF_THE_LINE.has(event) && outside < MOST_OUTSIDE;
  }

  function note(event, at = clock.now()) {
    if (!mayNote(event)) return;
    count += 1;
    if (state.phase !== "working") outside += 1;
    ctx.outbox.append({ event }, at || 0);
  }

  function noteLine() {
    const event = state.offlineSince === null ? "online" : "offline";
    if (lastLine().event === event || !mayNote(event)) return;
    line = { event, at: state.offlineSince === null ? clock.now() : state.offlineSince };
    note(event, line.at);
  }

  let isLost = false;
  function noteStorage() {
    const { degraded } = ctx.outbox.status();
    if (isLost || !(degraded || ctx.store.kind === "memory") || !mayNote("storage_lost")) return;
    isLost = true;
    note("storage_lost");
  }

  ctx.event = (event) => note(event);

  ctx.heard = (ok) => {
    if (ok === (state.offlineSince === null)) return;
    state.offlineSince = ok ? null : offlineSince();
    if (ok) ctx.outbox.hurry();
    noteLine();
    ctx.emit();
  };

  /** A phase may have come in which what happened before can be written down. */
  ctx.observed = () => {
    noteLine();
    noteStorage();
  };
}

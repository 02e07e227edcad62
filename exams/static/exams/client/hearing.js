// What every answer to save and pulse may bring: a later end, notices, a pause, the end, another device.

const FINISHED = new Set(["submitted", "scored"]);

function hearDeadline(ctx, deadlineAt) {
  if (!deadlineAt || deadlineAt === ctx.state.deadlineAt) return;
  ctx.state.deadlineAt = deadlineAt;
  if (ctx.record.started) ctx.record.started = { ...ctx.record.started, deadline_at: deadlineAt };
}

function hearNotices({ state, record }, notices) {
  const known = new Set(state.notices.map((notice) => notice.id));
  const seen = new Set(record.seenNotices || []);
  for (const notice of notices || []) {
    if (!known.has(notice.id) && notice.text) state.notices.push({ ...notice, seen: seen.has(notice.id) });
  }
}

function hearState(ctx, serverState) {
  const { state } = ctx;
  if (serverState === "voided") ctx.enterPhase("gone");
  else if (serverState === "paused" && state.phase === "working") ctx.enterPhase("paused");
  else if (serverState === "active" && state.phase === "paused") ctx.enterPhase("working");
  else if (serverState === "active" && state.phase === "waiting") ctx.begin();
  else if (FINISHED.has(serverState) && (state.phase === "working" || state.phase === "paused")) {
    state.endedByServer = true;
    ctx.handIn();
  }
}

/** Applies one answer of save or pulse. */
export function hear(ctx, answer) {
  const { state, record } = ctx;
  state.refusal = null;
  if (answer.epoch > record.epoch && !ctx.isOver()) ctx.enterPhase("moved");
  if (answer.starts_at !== undefined) state.startsAt = answer.starts_at;
  hearDeadline(ctx, answer.deadline_at);
  hearNotices(ctx, answer.notices);
  if (answer.state) hearState(ctx, answer.state);
  ctx.nextPulse(answer.pulse_after_ms || 20000);
  ctx.remember();
  ctx.emit();
}

// The one honest line about saving. Pure: "saved" only after the server's word.

/** state of the engine, status of the outbox, the store's kind -> {tone: ok|info|warn|danger, text}. */
export function statusLine(state, outbox, storeKind, words) {
  const { say, time } = words;
  const count = outbox.answers;
  if (state.refusal) return { tone: "danger", text: say("status_refused", { detail: state.refusal, count }) };
  if (state.offlineSince !== null) {
    const since = time(state.offlineSince);
    return { tone: "warn", text: say(count ? "status_offline_unsent" : "status_offline", { since, count }) };
  }
  if (outbox.failures > 0 && count > 0) return { tone: "warn", text: say("status_busy", { count }) };
  if (count > 0) return { tone: "info", text: say("status_saving") };
  if (outbox.kept) return { tone: "warn", text: say("status_kept") };
  const at = outbox.savedAt ? time(outbox.savedAt) : "";
  if (outbox.degraded || storeKind === "memory") {
    return { tone: "warn", text: say(at ? "status_memory_saved" : "status_memory", { at }) };
  }
  if (at) return { tone: "ok", text: say("status_saved", { at }) };
  return { tone: "info", text: say("status_ready") };
}

/** Which warning the remaining time deserves: "", "five", "one", "over". */
export function timeWarning(remainingMs) {
  if (remainingMs === null) return "";
  if (remainingMs <= 0) return "over";
  if (remainingMs <= 60000) return "one";
  return remainingMs <= 300000 ? "five" : "";
}

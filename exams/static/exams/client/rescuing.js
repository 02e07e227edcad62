// When all else fails: the encrypted file of what this device holds, which a teacher can upload. Offered where answers
// have not arrived for a while; rescue.js, which makes it, is fetched only then (the service worker keeps it).

const A_WHILE = 90000;
const REFUSED = 60000;
const STUCK = 15000;
const STOPPED = new Set(["handing", "moved", "closed", "gone"]);

/** After how long of this trouble the file is offered; null where there is none. */
export function patienceFor(state, outbox) {
  if (!outbox.answers) return null;
  if (STOPPED.has(state.phase)) return STUCK;
  if (state.refusal) return REFUSED;
  return state.offlineSince !== null || outbox.failures > 0 ? A_WHILE : null;
}

/** needed(state, outbox): whether the trouble has lasted long enough. `now()` on a monotonic clock. */
export function createNeed(now) {
  let since = null;
  return (state, outbox) => {
    const patience = patienceFor(state, outbox);
    if (patience === null) since = null;
    else if (since === null) since = now();
    return patience !== null && now() - since >= patience;
  };
}

function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** Saves everything the device holds, and what this page holds beyond that (`open`); returns the file's name, in which
 * nobody is named. */
export async function saveRescueFile(store, key, open = null) {
  const { collect, sealed } = await import("./rescue.js");
  const name = `rescue-${new Date().toISOString().replace(/[^0-9]/g, "").slice(0, 14)}.json`;
  download(sealed(await collect(store, null, open), key), name);
  return name;
}

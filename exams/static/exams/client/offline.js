// The service worker's side of the pages (sw.js is the worker's own): asks for it, and tells it the reader's language.
// Only where the browser allows one, on TLS or this machine; everywhere else the pages work as they are.

const AGAIN = 45000;
const TRIES = 5;
// Named in sw.js too.
const NOTES = "exam-notes";
const LANGUAGE = "/attempt/language";
const FILES = "exam-files";

const isPossible = () => window.isSecureContext && "serviceWorker" in navigator && "caches" in window;

async function noteLanguage(language) {
  const notes = await caches.open(NOTES);
  await notes.put(LANGUAGE, new Response(language));
}

/** A worker that could not fetch all it needs becomes redundant; the network may be better in a while. */
async function register(tries) {
  const again = () => tries < TRIES && setTimeout(() => register(tries + 1).catch(() => {}), AGAIN);
  try {
    const registration = await navigator.serviceWorker.register("/attempt/sw.js", { updateViaCache: "none" });
    const coming = registration.installing;
    if (!coming) return;
    coming.addEventListener("statechange", () => coming.state === "redundant" && !registration.active && again());
  } catch (problem) {
    again();
  }
}

/** Once the page is there; from then on it opens without network. */
export function keepPages({ language }) {
  if (!isPossible()) return;
  noteLanguage(language).catch(() => {});
  if (document.readyState === "complete") register(1);
  else window.addEventListener("load", () => register(1));
}

/** What the worker kept of papers, pictures and sounds, when no test is left on the device. */
export function dropFiles() {
  return isPossible() ? caches.delete(FILES).catch(() => false) : Promise.resolve(false);
}

/** Asks the browser not to throw our database away when it needs room. */
export async function askToPersist() {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return navigator.storage.persist().catch(() => false);
}

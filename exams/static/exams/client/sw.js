// The service worker of the exam pages: a reload without network still opens the test. The server writes KEPT in front
// of this text (exams/client_worker.py): {version, shells: {language: address}, standard, files: [address]}.
// It never takes over from a running one (no skipWaiting): a new release waits until no exam page is open.

/* global KEPT */
const SHELL = `exam-shell-${KEPT.version}`;
// Named in offline.js too.
const FILES = "exam-files";
const NOTES = "exam-notes";
const LANGUAGE = "/attempt/language";
const PATIENCE = 3000;
const SIDE_BY_SIDE = 6;

const typeOf = (answer) => answer.headers.get("Content-Type") || "";
// The login page of a school's network answers 200 with HTML: only this header says that a page is ours.
const isShell = (answer) => answer.ok && answer.headers.has("X-Exam-Client");
const isFile = (answer) => answer.status === 200 && answer.type === "basic" && !typeOf(answer).includes("html");

async function keep(cache, address, isOurs) {
  for (let tries = 1; ; tries += 1) {
    const mode = tries > 1 || isOurs === isShell ? "reload" : "default";
    const answer = await fetch(address, { credentials: "omit", cache: mode }).catch(() => null);
    if (answer && isOurs(answer)) return cache.put(address, answer);
    if (tries === 3) throw new Error(address);
    await new Promise((resolve) => setTimeout(resolve, 1000 * tries));
  }
}

/** Everything or nothing: a worker that lacks a module would be worse than none. */
async function install() {
  const cache = await caches.open(SHELL);
  const wanted = Object.values(KEPT.shells).map((address) => [address, isShell]);
  wanted.push(...KEPT.files.map((address) => [address, isFile]));
  const carry = async () => {
    for (let next = wanted.shift(); next; next = wanted.shift()) await keep(cache, ...next);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, carry));
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith("exam-shell-") && name !== SHELL);
  await Promise.all(names.map((name) => caches.delete(name)));
  // The page that brought this worker is its own from now on: what it fetches is kept.
  await self.clients.claim();
}

async function keptShell() {
  const note = await caches.match(LANGUAGE, { cacheName: NOTES });
  const language = note ? await note.text() : KEPT.standard;
  const cache = await caches.open(SHELL);
  return cache.match(KEPT.shells[language] || KEPT.shells[KEPT.standard], { ignoreVary: true });
}

/** From the network when it is quick and honest, else as it was kept. */
async function shell(request) {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
  const asked = fetch(request).catch(() => null);
  const answer = await Promise.race([asked, late]);
  if (answer && isShell(answer)) return answer;
  return (await keptShell()) || (await asked) || Response.error();
}

/** Players ask for a part and some will not take the whole. */
async function part(answer, range) {
  const found = /^bytes=(\d+)-(\d*)$/.exec(range);
  if (!found) return answer;
  const whole = await answer.arrayBuffer();
  const [from, to] = [Number(found[1]), Math.min(found[2] ? Number(found[2]) : Infinity, whole.byteLength - 1)];
  const headers = { "Content-Type": typeOf(answer), "Content-Range": `bytes ${from}-${to}/${whole.byteLength}` };
  return new Response(whole.slice(from, to + 1), { status: 206, headers });
}

/** Papers, pictures and sounds are named by their content: a copy is always the right one. */
async function frozen(request) {
  const range = request.headers.get("Range");
  // Who asks for a fresh copy has found that the one here is wrong.
  const kept = request.cache === "reload" ? null : await caches.match(request.url, { ignoreVary: true });
  if (kept) return range ? part(kept, range) : kept;
  const answer = await fetch(request);
  if (isFile(answer)) {
    const copy = answer.clone();
    // A device without room does without.
    caches.open(FILES).then((cache) => cache.put(request.url, copy)).catch(() => {});
  }
  return answer;
}

async function fixed(request) {
  return (await caches.match(request.url, { ignoreVary: true })) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === "/attempt/") event.respondWith(shell(request));
  } else if (/^\/(papers|media)\//.test(pathname)) event.respondWith(frozen(request));
  else if (pathname.startsWith("/static/")) event.respondWith(fixed(request));
});

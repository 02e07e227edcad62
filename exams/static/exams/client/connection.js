// The calls of the lane (docs/lane-protocol.md). Every answer that says `now` teaches the clock; every refusal becomes
// a Problem with the stable last word of its type.

const TIMEOUT = 15000;
// same-origin: Chromium 80 refuses `keepalive` with our headers in every other mode.
const MODE = { mode: "same-origin", cache: "no-store", credentials: "omit" };
const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Why a call did not succeed. status 0: the network. `retry`: the same call may succeed later. */
export class Problem extends Error {
  constructor(status, body, retryAfterMs) {
    super(body.detail || body.title || `status ${status}`);
    this.status = status;
    this.type = String(body.type || "").split(/[/:#]/).pop();
    this.body = body;
    this.retryAfterMs = retryAfterMs;
    this.retry = status === 0 || RETRIED.has(status);
    this.network = status === 0;
  }
}

function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

async function understood(response) {
  const type = response.headers.get("Content-Type") || "";
  // A login page of the school's network answers 200 with HTML: that is no answer of ours.
  if (!type.includes("json")) throw new Problem(response.ok ? 0 : response.status, {}, retryAfter(response));
  const body = await response.json().catch(() => null);
  if (body === null) throw new Problem(0, {}, 0);
  return body;
}

/** token() -> the present token; heard(ok): whether the network carried this call. */
export function createConnection({ base, language, clock, token, heard, fetch = window.fetch.bind(window) }) {
  /** A call that shall outlive its page; where the browser refuses that (64 KiB of such calls, old ones more), a plain one. */
  function carry(address, options, urgent) {
    const plain = () => fetch(address, options);
    return urgent ? fetch(address, { ...options, keepalive: true }).catch(plain) : plain();
  }

  async function exchange(method, path, body, { urgent, bearer = token() }) {
    const headers = { Accept: "application/json", "Accept-Language": language };
    if (body) headers["Content-Type"] = "application/json";
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), TIMEOUT);
    const options = { method, headers, signal: abort.signal, ...MODE };
    if (body) options.body = JSON.stringify(body);
    const sentAt = clock.monotonic();
    try {
      const response = await carry(base + path, options, urgent);
      const receivedAt = clock.monotonic();
      const answer = await understood(response);
      clock.sample(sentAt, receivedAt, answer.now);
      return { response, answer };
    } catch (problem) {
      throw problem instanceof Problem ? problem : new Problem(0, {}, 0);
    } finally {
      clearTimeout(patience);
    }
  }

  async function call(method, path, body, { urgent = false, bearer } = {}) {
    try {
      const { response, answer } = await exchange(method, path, body, { urgent, bearer });
      heard(true);
      if (!response.ok) throw new Problem(response.status, answer, retryAfter(response));
      return answer;
    } catch (problem) {
      if (problem.network) heard(false);
      throw problem;
    }
  }

  return {
    enter: (body) => call("POST", "enter", body),
    /** Gives back the seat that a record's token opened. */
    leave: (bearer) => call("POST", "leave", {}, { bearer, urgent: true }),
    start: () => call("POST", "start", {}),
    save: (entries, options) => call("POST", "save", { entries }, options),
    pulse: () => call("POST", "pulse", {}),
    /** acknowledged: how many entries of this epoch this device was told are saved. */
    submit: (lastSeq, acknowledged) => call("POST", "submit", { last_seq: lastSeq, acknowledged }),
    state: () => call("GET", "state"),
    result: () => call("GET", "result"),
    time: () => call("GET", "time"),
    /** Brings a file into the browser's cache; a failure does not matter. */
    ahead: (address) => fetch(address).then((response) => response.blob()).catch(() => null),
    /** The bytes of a frozen file; `fresh` passes by a copy in the browser's cache that was none of ours. */
    async file(address, { fresh = false } = {}) {
      const response = await fetch(address, { cache: fresh ? "reload" : "default" }).catch(() => null);
      const isPage = response && (response.headers.get("Content-Type") || "").includes("html");
      if (!response || !response.ok || isPage) throw new Problem(response && !response.ok ? response.status : 0, {}, 0);
      return response.arrayBuffer();
    },
  };
}

// Keeps a room's picture coming: by the socket, and by asking while the socket (or what stands behind it) is silent.
// It knows nothing of how a picture is shown.

const SILENCE_MS = 12_000; // the follower beats every 5 s; two beats missed is silence
const POLL_MS = 5_000;
const STALE_MS = 10_000;
const OPENING_MS = 7_000;
const NOT_THERE = 4404;

const jitter = (ms) => ms * (0.7 + 0.6 * Math.random());

export class Live {
  // onPicture(picture); onFreshness({mode: "connecting" | "live" | "polling" | "stale" | "signed_out", age: seconds})
  constructor({ socket, snapshot, onPicture, onFreshness }) {
    this.address = new URL(socket, window.location.href.replace(/^http/, "ws")).href;
    this.snapshot = snapshot;
    this.onPicture = onPicture;
    this.onFreshness = onFreshness;
    this.heardAt = performance.now(); // the picture in the page is as old as the page
    this.socketHeardAt = -Infinity;
    this.failures = 0;
    this.asking = false;
    this.over = false;
  }

  start() {
    this.connect();
    this.timer = window.setInterval(() => this.look(), 1_000);
    this.pollAt = performance.now() + OPENING_MS;
    window.addEventListener("pagehide", () => this.socket && this.socket.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.connect());
  }

  connect() {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.closed(event));
  }

  heard(message) {
    this.failures = 0;
    // Only the follower vouches for the picture; the first one on a socket is read from the database like a poll's.
    if ("beat" in message || this.greeted === this.socket) this.socketHeardAt = performance.now();
    this.greeted = this.socket;
    this.heardAt = performance.now();
    if (message.rows) this.onPicture(message);
    this.tell();
  }

  closed(event) {
    this.socketHeardAt = -Infinity;
    if (event.code === NOT_THERE) return this.stop();
    this.failures += 1;
    this.pollAt = Math.min(this.pollAt, performance.now() + 500);
    window.setTimeout(() => this.over || this.connect(), jitter(Math.min(1_000 * 2 ** this.failures, 30_000)));
    return this.tell();
  }

  get live() {
    return performance.now() - this.socketHeardAt < SILENCE_MS;
  }

  look() {
    if (this.over) return;
    const now = performance.now();
    if (!this.live && !this.asking && now >= this.pollAt && !document.hidden) this.ask();
    this.tell();
  }

  async ask() {
    this.asking = this.asked = true;
    const began = performance.now();
    try {
      const answer = await fetch(this.snapshot, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 404) this.stop();
      if (!answer.ok) return;
      const picture = await answer.json();
      this.heardAt = performance.now();
      this.onPicture(picture);
    } catch {
      // The age that is shown says it all.
    } finally {
      this.asking = false;
      // A server that takes long to answer is asked less often: the boards must not take it from the students.
      const took = performance.now() - began;
      this.pollAt = began + Math.max(POLL_MS, 10 * took) * (0.9 + 0.2 * Math.random());
    }
  }

  tell() {
    if (this.over) return;
    const age = performance.now() - this.heardAt;
    const waiting = !this.asked && this.failures === 0;
    const mode = this.live ? "live" : waiting ? "connecting" : age > STALE_MS ? "stale" : "polling";
    this.onFreshness({ mode, age: Math.round(age / 1_000) });
  }

  // Whoever may no longer see the room is told so once, and nothing is asked any more.
  stop() {
    this.over = true;
    window.clearInterval(this.timer);
    this.onFreshness({ mode: "signed_out", age: 0 });
  }
}

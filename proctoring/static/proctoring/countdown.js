// The room's clock: what comes next and in how long, by the server's time.

const two = (number) => String(number).padStart(2, "0");

export function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}

// The word for where the room stands, and the instant counted down to (null: no countdown).
export function phase(picture, now) {
  const { opens_at: opens, starts_at: starts, closes_at: closes, ended_at: ended } = picture.clock;
  if (ended) return { word: "ended", until: null };
  if (now < opens) return { word: "opens_in", until: opens };
  const deadlines = picture.rows
    .filter(([, shown]) => shown === "answering" || shown === "offline")
    .map((row) => row[5] || 0);
  const last = Math.max(0, ...deadlines);
  if (last > now) return { word: "ends_in", until: last };
  if (now >= closes) return { word: "over", until: null };
  if (!starts) return { word: "waits", until: null };
  return now < starts ? { word: "starts_in", until: starts } : { word: "ends_in", until: closes };
}

export class Countdown {
  constructor(words, label, time) {
    this.words = words;
    this.label = label;
    this.time = time;
  }

  // A picture brings the server's time along; between pictures the browser's own steady clock goes on from there.
  set(picture) {
    const offset = picture.at - performance.now();
    if (this.offset === undefined || Math.abs(offset - this.offset) > 3_000) this.offset = offset;
    this.picture = picture;
    this.tick();
  }

  tick() {
    const now = this.offset + performance.now();
    const { word, until } = phase(this.picture, now);
    this.label.textContent = this.words[word];
    this.time.textContent = until === null ? "" : duration(until - now);
    this.time.parentNode.toggleAttribute("data-still", until === null);
  }
}

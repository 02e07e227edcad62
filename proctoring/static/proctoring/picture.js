// Puts a room's picture onto the page: patches the seats that changed, counts, and says aloud what matters.

const COUNTED = ["absent", "waiting", "answering", "offline", "paused", "submitted"];
const ALOUD_EVERY_MS = 4_000;

export class Board {
  constructor(words, counts, announcement) {
    this.words = words;
    this.counts = counts;
    this.announcement = announcement;
    this.unsaid = new Map();
    this.saidAt = 0;
    this.marked = false;
  }

  // True when the page has every row's seat; false when somebody is there whose name the page does not know.
  show(rows) {
    const complete = rows.map((row) => this.showRow(row)).every(Boolean);
    this.showCounts(rows);
    this.marked = true;
    this.say();
    return complete;
  }

  showRow([id, shown, answered, total, quiet, , fragile]) {
    const seat = document.getElementById(`seat-${id}`);
    if (!seat) return false;
    const count = `${answered}/${total}`;
    const moved = seat.dataset.shown !== shown;
    if (moved) {
      seat.dataset.shown = shown;
      seat.querySelector(".seat-state").textContent = this.words.shown[shown];
      this.unsaid.set(seat.querySelector(".seat-name").textContent, this.words.shown[shown]);
      if (this.marked) this.mark(seat);
    }
    const counter = seat.querySelector(".seat-count");
    if (counter.textContent !== count) {
      counter.textContent = count;
      seat.querySelector("progress").value = answered;
      seat.querySelector("progress").max = total;
    }
    const note = fragile ? this.words.fragile : quiet ? this.words.quiet : "";
    if (seat.querySelector(".seat-note").textContent !== note) seat.querySelector(".seat-note").textContent = note;
    return true;
  }

  mark(seat) {
    seat.removeAttribute("data-moved");
    window.requestAnimationFrame(() => seat.setAttribute("data-moved", ""));
  }

  showCounts(rows) {
    const found = Object.fromEntries(COUNTED.map((shown) => [shown, 0]));
    for (const [, shown] of rows) if (shown in found) found[shown] += 1;
    found.all = COUNTED.reduce((sum, shown) => sum + found[shown], 0);
    for (const cell of this.counts.querySelectorAll("[data-count]")) {
      const text = String(found[cell.dataset.count]);
      if (cell.textContent !== text) cell.textContent = text;
      cell.toggleAttribute("data-zero", text === "0");
    }
  }

  // Politely: one sentence every few seconds, names for a few, a number for many.
  say() {
    if (this.unsaid.size === 0 || this.waiting) return;
    const wait = Math.max(0, this.saidAt + ALOUD_EVERY_MS - performance.now());
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      this.saidAt = performance.now();
      const changes = [...this.unsaid];
      this.unsaid.clear();
      this.announcement.textContent =
        changes.length > 4
          ? this.words.many.replace("{n}", changes.length)
          : changes.map(([who, state]) => this.words.one.replace("{who}", who).replace("{state}", state)).join("；");
    }, wait);
  }
}

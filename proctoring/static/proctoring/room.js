// The room page: a live picture, a clock, and a student's seat in a dialog. Without this script every act still works
// as a plain form, and the page shows how things stood when it was opened.

import { Countdown } from "./countdown.js";
import { Live } from "./live.js";
import { Board } from "./picture.js";

const RELOAD_EVERY_MS = 10_000;
const RELOADED = ["seats", "room-acts", "room-happenings"];

const byId = (id) => document.getElementById(id);
const read = (id) => JSON.parse(byId(id).textContent);
const words = read("room-words");
const room = byId("room");
const countdown = new Countdown(words, byId("room-clock-label"), byId("room-clock-time"));
const board = new Board(words, byId("room-counts"), byId("room-announcement"));
let known = read("room-picture");
let reloadAt = 0;
let reloading = 0;

// Names and buttons come with the page, not with the picture: they are fetched again when somebody is new or an act
// was done, at most every few seconds.
function reloadSoon() {
  if (reloading) return;
  reloading = window.setTimeout(reload, Math.max(0, reloadAt - performance.now()));
}

const seated = (list) => Array.from(list.children, (seat) => seat.id).join();

async function reload() {
  reloadAt = performance.now() + RELOAD_EVERY_MS;
  try {
    const answer = await fetch(window.location.href, { redirect: "manual" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of RELOADED) {
      const [old, now] = [byId(id), fresh.getElementById(id)];
      if (id !== "seats" || seated(old) !== seated(now)) old.replaceWith(document.adoptNode(now));
    }
  } catch {
    // The next change asks again.
  } finally {
    reloading = 0;
  }
}

function onPicture(picture) {
  if (picture.at < known.at) return;
  const acted = picture.news > known.news || picture.clock.starts_at !== known.clock.starts_at;
  const ended = picture.clock.ended_at !== known.clock.ended_at;
  known = picture;
  countdown.set(picture);
  if (!board.show(picture.rows) || acted || ended) reloadSoon();
}

function onFreshness({ mode, age }) {
  const line = byId("room-freshness");
  const text = words[mode].replace("{n}", age);
  if (line.textContent !== text) line.textContent = text;
  line.dataset.mode = mode === "signed_out" ? "stale" : mode;
}

// A seat opens over the room; with a modifier key, or when it cannot be fetched, it is a page of its own.
async function openSeat(event) {
  const link = event.target.closest(".seat-name");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { redirect: "manual" });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    byId("seat-dialog-body").replaceChildren(document.adoptNode(fresh.getElementById("seat")));
    byId("seat-dialog").showModal();
  } catch {
    window.location.assign(link.href);
  }
}

room.addEventListener("click", openSeat);
countdown.set(known);
board.show(known.rows);
window.setInterval(() => countdown.tick(), 500);
new Live({ socket: room.dataset.socket, snapshot: room.dataset.snapshot, onPicture, onFreshness }).start();

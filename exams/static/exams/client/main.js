// Brings the parts together on the exam page: the journal this tab points to, the engine, the views.

import { createActs } from "./acts.js";
import { pageData, timers } from "./browser.js";
import { createClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { createEngine } from "./engine.js";
import { arm } from "./handing.js";
import { pointed, tidy } from "./journal.js";
import { listenToKeys } from "./keyboard.js";
import { sendLeftovers } from "./leftovers.js";
import { largeType } from "./preferences.js";
import { startPulse } from "./pulse.js";
import { refused } from "./recovery.js";
import { boot, tick } from "./running.js";
import { openStore } from "./storage.js";
import { claim } from "./tabs.js";
import { createStage } from "./views/stage.js";
import { createWords } from "./words.js";
import { fill, h } from "./dom.js";

const ABANDONED = 10 * 60000;

function elsewhere(root, words) {
  const title = h("h1", {}, words.say("second_tab_title"));
  fill(root, h("section", { class: "sheet-of-paper plain stack" }, title, h("p", {}, words.say("second_tab_text"))));
}

function leaver(ctx) {
  return async () => {
    ctx.outbox.stop();
    pointed.forget();
    if (ctx.record.finished || ctx.isOver()) await tidy(ctx.store, ctx.record, ctx.outbox.unsent().length);
    window.location.assign("/");
  };
}

function attend(ctx, acts) {
  let before = { wall: Date.now(), monotonic: performance.now() };
  setInterval(() => {
    const now = { wall: Date.now(), monotonic: performance.now() };
    // The two clocks part when the machine slept or somebody turned its clock: then the server is asked at once.
    if (Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic)) > 2000) ctx.pulseNow();
    before = now;
    tick(ctx);
    ctx.emit();
  }, 500);
  document.addEventListener("visibilitychange", () => acts.visibility(document.hidden));
  window.addEventListener("pagehide", () => ctx.outbox.flush({ urgent: true }));
  window.addEventListener("online", () => {
    ctx.outbox.hurry();
    ctx.pulseNow();
  });
  window.addEventListener("beforeunload", (event) => {
    if (ctx.outbox.unsent().length) event.preventDefault();
  });
}

/** A finished page on a shared computer does not stay open for the next student: after a while alone it closes. */
function leaveWhenAbandoned(ctx, leave) {
  let touched = performance.now();
  for (const sign of ["pointerdown", "keydown", "scroll", "touchstart"]) {
    window.addEventListener(sign, () => (touched = performance.now()), { passive: true });
  }
  setInterval(() => {
    if (ctx.state.phase !== "receipt") touched = performance.now();
    else if (performance.now() - touched > ABANDONED) leave();
  }, 5000);
}

async function open(root) {
  const settings = pageData("client-settings");
  const words = createWords(pageData("client-messages"), settings);
  largeType.restore();
  const store = await openStore();
  const key = pointed.key();
  const record = key ? (await store.journal(key).catch(() => null)) || pointed.record() : null;
  if (!record) return window.location.replace("/");
  if (!(await claim(record.journal))) return elsewhere(root, words);
  const clock = createClock(() => performance.now());
  const makeConnection = (parts) => createConnection({ ...settings, ...parts });
  const restart = () => window.location.reload();
  const entries = await store.entries(key);
  const random = Math.random;
  const ctx = createEngine({ store, record, entries, clock, timers, random, makeConnection, refused, restart });
  startPulse(ctx);
  arm(ctx);
  const acts = createActs(ctx);
  const leave = leaver(ctx);
  const stage = createStage(root, { ctx, acts, words, leave });
  ctx.subscribe((state) => stage.update(state));
  listenToKeys(ctx.state, acts);
  attend(ctx, acts);
  leaveWhenAbandoned(ctx, leave);
  sendLeftovers(store, settings, { besides: key });
  return boot(ctx);
}

open(document.getElementById("client"));

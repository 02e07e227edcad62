// Brings the parts together on the exam page: the journal this tab points to, the engine, the views. Without a journal
// it is the door.

import { createActs } from "./acts.js";
import { attend, leaveWhenAbandoned } from "./attending.js";
import { pageData, timers } from "./browser.js";
import { createClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { openDoor } from "./door.js";
import { createEngine } from "./engine.js";
import { arm } from "./handing.js";
import { holdsUnfinished, pointed, recordHere, tidy } from "./journal.js";
import { listenToKeys } from "./keyboard.js";
import { sendLeftovers } from "./leftovers.js";
import { askToPersist, dropFiles, keepPages } from "./offline.js";
import { largeType } from "./preferences.js";
import { startPulse } from "./pulse.js";
import { refused } from "./recovery.js";
import { boot } from "./running.js";
import { openStore } from "./storage.js";
import { claim } from "./tabs.js";
import { showLeftovers } from "./views/leftovers.js";
import { createStage } from "./views/stage.js";
import { createWords } from "./words.js";
import { fill, h } from "./dom.js";

function elsewhere(root, words) {
  const title = h("h1", {}, words.say("second_tab_title"));
  fill(root, h("section", { class: "sheet-of-paper plain stack" }, title, h("p", {}, words.say("second_tab_text"))));
}

function leaver(ctx) {
  return async () => {
    ctx.outbox.stop();
    pointed.forget();
    if (ctx.record.finished || ctx.isOver()) await tidy(ctx.store, ctx.record, ctx.outbox.unsent().length);
    if (!(await ctx.store.journals().catch(() => [{}])).length) await dropFiles();
    window.location.assign("/");
  };
}

/** Nobody's test is open in this tab: the front page asks for the card; without network, or where one waits, we do. */
async function askForCard(root, { store, settings, words }) {
  const clock = createClock(() => performance.now());
  const connection = createConnection({ ...settings, clock, token: () => null, heard: () => {} });
  const waits = await holdsUnfinished(store);
  const isReached = () => connection.time().then(() => true, (problem) => !problem.network);
  if (!waits && (await isReached())) return window.location.replace("/");
  fill(root);
  document.getElementById("door").hidden = false;
  document.getElementById("door-resume").hidden = !waits;
  document.getElementById("card").focus();
  openDoor({ store, connection }, words);
  return showLeftovers(store, settings, words);
}

async function open(root) {
  const settings = pageData("client-settings");
  const words = createWords(pageData("client-messages"), settings);
  largeType.restore();
  keepPages(settings);
  const store = await openStore();
  const record = await recordHere(store);
  if (!record) return askForCard(root, { store, settings, words });
  if (!(await claim(record.journal))) return elsewhere(root, words);
  const clock = createClock(() => performance.now());
  const makeConnection = (parts) => createConnection({ ...settings, ...parts });
  const restart = () => window.location.reload();
  const entries = await store.entries(record.key);
  const given = { store, record, entries, clock, timers, random: Math.random };
  const ctx = createEngine({ ...given, makeConnection, refused, restart, subtle: window.crypto.subtle });
  startPulse(ctx);
  arm(ctx);
  const acts = createActs(ctx);
  const leave = leaver(ctx);
  const stage = createStage(root, { ctx, acts, words, leave, settings });
  ctx.subscribe((state) => stage.update(state));
  listenToKeys(ctx.state, acts);
  attend(ctx, acts);
  leaveWhenAbandoned(ctx, leave);
  askToPersist();
  sendLeftovers(store, settings, { besides: record.key });
  return boot(ctx);
}

open(document.getElementById("client"));

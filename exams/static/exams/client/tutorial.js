// The tutorial: the same views as the test, on practiceConnection; no card, no server, nothing kept.

import { createActs } from "./acts.js";
import { pageData, timers } from "./browser.js";
import { createClock } from "./clock.js";
import { h } from "./dom.js";
import { createEngine } from "./engine.js";
import { arm } from "./handing.js";
import { listenToKeys } from "./keyboard.js";
import { practiceConnection } from "./practice.js";
import { largeType } from "./preferences.js";
import { startPulse } from "./pulse.js";
import { refused } from "./recovery.js";
import { boot, tick } from "./running.js";
import { memoryStore } from "./storage.js";
import { createStage } from "./views/stage.js";
import { createTrials } from "./views/trials.js";
import { createWords } from "./words.js";

function practiceRecord(words, now) {
  return {
    key: "tutorial",
    epoch: 1,
    token: null,
    student: { name: words.say("practice_name"), class: "" },
    sitting: { title: words.say("practice_title"), starts_at: now, closes_at: now, item_count: 3, time_limit_ms: 6e5 },
    paper: { url: "", sha256: "tutorial" },
    savedSeq: 0,
    marked: [],
    current: 0,
    started: null,
  };
}

async function open(root) {
  const settings = pageData("client-settings");
  const messages = pageData("client-messages");
  const own = { status_saved: messages.practice_saved, receipt_over_title: messages.practice_done, leave_hint: " " };
  const words = createWords({ ...messages, ...own }, settings);
  largeType.restore();
  const clock = createClock(() => performance.now());
  const opened = Date.now() - performance.now();
  const now = () => Math.round(opened + performance.now());
  const makeConnection = () => practiceConnection({ paper: pageData("tutorial-paper"), clock, now });
  const store = { ...memoryStore(), kind: "device" };
  const record = practiceRecord(words, now());
  const parts = { store, record, entries: [], clock, timers, random: Math.random, makeConnection, refused };
  const ctx = createEngine({ ...parts, restart: () => window.location.reload(), practice: true });
  startPulse(ctx);
  arm(ctx);
  const acts = createActs(ctx);
  const leave = () => window.location.assign("/");
  const stage = createStage(root, { ctx, acts, words, leave });
  const trials = createTrials({ ctx, words });
  root.append(h("div", { class: "stage" }, trials.element));
  ctx.subscribe((state) => {
    stage.update(state);
    trials.update(state);
  });
  listenToKeys(ctx.state, acts);
  setInterval(() => {
    tick(ctx);
    ctx.emit();
  }, 500);
  await boot(ctx);
}

open(document.getElementById("client"));

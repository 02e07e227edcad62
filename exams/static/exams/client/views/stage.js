// Which screen is shown: chosen by phase, made once, told of every change.

import { button, fill, h } from "../dom.js";
import { createBar } from "./bar.js";
import { createCheck } from "./check.js";
import { noticeText } from "./notices.js";
import { createClosed, createGone, createHanding, createLoading, createMoved, createPaused } from "./plain.js";
import { createQuestion } from "./question.js";
import { createReceipt } from "./receipt.js";
import { createRescue } from "./rescue.js";
import { createSheet } from "./sheet.js";
import { createWaiting } from "./waiting.js";

const MAKERS = {
  loading: createLoading,
  waiting: createWaiting,
  starting: createLoading,
  question: createQuestion,
  sheet: createSheet,
  check: createCheck,
  paused: createPaused,
  moved: createMoved,
  handing: createHanding,
  receipt: createReceipt,
  gone: createGone,
  closed: createClosed,
};

export function createStage(root, app) {
  app.bar = createBar(app);
  const notices = h("div", { class: "notices", role: "status" });
  const rescue = createRescue(app);
  const place = h("div", { class: "stage" });
  fill(root, app.bar.element, h("div", { class: "notices" }, rescue.element), notices, place);
  let name = "";
  let view = null;
  let told = "";

  function slip(notice) {
    const seen = button(app.words.say("understood"), () => app.acts.dismiss(notice.id), { class: "button small" });
    return h("div", { class: "notice info slip" }, h("span", {}, noticeText(notice, app.words)), seen);
  }

  function tell(state) {
    const fresh = state.notices.filter((notice) => !notice.seen);
    const now = fresh.map((notice) => notice.id).join();
    if (now === told) return;
    told = now;
    fill(notices, fresh.map(slip));
  }

  function show(state) {
    const wanted = state.phase === "working" ? state.screen : state.phase;
    if (wanted === name) return;
    if (view && view.leave) view.leave();
    const first = name === "";
    name = wanted;
    view = MAKERS[wanted](app);
    fill(place, view.element);
    document.body.setAttribute("data-screen", wanted);
    if (view.enter) view.enter(state);
    view.update(state);
    if (!first) {
      window.scrollTo(0, 0);
      view.heading.focus({ preventScroll: true });
    }
  }

  return {
    update(state) {
      show(state);
      view.update(state);
      app.bar.update(state);
      tell(state);
      rescue.update(state);
    },
  };
}

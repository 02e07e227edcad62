// The screens that say one thing: connecting, paused, handing in, moved, voided, closed.

import { button, fill, h, write } from "../dom.js";
import { askAgain } from "../occupied.js";
import { takeBack } from "../recovery.js";

function screen(words, name, extra = []) {
  const title = h("h1", { tabindex: "-1" }, words.say(`${name}_title`));
  const text = h("p", { class: "lead" }, words.say(`${name}_text`));
  const sign = h("div", { class: "plain-sign", "aria-hidden": "true" });
  const element = h("section", { class: `sheet-of-paper plain ${name} stack` }, sign, title, text, extra);
  return { element, heading: title, text, update() {} };
}

export const createPaused = ({ words }) => screen(words, "paused");
const leaving = (words, leave) => [h("p", {}, button(words.say("leave"), leave, { class: "button large" }))];

/** Over for this student, or come too late: the server says which. */
export function createClosed({ words, leave }) {
  const view = screen(words, "closed", leaving(words, leave));
  view.update = (state) => state.reason && write(view.text, state.reason);
  return view;
}

export const createGone = ({ words, leave }) => screen(words, "gone", leaving(words, leave));

export function createLoading({ words }) {
  const view = screen(words, "loading");
  view.update = (state) => {
    write(view.text, words.say(state.offlineSince === null ? "loading_text" : "loading_offline"));
  };
  return view;
}

export function createHanding({ ctx, words }) {
  const progress = h("p", { class: "notice", role: "status" });
  const view = screen(words, "handing", [progress]);
  view.update = (state) => {
    const count = ctx.outbox.unsentAnswers();
    write(view.heading, words.say(state.automatic ? "handing_automatic_title" : "handing_title"));
    if (state.offlineSince !== null) {
      progress.className = "notice warn";
      write(progress, words.say("handing_offline", { since: words.time(state.offlineSince), count }));
    } else {
      progress.className = "notice info";
      write(progress, count ? words.say("handing_unsent", { count }) : words.say("handing_last_step"));
    }
  };
  return view;
}

export function createMoved({ ctx, words, leave }) {
  const held = h("p", { class: "notice", role: "status" });
  const answer = h("p", { class: "notice warn", role: "alert", hidden: true });
  let asking = null;
  function tell(text) {
    answer.hidden = !text;
    write(answer, text);
  }
  const failed = (problem) => tell(problem.network ? words.say("no_network") : problem.message);
  const told = (how) => tell(words.say(`occupied_${how}`));
  async function back() {
    if (asking) asking.stop();
    tell("");
    const { timers, random, clock } = ctx;
    const act = () => takeBack(ctx);
    const ask = { act, timers, random, now: clock.monotonic, told, done: () => {}, failed };
    await act().catch((first) => (asking = askAgain({ ...ask, first })));
  }
  const actions = h("div", { class: "row" });
  const view = screen(words, "moved", [held, answer, actions]);
  fill(
    actions,
    button(words.say("moved_back"), back, { class: "button large" }),
    button(words.say("leave"), leave, { class: "button large quiet" }),
  );
  view.leave = () => asking && asking.stop();
  view.update = () => {
    const count = ctx.outbox.unsentAnswers();
    held.className = count ? "notice warn" : "notice ok";
    write(held, count ? words.say("moved_unsent", { count }) : words.say("moved_all_sent"));
  };
  return view;
}

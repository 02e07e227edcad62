// Before handing in: what is still open, what is marked, what has not arrived yet.

import { button, fill, h, write } from "../dom.js";
import { summary } from "../handing.js";

export function createCheck({ ctx, acts, words }) {
  const { say } = words;
  const title = h("h1", { tabindex: "-1" }, say("check_title"));
  const verdict = h("p", { class: "check-verdict" });
  const lists = h("div", { class: "stack" });
  const unsent = h("p", { class: "notice warn" });
  const element = h(
    "section",
    { class: "sheet-of-paper check-screen stack" },
    title,
    verdict,
    lists,
    unsent,
    h("p", { class: "muted" }, say("check_final")),
    h(
      "div",
      { class: "row" },
      button(say("hand_in"), () => acts.handIn(), { class: "button large primary", id: "hand-in" }),
      button(say("back_to_question"), () => acts.show("question"), { class: "button large" }),
    ),
  );

  function numbers(label, slots, all) {
    if (!slots.length) return null;
    const cell = (slot) =>
      button(String(slot.number), () => acts.go(all.indexOf(slot)), {
        class: "cell",
        "aria-label": say("go_to_question", { n: slot.number }),
      });
    const cells = slots.map((slot) => h("li", {}, cell(slot)));
    return h("div", {}, h("h2", { class: "check-label" }, label), h("ul", { class: "sheet-grid" }, cells));
  }

  let shown = "";
  return {
    element,
    heading: title,
    update(state) {
      const { open, marked, total } = summary(state);
      write(verdict, open.length ? say("check_open", { count: open.length, total }) : say("check_complete", { total }));
      const now = JSON.stringify([open, marked].map((slots) => slots.map((slot) => slot.slot)));
      if (now !== shown) {
        shown = now;
        const all = state.slots;
        fill(lists, numbers(say("check_open_list"), open, all), numbers(say("check_marked_list"), marked, all));
      }
      lists.hidden = !open.length && !marked.length;
      const count = ctx.outbox.unsentAnswers();
      write(unsent, say(state.offlineSince === null ? "check_unsent" : "check_unsent_offline", { count }));
      unsent.hidden = !count;
    },
  };
}

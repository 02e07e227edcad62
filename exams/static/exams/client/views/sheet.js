// The answer sheet: every question as a number that says answered, open, marked, current.

import { button, fill, h, write } from "../dom.js";
import { isAnswered } from "../paper.js";

/** The grid of numbers, for the side of the desk and for the sheet's own screen. */
export function createGrid({ ctx, acts, words }) {
  const { say } = words;
  const list = h("ol", { class: "sheet-grid" });
  const count = h("p", { class: "sheet-count" });
  const legend = h(
    "ul",
    { class: "sheet-legend" },
    h("li", {}, h("i", { class: "cell answered" }), say("legend_answered")),
    h("li", {}, h("i", { class: "cell" }), say("legend_open")),
    h("li", {}, h("i", { class: "cell marked" }), say("legend_marked")),
  );
  const hand = button(say("to_hand_in"), () => acts.show("check"), { class: "button wide" });
  const element = h("div", { class: "sheet" }, h("h2", {}, say("sheet")), count, list, legend, hand);
  let cells = [];

  function build(slots) {
    cells = slots.map((slot, index) => button(String(slot.number), () => acts.go(index), { class: "cell" }));
    fill(list, cells.map((cell) => h("li", {}, cell)));
  }

  function paint(state, slot, index) {
    const answered = isAnswered(state.answers, slot.slot);
    const marked = state.marked.has(slot.slot);
    const current = index === state.current;
    cells[index].className = `cell${answered ? " answered" : ""}${marked ? " marked" : ""}${current ? " current" : ""}`;
    const parts = [say("question_n", { n: slot.number, total: state.slots.length })];
    parts.push(say(answered ? "legend_answered" : "legend_open"));
    if (marked) parts.push(say("legend_marked"));
    cells[index].setAttribute("aria-label", parts.join(", "));
    if (current) cells[index].setAttribute("aria-current", "true");
    else cells[index].removeAttribute("aria-current");
  }

  return {
    element,
    update(state = ctx.state) {
      if (cells.length !== state.slots.length) build(state.slots);
      state.slots.forEach((slot, index) => paint(state, slot, index));
      const answered = state.slots.filter((slot) => isAnswered(state.answers, slot.slot)).length;
      write(count, say("sheet_count", { answered, total: state.slots.length }));
    },
  };
}

/** The sheet as a screen of its own, on small displays. */
export function createSheet(app) {
  const grid = createGrid(app);
  const heading = grid.element.querySelector("h2");
  heading.setAttribute("tabindex", "-1");
  const leave = () => app.acts.show("question");
  const back = button(app.words.say("back_to_question"), leave, { class: "button primary wide" });
  const element = h("section", { class: "sheet-of-paper sheet-screen" }, grid.element, back);
  return { element, heading, update: grid.update };
}

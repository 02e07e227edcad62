// One question at a time, with the sheet beside it where there is room.

import { button, fill, h, write } from "../dom.js";
import { speech } from "../preferences.js";
import { createChoices } from "./choices.js";
import { createGrid } from "./sheet.js";

export function createQuestion(app) {
  const { ctx, acts, words, bar } = app;
  const { say } = words;
  const title = h("h1", { class: "question-number", tabindex: "-1" });
  const tags = h("p", { class: "question-tags" });
  const note = h("p", { class: "question-note muted" });
  const stem = h("div", { class: "stem" });
  const body = h("div", {});
  const aloud = button(say("read_aloud"), () => readAloud(), { class: "button small quiet", "aria-pressed": "false" });
  const mark = button("", () => acts.mark(), { class: "button small mark" });
  const back = button(say("previous"), () => acts.next(-1), { class: "button large" });
  const sheet = button("", () => acts.show("sheet"), { class: "button large open-sheet" });
  const forward = button(say("next"), () => forth(), { class: "button large primary" });
  const grid = createGrid(app);
  const card = h(
    "article",
    { class: "sheet-of-paper question" },
    h("header", { class: "question-head" }, title, tags, h("div", { class: "question-tools" }, aloud, mark)),
    note,
    stem,
    body,
  );
  const turning = h("nav", { class: "turn", "aria-label": say("turn_pages") }, back, sheet, forward);
  const element = h(
    "div",
    { class: "desk" },
    h("div", { class: "desk-main" }, card, turning),
    h("aside", { class: "desk-side", "aria-label": say("sheet") }, grid.element),
  );
  aloud.hidden = !speech.isAvailable();
  let slot = null;
  let choices = null;
  let isLast = false;
  let spoken = null;

  const forth = () => (isLast ? acts.show("check") : acts.next(1));

  function readAloud() {
    if (speech.isSpeaking()) return hush();
    const texts = body.querySelectorAll(".choice-text");
    const spokenText = (choice, index) => `${choice.letter}. ${choice.speech || texts[index].textContent}`;
    const offered = slot.choices.map(spokenText);
    aloud.setAttribute("aria-pressed", "true");
    return speech.say([slot.speech || stem.textContent, ...offered], ctx.state.language || words.language, hush);
  }

  function hush() {
    speech.stop();
    aloud.setAttribute("aria-pressed", "false");
  }

  function turn(state) {
    const first = slot === null;
    spoken = null;
    slot = state.slots[state.current];
    if (aloud.getAttribute("aria-pressed") === "true") hush();
    choices = createChoices(slot, app);
    fill(
      title,
      h("span", { class: "visually-hidden" }, say("question_n", { n: slot.number, total: state.slots.length })),
      h("span", { "aria-hidden": "true" }, String(slot.number)),
      h("small", { "aria-hidden": "true" }, `/ ${state.slots.length}`),
    );
    const section = slot.section.title;
    fill(tags, h("span", { class: "badge info" }, say(`kind_${slot.kind}`)), section && h("span", {}, section));
    write(note, slot.section.note || "");
    note.hidden = !slot.section.note;
    stem.id = `stem-${slot.slot}`;
    stem.innerHTML = slot.stem;
    fill(body, choices.element);
    if (!first) {
      window.scrollTo(0, 0);
      title.focus({ preventScroll: true });
    }
  }

  /** Tells those who listen what the keyboard has picked. */
  function sayChosen(response) {
    const letters = slot.choices.filter((choice) => response.includes(choice.id)).map((choice) => choice.letter);
    if (spoken !== null && spoken !== letters.join(" ")) {
      bar.speak(letters.length ? say("chosen", { letters: letters.join(" ") }) : say("cleared"));
    }
    spoken = letters.join(" ");
  }

  return {
    element,
    heading: title,
    leave: () => hush(),
    update(state) {
      if (slot !== state.slots[state.current]) turn(state);
      isLast = state.current === state.slots.length - 1;
      const response = state.answers.get(slot.slot) || [];
      choices.update(response, state.phase !== "working");
      const marked = state.marked.has(slot.slot);
      mark.setAttribute("aria-pressed", String(marked));
      write(mark, say(marked ? "unmark" : "mark"));
      back.disabled = state.current === 0;
      write(forward, say(isLast ? "to_hand_in" : "next"));
      const answered = state.slots.filter((one) => (state.answers.get(one.slot) || []).length).length;
      write(sheet, say("sheet_progress", { answered, total: state.slots.length }));
      grid.update(state);
      sayChosen(response);
    },
  };
}

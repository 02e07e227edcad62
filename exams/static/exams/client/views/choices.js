// The offered answers as native radio buttons or checkboxes, with letters that never enter a response.

import { button, h } from "../dom.js";

export function createChoices(slot, { acts, words }) {
  const many = slot.kind === "multiple_choice";
  const texts = { true: words.say("choice_true"), false: words.say("choice_false") };

  function row(choice) {
    const input = h("input", {
      type: many ? "checkbox" : "radio",
      name: `slot-${slot.slot}`,
      value: choice.id,
      on: { change: () => acts.pick(choice.id) },
    });
    const text = h("span", { class: "choice-text" });
    if (choice.content === null) text.textContent = texts[choice.id];
    else text.innerHTML = choice.content;
    const letter = h("span", { class: "choice-letter", "aria-hidden": "true" }, choice.letter);
    const label = h("label", { class: "choice" }, input, letter, text);
    return { choice, input, label };
  }

  const rows = slot.choices.map(row);
  const clear = button(words.say("clear_answer"), () => acts.clear(), { class: "button quiet small" });
  const pictures = slot.choices.every((choice) => /<img/.test(choice.content || ""));
  const role = many ? "group" : "radiogroup";
  const element = h(
    "div",
    { class: pictures ? "choices pictures" : "choices", role, "aria-labelledby": `stem-${slot.slot}` },
    rows.map(({ label }) => label),
    h("p", { class: "choices-foot" }, clear),
  );

  return {
    element,
    update(response, locked) {
      const chosen = new Set(response);
      for (const { choice, input, label } of rows) {
        input.checked = chosen.has(choice.id);
        input.disabled = locked;
        label.classList.toggle("chosen", input.checked);
      }
      clear.classList.toggle("unseen", !chosen.size || locked);
      clear.disabled = !chosen.size || locked;
    },
  };
}

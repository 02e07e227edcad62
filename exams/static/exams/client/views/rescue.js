// The offer of a rescue file, where answers do not arrive.

import { button, fill, h } from "../dom.js";
import { createNeed, saveRescueFile } from "../rescuing.js";

/** A button that saves the file, and what to do with it then. */
export function rescueOffer(store, key, { say }, held = () => null) {
  const text = h("span", {}, say("rescue_text"));
  const element = h("div", { class: "slip-body" }, text, button(say("rescue_save"), save, { class: "button small" }));

  async function save() {
    try {
      fill(text, say("rescue_saved", { file: await saveRescueFile(store, key, held()) }));
    } catch (problem) {
      fill(text, say("rescue_failed"));
    }
  }

  return element;
}

/** The slip above the screen: comes when it is needed, goes when everything has arrived. */
export function createRescue({ ctx, words, settings }) {
  const element = h("div", { class: "notice warn slip rescue", hidden: true });
  const held = () => ({ record: ctx.record, entries: ctx.outbox.entries() });
  const isNeeded = createNeed(() => performance.now());
  return {
    element,
    update(state) {
      const wanted = !ctx.practice && isNeeded(state, ctx.outbox.status());
      if (wanted === !element.hidden) return;
      element.hidden = !wanted;
      if (wanted) fill(element, rescueOffer(ctx.store, settings.rescue_key, words, held));
    },
  };
}

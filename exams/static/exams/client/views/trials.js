// The tutorial's list of what to try; each line ticks itself off.

import { h } from "../dom.js";

const TRIALS = {
  trial_pick: (state) => state.answers.size > 0,
  trial_change: (state, seen) => seen.entries > state.answers.size,
  trial_mark: (state) => state.marked.size > 0,
  trial_turn: (state) => state.current > 0,
  trial_large: () => document.documentElement.hasAttribute("data-type"),
  trial_hand_in: (state) => state.phase === "receipt",
};

export function createTrials({ ctx, words }) {
  const lines = Object.keys(TRIALS).map((key) => [key, h("li", {}, words.say(key))]);
  const list = h("ul", { class: "trial-list" }, lines.map(([, line]) => line));
  const keys = h("p", { class: "muted" }, words.say("trial_keys"));
  const element = h("section", { class: "trials no-print" }, h("h2", {}, words.say("trial_title")), list, keys);
  return {
    element,
    update(state) {
      const seen = { entries: ctx.outbox.entries().filter((entry) => entry.slot !== undefined).length };
      for (const [key, line] of lines) if (TRIALS[key](state, seen)) line.classList.add("done");
    },
  };
}

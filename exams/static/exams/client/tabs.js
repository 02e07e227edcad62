// One tab only: a second one says so and steps aside. Told through storage events, which every browser has.

import { lasting, randomId } from "./browser.js";

const PATIENCE = 400;

/** Resolves true when this tab may work on `key`, false when another tab is at it. A later tab is answered "here". */
export function claim(key, { listen = window, patience = PATIENCE } = {}) {
  const own = randomId();
  return new Promise((resolve) => {
    let decided = false;
    listen.addEventListener("storage", (event) => {
      if (event.key !== "tab" || !event.newValue) return;
      const word = JSON.parse(event.newValue);
      if (word.key !== key || word.from === own) return;
      if (word.says === "who" && decided === "mine") say("here");
      if (word.says === "here" && !decided) {
        decided = "theirs";
        resolve(false);
      }
    });
    function say(says) {
      lasting.set("tab", JSON.stringify({ key, says, from: own, nonce: randomId() }));
    }
    say("who");
    setTimeout(() => {
      if (decided) return;
      decided = "mine";
      resolve(true);
    }, patience);
  });
}

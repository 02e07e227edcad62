// Large type and reading aloud: what a small or tired reader may switch on, kept on the device.

import { lasting } from "./browser.js";

const root = document.documentElement;

export const largeType = {
  isOn: () => root.getAttribute("data-type") === "large",
  restore: () => lasting.get("large-type") === "yes" && root.setAttribute("data-type", "large"),
  toggle() {
    if (this.isOn()) {
      root.removeAttribute("data-type");
      lasting.drop("large-type");
    } else {
      root.setAttribute("data-type", "large");
      lasting.set("large-type", "yes");
    }
    return this.isOn();
  },
};

const synthesis = "speechSynthesis" in window ? window.speechSynthesis : null;

export const speech = {
  isAvailable: () => synthesis !== null,
  isSpeaking: () => synthesis !== null && synthesis.speaking,
  stop: () => synthesis && synthesis.cancel(),
  /** Reads the parts one after another; `done` when it ends or is stopped. */
  say(parts, language, done) {
    synthesis.cancel();
    const last = parts.length - 1;
    parts.forEach((part, index) => {
      const utterance = new SpeechSynthesisUtterance(part);
      utterance.lang = language.startsWith("en") ? "en-US" : "zh-CN";
      utterance.rate = 0.9;
      if (index === last) utterance.onend = done;
      utterance.onerror = done;
      synthesis.speak(utterance);
    });
  },
};

// The bar above everything: who, how much time, whether it is saved; and the voice for those who listen.

import { button, h, write } from "../dom.js";
import { largeType } from "../preferences.js";
import { statusLine, timeWarning } from "../status.js";
import { span } from "../words.js";

const ALARMING = new Set(["warn", "danger"]);
const TIMED = new Set(["working", "paused", "starting", "handing"]);

export function createBar({ ctx, words }) {
  const { say } = words;
  const time = h("b", { class: "bar-time-figure" });
  const label = h("span", { class: "bar-time-label" }, say("time_left"));
  const timer = h("div", { class: "bar-time", role: "timer" }, label, time);
  const status = h("p", { class: "bar-status", id: "status" });
  const voice = h("p", { class: "visually-hidden", "aria-live": "polite", id: "voice" });
  const alarm = h("p", { class: "visually-hidden", "aria-live": "assertive", id: "alarm" });
  const enlarge = () => large.setAttribute("aria-pressed", String(largeType.toggle()));
  const pressed = String(largeType.isOn());
  const large = button(say("large_type"), enlarge, { class: "button small bar-large", "aria-pressed": pressed });
  const name = h("b", {});
  const place = h("span", { class: "bar-class" });
  const row = h("div", { class: "bar-row" }, h("p", { class: "bar-who" }, name, " ", place), timer, large, status);
  const element = h("div", { class: "bar" }, row, voice, alarm);
  let warned = "";
  let tone = "";

  function warn(remaining) {
    const warning = timeWarning(remaining);
    timer.className = `bar-time ${warning}`;
    if (warning && warning !== warned && warning !== "over") write(alarm, say(`time_warning_${warning}`));
    warned = warning;
  }

  return {
    element,
    /** Says something to those who listen; seen by nobody. */
    speak: (text) => write(voice, text),
    update(state) {
      const line = statusLine(state, ctx.outbox.status(), ctx.store.kind, words);
      write(status, line.text);
      status.className = `bar-status ${line.tone}`;
      status.hidden = !TIMED.has(state.phase);
      if (line.tone !== tone && (ALARMING.has(line.tone) || ALARMING.has(tone))) write(voice, line.text);
      tone = line.tone;
      write(name, state.student ? state.student.name : "");
      write(place, state.student ? state.student.class : "");
      const remaining = ctx.remaining();
      // In a pause the end moves with the clock: a figure that counts down would be wrong.
      timer.hidden = remaining === null || !TIMED.has(state.phase) || state.phase === "paused";
      if (!timer.hidden) {
        write(time, span(remaining));
        warn(remaining);
      }
    },
  };
}

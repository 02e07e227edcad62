// The waiting room: a countdown by the server's clock, or in plain words that the teacher says go.

import { fill, h, write } from "../dom.js";
import { span } from "../words.js";
import { createSoundCheck } from "./sound.js";

const SURE = 1000;

export function createWaiting({ ctx, words }) {
  const { say } = words;
  const lead = h("p", { class: "waiting-lead" });
  const figure = h("p", { class: "waiting-figure", role: "timer" });
  const facts = h("ul", { class: "waiting-facts" });
  const late = h("p", { class: "muted small-text" });
  const checks = h("ul", { class: "checks" });
  const sound = h("div", {});
  let proof = "";
  const aside = { class: "button", href: "/tutorial/", target: "_blank", rel: "noopener" };
  const tutorial = h("a", aside, say("open_tutorial"));
  const title = h("h1", { tabindex: "-1" });
  const element = h(
    "section",
    { class: "sheet-of-paper waiting" },
    title,
    lead,
    figure,
    facts,
    late,
    checks,
    sound,
    h("p", { class: "muted" }, say("waiting_by_itself")),
    h("p", {}, tutorial),
  );

  function facing({ sitting }) {
    const until = sitting.admission_until;
    const cuts = sitting.closing_cuts !== false;
    fill(
      facts,
      h("li", {}, say("fact_items", { count: sitting.item_count })),
      h("li", {}, say("fact_minutes", { minutes: Math.round(sitting.time_limit_ms / 60000) })),
      cuts && h("li", {}, say("fact_closes", { at: words.minute(sitting.closes_at) })),
      until && h("li", {}, say("fact_admission", { at: words.minute(until) })),
    );
    write(late, sitting.late_start && until ? say(`late_${sitting.late_start}`) : "");
    late.hidden = !late.textContent;
    if (ctx.record.paper.audio) fill(sound, createSoundCheck({ words }));
  }

  /** A line of the list: done, still coming, or to be told to the teacher. */
  const line = (tone, key) => h("li", { class: tone }, say(key));

  function proven(state) {
    const timed = ctx.clock.isKnown() && ctx.clock.uncertainty() < SURE;
    const kept = ctx.store.kind === "device";
    const now = [timed, kept, state.paperIs, state.offlineSince === null].join();
    if (proof === now) return;
    proof = now;
    const lines = [
      line("ok", "check_entered"),
      timed ? line("ok", "check_clock") : line("pending", "check_clock_pending"),
      kept ? line("ok", "check_storage") : line("warn", "check_storage_memory"),
      state.paperIs === "here" ? line("ok", "check_paper") : line("pending", `check_paper_${state.paperIs}`),
    ];
    if (state.offlineSince !== null) lines.push(line("warn", "check_offline"));
    fill(checks, lines);
  }

  return {
    element,
    heading: title,
    enter(state) {
      write(title, state.sitting.title);
      facing(state);
    },
    update(state) {
      if (state.sitting) proven(state);
      const now = ctx.clock.now();
      if (state.startsAt === null || state.startsAt === undefined) {
        // At the clock only a pause of the class takes the start away.
        write(lead, state.sitting.start_mode === "clock" ? say("waiting_held") : say("waiting_for_go"));
        write(figure, "");
      } else {
        write(lead, say("waiting_until", { at: words.time(state.startsAt) }));
        write(figure, now === null ? "" : span(state.startsAt - now));
      }
      figure.hidden = !figure.textContent;
    },
  };
}

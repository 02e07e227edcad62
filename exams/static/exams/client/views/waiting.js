// The waiting room: a countdown by the server's clock, or in plain words that the teacher says go.

import { fill, h, write } from "../dom.js";
import { span } from "../words.js";

export function createWaiting({ ctx, words }) {
  const { say } = words;
  const lead = h("p", { class: "waiting-lead" });
  const figure = h("p", { class: "waiting-figure", role: "timer" });
  const facts = h("ul", { class: "waiting-facts" });
  const checks = h("ul", { class: "checks" });
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
    checks,
    h("p", { class: "muted" }, say("waiting_by_itself")),
    h("p", {}, tutorial),
  );

  function facing(state) {
    const { sitting } = state;
    fill(
      facts,
      h("li", {}, say("fact_items", { count: sitting.item_count })),
      h("li", {}, say("fact_minutes", { minutes: Math.round(sitting.time_limit_ms / 60000) })),
      h("li", {}, say("fact_closes", { at: words.minute(sitting.closes_at) })),
    );
  }

  function proven() {
    const timed = ctx.clock.isKnown();
    const kept = ctx.store.kind === "device";
    if (proof === `${timed} ${kept}`) return;
    proof = `${timed} ${kept}`;
    fill(
      checks,
      h("li", { class: "ok" }, say("check_entered")),
      h("li", { class: timed ? "ok" : "pending" }, say(timed ? "check_clock" : "check_clock_pending")),
      h("li", { class: kept ? "ok" : "warn" }, say(kept ? "check_storage" : "check_storage_memory")),
    );
  }

  return {
    element,
    heading: title,
    enter(state) {
      write(title, state.sitting.title);
      facing(state);
    },
    update(state) {
      if (state.sitting) proven();
      const now = ctx.clock.now();
      if (state.startsAt === null || state.startsAt === undefined) {
        write(lead, say("waiting_for_go"));
        write(figure, "");
      } else {
        write(lead, say("waiting_until", { at: words.time(state.startsAt) }));
        write(figure, now === null ? "" : span(state.startsAt - now));
      }
      figure.hidden = !figure.textContent;
    },
  };
}

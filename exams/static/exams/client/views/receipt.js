// Handed in: the receipt, then the result as far as it may be seen.

import { button, fill, h, write } from "../dom.js";
import { watchResult } from "../outcome.js";
import { createResult } from "./result.js";

export function createReceipt({ ctx, words, leave }) {
  const { say } = words;
  const title = h("h1", { tabindex: "-1" });
  const facts = h("dl", { class: "receipt-facts" });
  const late = h("p", { class: "notice warn" }, say("receipt_late"));
  const pending = h("p", { class: "muted", role: "status" });
  const outcome = h("div", { class: "stack" });
  const print = button(say("print"), () => window.print(), { class: "button" });
  const element = h(
    "div",
    { class: "stack" },
    h(
      "section",
      { class: "sheet-of-paper receipt stack" },
      h("div", { class: "plain-sign done", "aria-hidden": "true" }),
      title,
      facts,
      late,
      pending,
      h("div", { class: "row no-print" }, button(say("leave"), leave, { class: "button large primary" }), print),
      h("p", { class: "muted small-text no-print" }, say("leave_hint")),
    ),
    outcome,
  );
  let shown = null;

  function stated(state) {
    const rows = [];
    if (state.receipt) {
      rows.push([say("receipt_code"), h("b", { class: "receipt-code" }, state.receipt.code)]);
      if (state.receipt.at) rows.push([say("receipt_at"), words.time(state.receipt.at)]);
    }
    if (state.student && !ctx.practice) rows.push([say("receipt_who"), `${state.student.class} ${state.student.name}`]);
    if (state.sitting && !ctx.practice) rows.push([say("receipt_sitting"), state.sitting.title]);
    fill(facts, rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
  }

  function pendingText(state) {
    if (state.result) return "";
    const problem = state.resultProblem;
    if (!problem) return say("result_loading");
    if (state.resultAt) return say("result_at", { at: words.day(state.resultAt) });
    if (problem.type === "not_released") return say("result_later");
    return problem.network ? say("no_network") : problem.message;
  }

  return {
    element,
    heading: title,
    enter(state) {
      const given = state.receipt ? "receipt_title" : "receipt_over_title";
      write(title, say(state.endedByServer ? "receipt_ended_title" : given));
      stated(state);
      watchResult(ctx);
    },
    update(state) {
      late.hidden = !(state.receipt && state.receipt.late);
      write(pending, pendingText(state));
      pending.hidden = !pending.textContent;
      if (state.result && state.result !== shown) {
        shown = state.result;
        fill(outcome, createResult(state.result, words, ctx.record.started && ctx.record.started.layout));
      }
    },
  };
}

// The result: the level, what goes well and what to learn again, then item by item as far as the policy shows them.

import { h } from "../dom.js";
import { arranged } from "../paper.js";

const HIGH = 0.85;
const FAIR = 0.6;

const share = (row) => (row.max > 0 ? row.score / row.max : 0);

function topic(row, { say, language }) {
  const part = share(row);
  const word = part >= HIGH ? "topic_high" : part >= FAIR ? "topic_fair" : "topic_low";
  const title = (language.startsWith("en") && row.title_en) || row.title;
  return h(
    "li",
    { class: `topic ${word}` },
    h("span", { class: "topic-title" }, title),
    h("progress", { max: "1", value: String(part), "aria-hidden": "true" }),
    h("span", { class: "topic-word" }, say(word)),
  );
}

function choice(slot, one, row, { say }) {
  const mine = row.response.includes(one.id);
  const key = (row.key || []).includes(one.id);
  const content = one.content === null ? say(`choice_${one.id}`) : one.content;
  const notes = [key && say("key_is"), mine && say("yours")].filter(Boolean);
  return h(
    "li",
    { class: `told${key ? " key" : ""}${mine && !key && row.key ? " wrong" : ""}` },
    one.content === null ? h("span", {}, content) : h("span", { html: content }),
    notes.length ? h("small", {}, notes.join(" · ")) : null,
  );
}

function item(slot, row, words) {
  const { say } = words;
  const verdict = row.right ? "right" : row.score > 0 ? "partly" : row.response.length ? "wrong" : "open";
  const tone = { right: "ok", partly: "warn", wrong: "danger", open: "muted" }[verdict];
  const badge = h("span", { class: `badge ${tone}` }, say(`verdict_${verdict}`));
  const explained = h("div", { html: row.explanation || "" });
  return h(
    "li",
    { class: "card told-item" },
    h("p", { class: "told-head" }, h("b", {}, String(slot.number)), badge),
    h("div", { class: "stem", html: slot.stem }),
    h("ul", { class: "told-choices" }, slot.choices.map((one) => choice(slot, one, row, words))),
    row.explanation && h("div", { class: "explanation" }, h("b", {}, say("explanation")), explained),
    row.citation ? h("p", { class: "muted small-text" }, say("citation", { citation: row.citation })) : null,
  );
}

function items(result, words, layout) {
  const { slots: told, paper } = result;
  if (!told || !told.length || !paper) return h("p", { class: "notice info" }, words.say("items_later"));
  const rows = new Map(told.map((row) => [Number(row.slot), row]));
  const slots = arranged(paper, layout).filter((slot) => rows.has(slot.slot));
  const list = slots.map((slot) => item(slot, rows.get(slot.slot), words));
  const title = h("h2", {}, words.say("items_title"));
  return h("section", { class: "stack" }, title, h("ol", { class: "told-items" }, list));
}

export function createResult(result, words, layout) {
  const { say } = words;
  const marks = result.score !== undefined && result.score !== null;
  const byNeed = [...(result.topics || [])].sort((a, b) => share(a) - share(b));
  const topics = byNeed.map((row) => topic(row, words));
  return [
    h(
      "section",
      { class: `sheet-of-paper level ${result.level}` },
      h("h2", { class: "level-label" }, say("level_title")),
      h("p", { class: "level-word" }, say(`level_${result.level}`)),
      h("p", {}, say(`level_${result.level}_text`)),
      marks ? h("p", { class: "level-marks" }, say("marks", { score: result.score, max: result.max_score })) : null,
      topics.length ? h("div", {}, h("h3", {}, say("topics_title")), h("ul", { class: "topics" }, topics)) : null,
    ),
    items(result, words, layout),
  ];
}

// The door's form, on the front page and on the exam page: the card, one question whether it is the right child, and
// patience where another device is still at the attempt.

import { timers } from "./browser.js";
import { write } from "./dom.js";
import { admit, decline, fault, proceed, scanned } from "./entering.js";
import { askAgain } from "./occupied.js";
import { tendCardField } from "./views/card-field.js";

const $ = (id) => document.getElementById(id);
const wait = (ms) => new Promise((resolve) => timers.set(resolve, ms));

function complain(text, tone = "") {
  const trouble = $("card-trouble");
  write(trouble, text);
  trouble.className = `card-trouble ${tone}`;
  trouble.hidden = !text;
  $("card").setAttribute("aria-invalid", String(Boolean(text) && tone !== "patient"));
}

function explained(problem, { say, day }) {
  if (problem.network) return say("no_network");
  const { opens_at: opensAt } = problem.body;
  return problem.type === "not_open" && opensAt ? say("not_open_until", { at: day(opensAt) }) : problem.message;
}

/** parts: {store, connection}; the page's own words. */
export function openDoor(parts, words) {
  const { say } = words;
  const form = $("card-form");
  let asking = null;

  function label(key, on = false) {
    $("card-enter").disabled = on;
    write($("card-enter"), say(key));
  }

  function rest() {
    if (asking) asking.stop();
    asking = null;
  }

  const field = tendCardField($("card"), (digits) => {
    rest();
    label("enter");
    const wrong = digits.length >= 12 ? fault(digits) : null;
    complain(wrong ? say(wrong) : "");
  });

  function confirm(record) {
    const { student, sitting } = record;
    // A word joiner keeps "八年级(3)班" on one line.
    const grade = student.class.replace(/\)/g, ")\u2060");
    write($("confirm-question"), say("is_it_you", { name: student.name, class: grade }));
    write($("confirm-place"), student.school);
    write($("confirm-sitting"), sitting.title);
    form.hidden = true;
    $("confirm").hidden = false;
    $("confirm-yes").onclick = () => proceed(record);
    $("confirm-no").onclick = async () => {
      await decline(parts, record);
      $("confirm").hidden = true;
      ["confirm-question", "confirm-place"].forEach((id) => write($(id), ""));
      form.hidden = false;
      field.set("");
      $("card").focus();
    };
    $("confirm-question").focus();
  }

  function refuse(problem) {
    label("enter");
    complain(explained(problem, words));
    $("card").focus();
  }

  /** The field stays open: whoever types something else ends the asking. */
  function occupied(first, digits) {
    const told = (how) => {
      label(how === "stopped" ? "try_again" : "enter");
      complain(say(how === "stopped" ? "occupied_stopped" : "occupied_again"), "patient");
    };
    const ask = { first, act: () => admit(parts, digits, wait), timers, random: Math.random };
    asking = askAgain({ ...ask, now: () => performance.now(), told, done: confirm, failed: refuse });
  }

  async function tryCard(digits) {
    rest();
    const wrong = fault(digits);
    if (wrong) return complain(say(wrong));
    complain("");
    label("entering", true);
    try {
      confirm(await admit(parts, digits, wait));
      label("enter");
    } catch (problem) {
      if (problem.type === "occupied") occupied(problem, digits);
      else refuse(problem);
    }
    return null;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tryCard(field.digits());
  });
  window.addEventListener("hashchange", () => window.location.hash.length > 11 && window.location.reload());
  // Until now the button was shut: Enter on a slow machine would have sent the form, and with it what was typed, away.
  label("enter");
  const digits = scanned();
  if (digits) {
    field.set(digits);
    tryCard(digits);
  }
}

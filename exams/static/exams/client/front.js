// The front page: card, confirmation, and what the device still holds of earlier tests.

import { pageData, timers } from "./browser.js";
import { createClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { fill, h, write } from "./dom.js";
import { admit, decline, fault, proceed, scanned } from "./entering.js";
import { sendLeftovers } from "./leftovers.js";
import { largeType } from "./preferences.js";
import { openStore } from "./storage.js";
import { tendCardField } from "./views/card-field.js";
import { createWords } from "./words.js";

const settings = pageData("client-settings");
const words = createWords(pageData("client-messages"), settings);
const { say } = words;
const $ = (id) => document.getElementById(id);
const form = $("card-form");
const trouble = $("card-trouble");
const wait = (ms) => new Promise((resolve) => timers.set(resolve, ms));

function complain(text) {
  write(trouble, text);
  trouble.hidden = !text;
  $("card").setAttribute("aria-invalid", String(Boolean(text)));
}

function busy(on) {
  $("card-enter").disabled = on;
  write($("card-enter"), say(on ? "entering" : "enter"));
}

function explained(problem) {
  if (problem.network) return say("no_network");
  if (problem.type === "not_open" && problem.body.opens_at) {
    return say("not_open_until", { at: words.day(problem.body.opens_at) });
  }
  return problem.message;
}

function confirm(store, record) {
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
    await decline(store, record);
    $("confirm").hidden = true;
    form.hidden = false;
    field.set("");
    $("card").focus();
  };
  $("confirm-question").focus();
}

const field = tendCardField($("card"), (digits) => {
  const wrong = digits.length >= 12 ? fault(digits) : null;
  complain(wrong ? say(wrong) : "");
});

async function tryCard(parts, digits) {
  const wrong = fault(digits);
  if (wrong) return complain(say(wrong));
  complain("");
  busy(true);
  try {
    confirm(parts.store, await admit(parts, digits, wait));
  } catch (problem) {
    complain(explained(problem));
    $("card").focus();
  }
  return busy(false);
}

async function showReceipts(store) {
  const receipts = (await store.receipts()).sort((a, b) => b.at - a.at).slice(0, 5);
  $("receipts").hidden = !receipts.length;
  const line = ({ code, at, title }) => h("li", {}, h("b", {}, code), ` ${words.day(at)} ${title}`);
  fill($("receipt-list"), receipts.map(line));
}

async function open() {
  largeType.restore();
  const store = await openStore();
  const clock = createClock(() => performance.now());
  const connection = createConnection({ ...settings, clock, token: () => null, heard: () => {} });
  const parts = { store, connection };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tryCard(parts, field.digits());
  });
  const digits = scanned();
  if (digits) {
    field.set(digits);
    tryCard(parts, digits);
  }
  window.addEventListener("hashchange", () => window.location.hash.length > 11 && window.location.reload());
  sendLeftovers(store, settings, {
    told(count) {
      $("leftovers").hidden = !count;
      write($("leftovers"), say("leftovers", { count }));
    },
  });
  showReceipts(store);
}

open();

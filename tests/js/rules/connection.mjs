// The calls of the lane on a browser's fetch: what is sent, what a refusal becomes, what a call at the page's end does.

import { createConnection } from "../../../exams/static/exams/client/connection.js";
import { check, equal } from "./laboratory.mjs";

function answer(status, body, headers = {}) {
  const typed = { "Content-Type": "application/json", ...headers };
  return { ok: status < 400, status, headers: { get: (name) => typed[name] || null }, json: async () => body };
}

/** A connection on a fetch that answers with what `answers` hold, one after the other; an Error is thrown. */
function connected(answers, token = "t") {
  const asked = [];
  const heard = [];
  const fetch = async (address, options) => {
    asked.push({ address, ...options });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  const clock = { monotonic: () => 0, sample: () => {} };
  const parts = { base: "/lane/v1/", language: "zh-Hans", clock, token: () => token, heard: (ok) => heard.push(ok), fetch };
  return { asked, heard, connection: createConnection(parts) };
}

const refused = (promise) => promise.then(() => check(false, "this call must be refused"), (problem) => problem);

export default {
  async "a call goes to our own door, with the token, and never from a cache"() {
    const { asked, connection } = connected([answer(200, { saved_seq: 1, now: 1 })]);
    await connection.save([{ seq: 1 }]);
    const { address, method, mode, cache, credentials, keepalive, headers, body } = asked[0];
    equal([address, method, mode, cache, credentials, Boolean(keepalive)], ["/lane/v1/save", "POST", "same-origin", "no-store", "omit", false]);
    equal([headers.Authorization, headers["Accept-Language"], body], ["Bearer t", "zh-Hans", '{"entries":[{"seq":1}]}']);
  },

  async "at the page's end a call outlives the page"() {
    const { asked, heard, connection } = connected([answer(200, { saved_seq: 1, now: 1 })]);
    await connection.save([{ seq: 1 }], { urgent: true });
    equal([asked.length, asked[0].keepalive, heard], [1, true, [true]]);
  },

  async "a browser that refuses calls which outlive the page is not taken for a lost network"() {
    const { asked, heard, connection } = connected([new TypeError("keepalive"), answer(200, { saved_seq: 1, now: 1 })]);
    equal((await connection.save([{ seq: 1 }], { urgent: true })).saved_seq, 1);
    equal([asked.map((one) => Boolean(one.keepalive)), heard], [[true, false], [true]]);
  },

  async "without a network a call fails once, is told so, and may be tried again"() {
    const { asked, heard, connection } = connected([new TypeError("no network")]);
    const problem = await refused(connection.pulse());
    equal([asked.length, problem.network, problem.retry, problem.status, heard], [1, true, true, 0, [false]]);
  },

  async "a page of the school's network instead of an answer is no network"() {
    const page = answer(200, null, { "Content-Type": "text/html" });
    const { heard, connection } = connected([page]);
    equal([(await refused(connection.state())).network, heard], [true, [false]]);
  },

  async "a refusal keeps its type, its words and when to ask again"() {
    const body = { type: "https://docs/problems#full", title: "满", detail: "稍等", now: 1 };
    const { heard, connection } = connected([answer(503, body, { "Retry-After": "2" })]);
    const { status, type, message, retryAfterMs, retry, network } = await refused(connection.start());
    equal([status, type, message, retryAfterMs, retry, network, heard], [503, "full", "稍等", 2000, true, false, [true]]);
  },

  async "what is asked again and what is not"() {
    for (const [status, again] of [[400, false], [401, false], [404, false], [409, false], [413, false], [422, false], [425, true], [429, true], [500, true], [502, true], [504, true]]) {
      const { connection } = connected([answer(status, { type: "x" })]);
      equal([status, (await refused(connection.pulse())).retry], [status, again]);
    }
  },

  async "a seat is given back with the token that opened it, and the call outlives the page"() {
    const { asked, connection } = connected([answer(200, { state: "entered", now: 1 })], null);
    await connection.leave("theirs");
    equal([asked[0].address, asked[0].headers.Authorization, asked[0].keepalive], ["/lane/v1/leave", "Bearer theirs", true]);
  },

  async "before a card is known no token is sent"() {
    const { asked, connection } = connected([answer(200, { now: 1 })], null);
    await connection.enter({ card: "1" });
    check(!("Authorization" in asked[0].headers), "no token, no header");
  },
};

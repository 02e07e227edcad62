import { caretAfter, digitsOf, isCard, spaced } from "../../../exams/static/exams/client/card.js";
import { fault } from "../../../exams/static/exams/client/entering.js";
import { carriedOver, enter } from "../../../exams/static/exams/client/journal.js";
import { meaning } from "../../../exams/static/exams/client/keyboard.js";
import { arranged, merged, picked, unanswered } from "../../../exams/static/exams/client/paper.js";
import { statusLine, timeWarning } from "../../../exams/static/exams/client/status.js";
import { memoryStore } from "../../../exams/static/exams/client/storage.js";
import { noticeText } from "../../../exams/static/exams/client/views/notices.js";
import { createWords, span } from "../../../exams/static/exams/client/words.js";
import { check, equal, PAPER } from "./laboratory.mjs";

const CARD = "123456789015";
const LAYOUT = { slots: [2, 3, 1], choices: { 2: ["c3", "c1", "c2"] } };

function damm() {
  for (let digit = 0; digit < 10; digit += 1) if (isCard(CARD.slice(0, 11) + digit)) return CARD.slice(0, 11) + digit;
  return null;
}

const calm = { refusal: null, offlineSince: null };
const box = { answers: 0, failures: 0, kept: false, degraded: false, savedAt: null };
const words = { say: (key, values) => `${key}${values ? JSON.stringify(values) : ""}`, time: (ms) => `t${ms}` };
const line = (state, outbox, kind = "device") => statusLine({ ...calm, ...state }, { ...box, ...outbox }, kind, words);

export default {
  "every wrong digit and every swap of neighbours is caught"() {
    const card = damm();
    check(isCard(card), "exactly one check digit fits");
    for (let place = 0; place < 12; place += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const wrong = card.slice(0, place) + digit + card.slice(place + 1);
        equal(isCard(wrong), wrong === card);
      }
      const swapped = card.slice(0, place) + (card[place + 1] || "") + card[place] + card.slice(place + 2);
      if (swapped !== card) check(!isCard(swapped), `swap at ${place}`);
    }
  },
  "full-width digits, spaces and hyphens are understood"() {
    equal(digitsOf("１２３４ 5678－9０"), "1234567890");
    equal(spaced("123456789012"), "1234 5678 9012");
    equal(spaced("12345"), "1234 5");
    equal([fault("123"), fault("1".repeat(13)), fault("1".repeat(12))], ["card_short", "card_long", "card_mistyped"]);
  },
  "the caret stays behind the digit that was typed"() {
    equal([0, 1, 4, 5, 12].map((count) => caretAfter(count, "123456789012")), [0, 1, 5, 6, 14]);
    equal(caretAfter(4, "1234"), 4);
  },
  "slots and choices stand in the order of the layout"() {
    const slots = arranged(PAPER, LAYOUT);
    equal(slots.map((slot) => [slot.number, slot.slot]), [[1, 2], [2, 3], [3, 1]]);
    equal(slots[0].choices.map((choice) => choice.letter + choice.id), ["Ac3", "Bc1", "Cc2"]);
    equal(slots[1].choices.map((choice) => choice.id), ["true", "false"]);
    equal(slots[2].choices.map((choice) => choice.id), ["c1", "c2", "c3"]);
  },
  "a letter never enters a response"() {
    const [slot] = arranged(PAPER, LAYOUT);
    equal(picked(slot, [], slot.choices[0].id), ["c3"]);
    const many = { ...slot, kind: "multiple_choice" };
    equal(picked(many, ["c2"], "c3"), ["c3", "c2"]);
    equal(picked(many, ["c3", "c2"], "c3"), ["c2"]);
  },
  "the device's own journal stands over what the server knew"() {
    const answers = merged({ 1: ["c1"], 2: ["c2"] }, [{ seq: 3, slot: 2, response: [] }, { seq: 4, event: "hidden" }]);
    equal([...answers], [[1, ["c1"]], [2, []]]);
    equal(unanswered(arranged(PAPER, LAYOUT), answers).map((slot) => slot.number), [1, 2]);
  },
  "keys mean what the tutorial teaches, whatever the input method"() {
    equal(meaning({ code: "KeyA", key: "Process" }), { act: "pick", index: 0 });
    equal(meaning({ code: "", key: "f" }), { act: "pick", index: 5 });
    equal(meaning({ code: "KeyM", key: "m" }), { act: "mark" });
    equal(meaning({ code: "ArrowRight", key: "ArrowRight" }), { act: "next", index: 1 });
    equal(meaning({ code: "KeyX", key: "x" }), null);
  },
  "the line says saved only after the server's word"() {
    equal(line({}, {}).text, "status_ready");
    equal(line({}, { answers: 1 }).text, "status_saving");
    equal(line({}, { savedAt: 5, answers: 1 }).text, "status_saving");
    equal(line({}, { savedAt: 5 }), { tone: "ok", text: 'status_saved{"at":"t5"}' });
  },
  "the line says since when the network is gone, and how much is not sent"() {
    equal(line({ offlineSince: 7 }, { answers: 3, savedAt: 5 }).text, 'status_offline_unsent{"since":"t7","count":3}');
    equal(line({ offlineSince: 7 }, { savedAt: 5 }).tone, "warn");
    equal(line({}, { failures: 2, answers: 1 }).tone, "warn");
    equal(line({ offlineSince: 7 }, { unsent: 2, savedAt: 5 }).text, 'status_offline{"since":"t7","count":0}', "events are no answers");
    equal(line({}, { savedAt: 5 }, "memory").tone, "warn");
    equal(line({ refusal: "x" }, { savedAt: 5 }).tone, "danger");
  },
  "time warns at five minutes and at one"() {
    equal([300001, 300000, 60001, 60000, 0, null].map(timeWarning), ["", "five", "five", "one", "over", ""]);
    equal([span(0), span(61000), span(59001), span(3661000)], ["00:00", "01:01", "01:00", "1:01:01"]);
  },
  "sentences are filled in, unknown ones show themselves"() {
    const real = createWords({ hello: "{name}，{name}" }, { language: "en", time_zone: "Asia/Shanghai" });
    equal(real.say("hello", { name: "B" }), "B，B");
    equal(real.say("no_such"), "no_such");
    equal(real.time(0), "08:00:00");
  },
  "more time, a delay and time given back are told in the student's own language"() {
    const messages = {
      notice_extended: "{minutes} more",
      notice_start_delayed: "start {minutes} later",
      notice_close_delayed: "end {minutes} later",
      notice_compensated: "{time} back: {why}",
      span_minutes: "{minutes} min",
      span_both: "{minutes} min {seconds} s",
      span_seconds: "{seconds} s",
    };
    const real = createWords(messages, { language: "en" });
    const told = (kind, data, text = "原文") => noticeText({ kind, text, data }, real);
    equal(told("compensated", { ms: 280_999, why: "断网" }), "4 min 40 s back: 断网");
    equal(told("compensated", { ms: 240_000, why: "断网" }), "4 min back: 断网");
    equal(told("compensated", { ms: 40_000, why: "断网" }), "40 s back: 断网");
    equal(told("extended", { minutes: 9 }), "9 more");
    equal(told("delayed", { minutes: 15, start: true }), "start 15 later");
    equal(told("delayed", { minutes: 15, start: false }), "end 15 later");
    equal([told("extended", {}), told("compensated", null), told("announcement", {})], ["原文", "原文", "原文"]);
  },
  async "memory keeps journals apart and drops them whole"() {
    const store = memoryStore();
    await store.putEntry("a/1", { seq: 2, slot: 1, response: ["c1"], at: 0 });
    await store.putEntry("a/1", { seq: 1, event: "hidden", at: 0 });
    await store.putEntry("b/1", { seq: 1, event: "hidden", at: 0 });
    equal((await store.entries("a/1")).map((entry) => entry.seq), [1, 2]);
    check(!("key" in (await store.entries("a/1"))[0]), "an entry does not carry the journal's key");
    await store.dropJournal("a/1");
    equal([(await store.entries("a/1")).length, (await store.entries("b/1")).length], [0, 1]);
  },
  async "a journal on the device says which device it is, also when the browser forgot that"() {
    const store = memoryStore();
    const asked = [];
    const answer = { token: "t", state: "active", student: {}, sitting: {}, paper: {} };
    const connection = { enter: async (body) => asked.push(body) && { ...answer, epoch: asked.length > 2 ? 2 : 1 } };
    const record = await enter({ store, connection, card: CARD });
    await store.putJournal({ ...record, device: "d1", current: 7 });
    const again = await enter({ store, connection, card: CARD });
    equal([asked[1].device, asked[1].journal, again.current], ["d1", asked[0].journal, 7]);
    const moved = await carriedOver({ store, connection, record: again, responses: [] });
    equal([asked[2].device, moved.device, asked[2].journal === asked[0].journal], ["d1", "d1", false]);
  },
};

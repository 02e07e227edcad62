import { createClock } from "../../../exams/static/exams/client/clock.js";
import { chance, check, equal } from "./laboratory.mjs";

export default {
  "one answer bounds the server's time by the way there and back"() {
    const clock = createClock(() => 1000);
    clock.sample(900, 1000, 5000000);
    check(Math.abs(clock.now() - 5000050) <= 1, "half of the way back is added");
    equal(clock.uncertainty(), 50);
  },
  "many answers are never worse than the best of the last dozen, whatever the delays"() {
    for (let seed = 1; seed <= 50; seed += 1) {
      const random = chance(seed);
      const offset = 1.7e12 + random() * 1e6;
      let monotonic = random() * 1e5;
      const clock = createClock(() => monotonic);
      const trips = [];
      for (let i = 0; i < 20; i += 1) {
        const sent = monotonic;
        const there = 5 + random() * 800;
        const back = 5 + random() * 800;
        monotonic += there + back;
        clock.sample(sent, monotonic, Math.round(offset + sent + there));
        trips.push(there + back);
        const best = Math.min(...trips.slice(-12));
        check(Math.abs(clock.now() - (offset + monotonic)) <= best / 2 + 16, `seed ${seed}, answer ${i}`);
        monotonic += random() * 5000;
      }
    }
  },
  "after the machine slept the newest answer is believed at once"() {
    let monotonic = 0;
    const clock = createClock(() => monotonic);
    clock.sample(0, 20, 1000000);
    monotonic = 60000;
    clock.sample(59990, 60000, 1000000 + 60000 + 3600000);
    check(Math.abs(clock.now() - 4660000) <= 10, "an hour of sleep is made good by one answer");
  },
  "a guess lasts until the first answer"() {
    let monotonic = 10;
    const clock = createClock(() => monotonic);
    equal(clock.now(), null);
    clock.guess(777000);
    equal(clock.now(), 777000);
    check(!clock.isKnown(), "a guess is no knowledge");
    clock.sample(10, 10, 1000);
    equal(clock.now(), 1000);
    clock.guess(5);
    equal(clock.now(), 1000);
  },
  "the computer's own clock is never asked, so that it may be hours off or put back"() {
    const wall = Date.now;
    Date.now = () => {
      throw new Error("somebody asked the wall clock");
    };
    try {
      let monotonic = 0;
      const clock = createClock(() => monotonic);
      clock.guess(500);
      clock.sample(0, 10, 1000000);
      monotonic = 90000;
      equal(clock.now(), 1090000 - 5);
    } finally {
      Date.now = wall;
    }
  },
  "another server's clock that runs behind moves the time back once, and then it runs on"() {
    let monotonic = 0;
    const clock = createClock(() => monotonic);
    clock.sample(0, 10, 9000000);
    monotonic = 1000;
    clock.sample(990, 1000, 5000000);
    const told = clock.now();
    check(Math.abs(told - 5000005) <= 1, "the newest answer is believed");
    monotonic = 61000;
    equal(clock.now(), told + 60000);
  },
  "an answer without a time teaches nothing"() {
    const clock = createClock(() => 0);
    clock.sample(0, 1, undefined);
    clock.sample(0, 1, NaN);
    equal(clock.now(), null);
  },
};

import { duration, phase } from "../../../proctoring/static/proctoring/countdown.js";
import { equal } from "./laboratory.mjs";

const CLOCK = { opens_at: 1_000, starts_at: 10_000, closes_at: 100_000, ended_at: null };
const ROW = { answering: [1, "answering", 3, 20, false, 60_000], absent: [2, "absent", 0, 20, false, null] };

function at(now, clock = {}, rows = [ROW.absent]) {
  const { word, until } = phase({ clock: { ...CLOCK, ...clock }, rows }, now);
  return `${word} ${until}`;
}

export default {
  "a room counts down to its opening, its start and its close": () => {
    equal(at(500), "opens_in 1000");
    equal(at(2_000), "starts_in 10000");
    equal(at(20_000), "ends_in 100000");
    equal(at(100_000), "over null");
  },

  "a room that waits for the go counts down to nothing": () => {
    equal(at(20_000, { starts_at: null }), "waits null");
    equal(at(500, { starts_at: null }), "opens_in 1000");
  },

  "while somebody answers the last deadline counts, before the close and after it": () => {
    equal(at(20_000, {}, [ROW.answering, ROW.absent]), "ends_in 60000");
    equal(at(20_000, {}, [ROW.answering, [3, "offline", 0, 20, false, 130_000]]), "ends_in 130000");
    equal(at(110_000, {}, [[3, "offline", 0, 20, false, 130_000]]), "ends_in 130000");
    equal(at(110_000, {}, [[3, "submitted", 20, 20, false, 130_000]]), "over null");
  },

  "a room that was ended has ended": () => equal(at(20_000, { ended_at: 15_000 }, [ROW.answering]), "ended null"),

  "a duration has hours only when there are some, and is never below zero": () => {
    equal(duration(61_000), "01:01");
    equal(duration(3_600_000), "1:00:00");
    equal(duration(-5), "00:00");
    equal(duration(1), "00:01");
  },
};

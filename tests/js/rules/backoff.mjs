import { capFor, delay } from "../../../exams/static/exams/client/backoff.js";
import { chance, check, equal } from "./laboratory.mjs";

export default {
  "waits grow to the cap and are spread over the whole of it"() {
    const random = chance(3);
    const waits = Array.from({ length: 500 }, () => delay(12, { random }));
    check(Math.max(...waits) <= 30000 && Math.max(...waits) > 28000, "up to the cap");
    check(Math.min(...waits) < 2000, "full jitter begins near nothing");
    check(delay(1, { random: () => 0.999 }) <= 1000, "the first wait is short");
  },
  "a server that says when is not asked earlier"() {
    for (const random of [() => 0, () => 0.5, () => 0.999]) {
      check(delay(1, { random, retryAfterMs: 7000 }) >= 7000, "never before Retry-After");
      check(delay(1, { random, retryAfterMs: 2000 }) <= 3000, "nor long after it at first");
    }
  },
  "a server that stays busy is asked ever less often, within the cap"() {
    const random = chance(5);
    const mean = (failures) =>
      Array.from({ length: 400 }, () => delay(failures, { random, retryAfterMs: 2000 })).reduce((a, b) => a + b) / 400;
    check(mean(5) > 2 * mean(1) && mean(7) > 1.5 * mean(5), "grows with every failure");
    const near = Array.from({ length: 400 }, () => delay(9, { random, retryAfterMs: 2000, cap: 10000 }));
    check(Math.max(...near) <= 10000 && Math.min(...near) >= 2000, "between Retry-After and the cap");
  },
  "in the last two minutes one waits ten seconds at most"() {
    equal([capFor(null), capFor(120001), capFor(120000), capFor(-5)], [30000, 30000, 10000, 10000]);
  },
};

// The sentences of the page (exams/client_messages.py), times and spans in words.

/** say(key, values): the sentence with its {words} filled in. An unknown key shows itself. */
export function createWords(messages, { language = "zh-hans", time_zone: timeZone = "Asia/Shanghai" } = {}) {
  const locale = language.startsWith("en") ? "en-GB" : "zh-CN";
  function say(key, values = {}) {
    return (messages[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }
  function shown(ms, options) {
    return new Date(ms).toLocaleString(locale, { hourCycle: "h23", timeZone, ...options });
  }
  return {
    say,
    language,
    /** 10:32:08 */
    time: (ms) => shown(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    minute: (ms) => shown(ms, { hour: "2-digit", minute: "2-digit" }),
    day: (ms) => shown(ms, { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" }),
    /** 4 分钟, 4 分 40 秒, 40 秒; seconds that are not whole are left out. */
    lasting(ms) {
      const [minutes, seconds] = [Math.floor(ms / 60_000), Math.floor(ms / 1000) % 60];
      if (!seconds) return say("span_minutes", { minutes });
      return minutes ? say("span_both", { minutes, seconds }) : say("span_seconds", { seconds });
    },
  };
}

/** 38:21, or 1:05:09 from an hour on. */
export function span(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${String(minutes).padStart(2, "0")}:${tail}`;
}

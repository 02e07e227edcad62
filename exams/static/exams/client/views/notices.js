// What a notice says, in the student's own language where it is one of the known kinds.

const SENTENCES = {
  extended: ({ say }, { minutes }) => minutes && say("notice_extended", { minutes }),
  delayed: ({ say }, { minutes, start }) =>
    minutes && say(start ? "notice_start_delayed" : "notice_close_delayed", { minutes }),
  compensated: ({ say, lasting }, { ms, why }) => ms && why && say("notice_compensated", { why, time: lasting(ms) }),
};

/** The sentence of a notice; of an unknown kind, or without its values, the text that came with it. */
export function noticeText({ kind, text, data }, words) {
  return (SENTENCES[kind] && SENTENCES[kind](words, data || {})) || text;
}

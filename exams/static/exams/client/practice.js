// The tutorial's stand-in for the server: answers like the lane, keeps everything in this page, and never pretends to
// be more than practice.

/** paper: {content, layout, key} (exams/tutorial_paper.py); clock: its monotonic time is the server's here. */
export function practiceConnection({ paper, clock, now, minutes = 10 }) {
  const started = now();
  const deadline = started + minutes * 60000;
  const journal = new Map();
  const later = (answer) =>
    new Promise((resolve) => {
      setTimeout(() => {
        const { monotonic } = clock;
        clock.sample(monotonic(), monotonic(), now());
        resolve({ ...answer, now: now() });
      }, 250);
    });
  const responses = () => {
    const answers = {};
    for (const { slot, response } of journal.values()) if (slot !== undefined) answers[slot] = response;
    return answers;
  };
  const running = () => ({ state: "active", deadline_at: deadline, epoch: 1, notices: [], pulse_after_ms: 20000 });
  const begun = () => ({
    ...running(),
    layout: paper.layout,
    started_at: started,
    responses: responses(),
    next_seq: journal.size + 1,
  });

  function scored() {
    const given = responses();
    return Object.entries(paper.key).map(([slot, { key, explanation }]) => {
      const response = given[slot] || [];
      const right = JSON.stringify([...response].sort()) === JSON.stringify([...key].sort());
      return { slot: Number(slot), response, right, score: right ? 1 : 0, max: 1, key, explanation };
    });
  }

  return {
    state: () => later(begun()),
    start: () => later(begun()),
    async save(entries) {
      entries.forEach((entry) => journal.set(entry.seq, entry));
      return later({ ...running(), saved_seq: Math.max(...journal.keys()) });
    },
    pulse: () => later(running()),
    submit: () => later({ state: "submitted", submitted_at: now(), receipt: "" }),
    async result() {
      const slots = scored();
      const right = slots.filter((slot) => slot.right).length;
      const level = ["learn_again", "pass", "good", "excellent"][right];
      const topics = [{ title: paper.ground, score: right, max: slots.length }];
      return later({ state: "scored", level, topics, slots, keys_released: true });
    },
    file: async () => new TextEncoder().encode(JSON.stringify(paper.content)),
  };
}

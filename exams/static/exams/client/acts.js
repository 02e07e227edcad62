// What a student does: answer, clear, mark, go, look at the sheet, hand in. Answers go to the journal at once.

import { picked, same } from "./paper.js";

export function createActs(ctx) {
  const { state, clock, outbox } = ctx;

  const slotNow = () => state.slots[state.current];

  function respond(slot, response) {
    if (state.phase !== "working" || same(state.answers.get(slot.slot), response)) return;
    state.answers.set(slot.slot, response);
    outbox.append({ slot: slot.slot, response }, clock.now() || 0);
  }

  function keepPlace() {
    ctx.remember({ current: state.current, marked: [...state.marked] });
    ctx.emit();
  }

  return {
    pick: (id) => respond(slotNow(), picked(slotNow(), state.answers.get(slotNow().slot) || [], id)),
    /** The choice at this place (0 = A), as the keyboard names it. */
    pickAt(index) {
      const choice = slotNow().choices[index];
      if (choice) this.pick(choice.id);
    },
    clear: () => respond(slotNow(), []),
    mark() {
      const { slot } = slotNow();
      if (!state.marked.delete(slot)) state.marked.add(slot);
      keepPlace();
    },
    go(index) {
      if (index < 0 || index >= state.slots.length) return;
      Object.assign(state, { current: index, screen: "question" });
      outbox.flush();
      keepPlace();
    },
    next(step) {
      if (state.screen === "question") this.go(state.current + step);
    },
    show(screen) {
      state.screen = screen;
      outbox.flush();
      ctx.emit();
    },
    handIn: () => ctx.handIn(),
    dismiss(id) {
      state.notices = state.notices.map((notice) => (notice.id === id ? { ...notice, seen: true } : notice));
      ctx.remember({ seenNotices: state.notices.filter((notice) => notice.seen).map((notice) => notice.id) });
      ctx.emit();
    },
    /** The page was hidden or shown again: evidence for the teacher, and the moment to send what is left. */
    visibility(hidden) {
      ctx.event(hidden ? "hidden" : "visible");
      if (hidden) outbox.flush({ urgent: true });
      else ctx.pulseNow();
    },
  };
}

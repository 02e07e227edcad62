// The paper as this student sees it: slots and choices in the order of the layout, with their sections. Pure.

const TRUE_FALSE = ["true", "false"];

/**
 * Slots in the order of display: {slot, kind, stem, speech, number, section: {title, note}, choices: [{id, content,
 * letter}]}; a true/false item has the choices "true" and "false" without content.
 */
export function arranged(content, layout) {
  const bySlot = new Map();
  for (const section of content.sections) {
    const heading = { title: section.title, note: section.note };
    for (const slot of section.slots) bySlot.set(slot.slot, { ...slot, section: heading });
  }
  const order = layout && layout.slots ? layout.slots : [...bySlot.keys()];
  return order.map((number, index) => {
    const slot = bySlot.get(number);
    const wanted = layout && layout.choices ? layout.choices[String(number)] : null;
    return { ...slot, number: index + 1, choices: choicesOf(slot, wanted) };
  });
}

function choicesOf(slot, wanted) {
  const given =
    slot.kind === "true_false" ? TRUE_FALSE.map((id) => ({ id, content: null })) : slot.choices;
  const byId = new Map(given.map((choice) => [choice.id, choice]));
  const order = wanted && wanted.length && slot.kind !== "true_false" ? wanted : [...byId.keys()];
  return order.map((id, index) => ({ ...byId.get(id), letter: "ABCDEFGHIJ"[index] }));
}

/** The response after a choice was picked: single kinds replace, multiple choice toggles in the order of display. */
export function picked(slot, response, id) {
  if (slot.kind !== "multiple_choice") return [id];
  const chosen = new Set(response);
  if (chosen.has(id)) chosen.delete(id);
  else chosen.add(id);
  return slot.choices.map((choice) => choice.id).filter((choice) => chosen.has(choice));
}

/** What stands answered: the server's responses, then this device's own journal over it (its epoch is the newest). */
export function merged(responses, entries) {
  const answers = new Map();
  for (const [slot, response] of Object.entries(responses || {})) answers.set(Number(slot), response);
  for (const entry of entries) if (entry.slot !== undefined) answers.set(entry.slot, entry.response);
  return answers;
}

export const isAnswered = (answers, slot) => (answers.get(slot) || []).length > 0;

/** The displayed numbers of what is still open. */
export function unanswered(slots, answers) {
  return slots.filter((slot) => !isAnswered(answers, slot.slot));
}

/** Whether two responses say the same. */
export function same(a, b) {
  return JSON.stringify(a || []) === JSON.stringify(b || []);
}

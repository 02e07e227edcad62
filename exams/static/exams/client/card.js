// Seat cards in the browser: what was typed, its check digit, how it is shown. Pure; the table of exams/cards.py.

const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];
export const DIGITS = 12;

/** Only the digits of what was typed; full-width digits count, everything else falls away. */
export function digitsOf(text) {
  return text.normalize("NFKC").replace(/[^0-9]/g, "");
}

/** Whether these digits are a card: twelve, and the check digit fits. */
export function isCard(digits) {
  if (!/^[0-9]{12}$/.test(digits)) return false;
  let state = 0;
  for (const digit of digits) state = Number(DAMM[state][Number(digit)]);
  return state === 0;
}

/** As it is printed: 4-4-4. */
export function spaced(digits) {
  return digits.replace(/(.{4})(?=.)/g, "$1 ");
}

/** Where the caret stands in the spaced text after so many digits. */
export function caretAfter(digitCount, digits) {
  const before = spaced(digits.slice(0, digitCount)).length;
  return digitCount > 0 && digitCount % 4 === 0 && digitCount < digits.length ? before + 1 : before;
}

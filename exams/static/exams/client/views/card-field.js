// The field for the card: digits only, grouped 4-4-4 while they are typed, the caret kept where the hand is.

import { caretAfter, digitsOf, DIGITS, spaced } from "../card.js";

/** changed(digits) after every change. */
export function tendCardField(input, changed) {
  function tidy() {
    const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
    const digits = digitsOf(input.value).slice(0, DIGITS + 4);
    const text = spaced(digits);
    if (input.value !== text) {
      input.value = text;
      const caret = caretAfter(Math.min(before, digits.length), digits);
      input.setSelectionRange(caret, caret);
    }
    changed(digits);
  }
  // An input method may be composing full-width digits: they are read when it is done.
  input.addEventListener("input", (event) => event.isComposing || tidy());
  input.addEventListener("compositionend", tidy);
  // Quick hands have typed before this module was here.
  if (input.value) tidy();
  return { digits: () => digitsOf(input.value), set: (digits) => void (input.value = spaced(digits)) };
}

// The test without a mouse: A-J picks, the arrows left and right turn the page, M marks, Escape leaves the sheet.

const WRITING = new Set(["TEXTAREA", "SELECT", "AUDIO", "VIDEO"]);

function isWriting(target) {
  return WRITING.has(target.tagName) || (target.tagName === "INPUT" && !/^(radio|checkbox)$/.test(target.type));
}

/** What a key means: {act, index?} or null. Pure. `code` is the place on the keyboard, whatever input method is on. */
export function meaning({ code, key }) {
  const letter = /^Key([A-J])$/.exec(code || "") || /^([a-jA-J])$/.exec(key || "");
  if (letter) return { act: "pick", index: letter[1].toUpperCase().charCodeAt(0) - 65 };
  if (code === "KeyM" || key === "m" || key === "M") return { act: "mark" };
  if (key === "ArrowLeft") return { act: "next", index: -1 };
  if (key === "ArrowRight") return { act: "next", index: 1 };
  if (key === "Escape") return { act: "back" };
  return null;
}

/** Notes on <body> whether keys or a pointer are at work, for the styles of focus. */
function noteHand() {
  const note = (hand) => () => document.body.setAttribute("data-hand", hand);
  document.addEventListener("keydown", note("keys"), true);
  for (const sign of ["mousedown", "touchstart"]) document.addEventListener(sign, note("pointer"), true);
}

export function listenToKeys(state, acts) {
  noteHand();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || state.phase !== "working") return;
    const wanted = meaning(event);
    if (!wanted) return;
    if (wanted.act === "back" && state.screen !== "question") acts.show("question");
    else if (state.screen !== "question" || wanted.act === "back") return;
    else if (wanted.act === "pick") acts.pickAt(wanted.index);
    else if (wanted.act === "mark") acts.mark();
    else acts.next(wanted.index);
    event.preventDefault();
  });
}

// Building elements. Text is always text; HTML comes only from the paper and the result, which the server cleaned.

/** h("button", {class, on: {click}, html, disabled, ...}, ...children): null and false children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (name === "html") element.innerHTML = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

export function fill(parent, ...children) {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  parent.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
}

export function button(text, click, properties = {}) {
  return h("button", { type: "button", class: "button", on: { click }, ...properties }, text);
}

/** Writes text only where it changed, so that live regions speak once. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

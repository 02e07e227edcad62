// The few things of the browser that may be refused (private windows, old cards of the school's image), each with a
// stand-in that lasts as long as the page.

function safe(storage) {
  const memory = new Map();
  return {
    get(key) {
      try {
        return window[storage].getItem(key);
      } catch (problem) {
        return memory.has(key) ? memory.get(key) : null;
      }
    },
    set(key, value) {
      memory.set(key, value);
      try {
        window[storage].setItem(key, value);
      } catch (problem) {
        // kept in memory only
      }
    },
    drop(key) {
      memory.delete(key);
      try {
        window[storage].removeItem(key);
      } catch (problem) {
        // nothing was kept
      }
    },
  };
}

export const lasting = safe("localStorage");
export const tab = safe("sessionStorage");

/** 32 random hexadecimal digits. */
export function randomId() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The id this browser keeps, so that the server knows a returning device. */
export function deviceId() {
  const known = lasting.get("device");
  if (known) return known;
  const fresh = randomId();
  lasting.set("device", fresh);
  return fresh;
}

export const timers = { set: (act, ms) => setTimeout(act, ms), clear: (id) => clearTimeout(id) };

/** What the server wrote into the page: <script type="application/json" id=...>. */
export function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

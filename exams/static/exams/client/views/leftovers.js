// At the door: how much of earlier tests on this device is still on its way, and the file for when it does not arrive.

import { fill, h, write } from "../dom.js";
import { sendLeftovers } from "../leftovers.js";
import { rescueOffer } from "./rescue.js";

const PATIENCE = 20000;

export function showLeftovers(store, settings, words) {
  const place = document.getElementById("leftovers");
  const text = h("p", {});
  fill(place, text);
  let waiting = 0;

  function offer() {
    if (waiting) place.append(rescueOffer(store, settings.rescue_key, words));
  }

  function told(count) {
    if (!waiting && count) setTimeout(offer, PATIENCE);
    waiting = count;
    place.hidden = !count;
    write(text, words.say("leftovers", { count }));
  }

  return sendLeftovers(store, settings, { told });
}

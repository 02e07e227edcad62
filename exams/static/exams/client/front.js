// The front page: the door, and what the device still holds of earlier tests.

import { pageData } from "./browser.js";
import { createClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { fill, h } from "./dom.js";
import { openDoor } from "./door.js";
import { keepPages } from "./offline.js";
import { largeType } from "./preferences.js";
import { openStore } from "./storage.js";
import { showLeftovers } from "./views/leftovers.js";
import { createWords } from "./words.js";

async function showReceipts(store, words) {
  const receipts = (await store.receipts()).sort((a, b) => b.at - a.at).slice(0, 5);
  document.getElementById("receipts").hidden = !receipts.length;
  const line = ({ code, at, title }) => h("li", {}, h("b", {}, code), ` ${words.day(at)} ${title}`);
  fill(document.getElementById("receipt-list"), receipts.map(line));
}

async function open() {
  largeType.restore();
  const settings = pageData("client-settings");
  const words = createWords(pageData("client-messages"), settings);
  const store = await openStore();
  const clock = createClock(() => performance.now());
  const connection = createConnection({ ...settings, clock, token: () => null, heard: () => {} });
  openDoor({ store, connection }, words);
  showLeftovers(store, settings, words);
  showReceipts(store, words);
  keepPages(settings);
}

open();

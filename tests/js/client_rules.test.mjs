// The client's rules under node: node --test tests/js. The same files run in Chromium by test_client_rules.py.

import { readdirSync } from "node:fs";
import { test } from "node:test";

for (const file of readdirSync(new URL("./rules/", import.meta.url))) {
  if (file === "laboratory.mjs") continue;
  const { default: rules } = await import(`./rules/${file}`);
  for (const [name, rule] of Object.entries(rules)) test(`${file.replace(".mjs", "")}: ${name}`, rule);
}

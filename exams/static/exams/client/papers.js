// How the paper comes onto the device: ahead of time while one waits, sealed where the exam seals it; opened at the
// start with the key that only the start tells, or taken plain from the address that it tells.

import { delay } from "./backoff.js";
import { Problem } from "./connection.js";
import { fetchAhead } from "./media.js";
import { digest, parsed, unsealed } from "./unsealing.js";

const NEAR = 10000;
const LONGEST = 60000;
const UNKNOWN = 15000;
const HASH = /^[0-9a-f]{64}$/;

/** Over which span the downloads of a waiting class are spread, by the time left to the own start (null: unknown). */
export function spreadOf(left) {
  if (left === null) return UNKNOWN;
  return left < NEAR ? 0 : Math.min(LONGEST, left / 2);
}

/** Repeats `act` through faults that pass, until the attempt is over. */
export async function insisted(ctx, act, cap) {
  for (let failures = 1; !ctx.isOver(); failures += 1) {
    try {
      return await act(failures);
    } catch (problem) {
      if (!problem.retry || problem.type === "too_early") throw problem;
      await ctx.sleep(delay(failures, { random: ctx.random, retryAfterMs: problem.retryAfterMs, cap }));
    }
  }
  return null;
}

/** The file at an address named by its hash; anything else that answers there is no paper, and is asked again. */
async function file(ctx, address, sha256, tries) {
  const bytes = await ctx.connection.file(address, { fresh: tries > 1 });
  const provable = ctx.subtle && HASH.test(sha256);
  if (provable && (await digest(bytes, ctx.subtle)) !== sha256) throw new Problem(0, {}, 0);
  return bytes;
}

async function plain(ctx, address, sha256, tries) {
  const bytes = await file(ctx, address, sha256, tries);
  try {
    return parsed(bytes);
  } catch (problem) {
    throw new Problem(0, {}, 0);
  }
}

const kept = (ctx) => ctx.store.paper(ctx.record.paper.sha256).catch(() => undefined);
/** A device that has no room for the paper will have none for answers: it is said at once. */
const keep = (ctx, content) =>
  ctx.store.putPaper(ctx.record.paper.sha256, content).catch(() => void (ctx.store.kind = "memory"));

/** What everybody may fetch: bytes of a sealed paper, content of a plain one. From the device, or kept there now. */
async function taken(ctx, insist) {
  const there = await kept(ctx);
  if (there) return there;
  const { url, sha256, encrypted } = ctx.record.paper;
  const content = await insist((tries) => (encrypted ? file : plain)(ctx, url, sha256, tries));
  if (content) await keep(ctx, content);
  return content;
}

const forgiving = (ctx) => (act) => insisted(ctx, act, 5000);

/** However long it takes; the start joins a download that is under way. */
function surelyTaken(ctx) {
  if (!ctx.taking) ctx.taking = taken(ctx, forgiving(ctx)).finally(() => (ctx.taking = null));
  return ctx.taking;
}

/** While one waits: the paper, and the pictures and sounds of one that is not sealed. */
export async function takeAhead(ctx) {
  const { paper } = ctx.record;
  if (paper.encrypted && !ctx.subtle) {
    ctx.state.paperIs = "later";
    return;
  }
  const left = ctx.state.startsAt === null ? null : ctx.state.startsAt - ctx.clock.now();
  if (!(await kept(ctx))) await ctx.sleep(ctx.random() * spreadOf(left));
  const content = await surelyTaken(ctx);
  if (!content) return;
  ctx.state.paperIs = "here";
  ctx.emit();
  if (!paper.encrypted) fetchAhead(ctx, content);
}

const once = (act) => act(1);

/** The content, by what the start told (paper_key, paper_url). Without `surely` the network's faults are thrown. */
export async function openPaper(ctx, told, { surely = false } = {}) {
  const { paper } = ctx.record;
  const take = () => (surely ? surelyTaken(ctx) : taken(ctx, once));
  const there = paper.encrypted && !ctx.subtle ? await kept(ctx) : await take();
  if (there && there.sections) return there;
  if (there && told.paper_key && ctx.subtle) {
    const content = await unsealed(there, told.paper_key, ctx.subtle).catch(() => null);
    if (content) return content;
  }
  const insist = surely ? forgiving(ctx) : once;
  const content = await insist((tries) => plain(ctx, told.paper_url, "", tries));
  if (content) await keep(ctx, content);
  return content;
}

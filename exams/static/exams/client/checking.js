// The waiting room's work: several answers for the clock, one after another and not all classes at once.

const ASKED = 4;
const LEAST = 800;
const SPREAD = 4000;

/** Asks the time a few times while one waits; a lost answer costs nothing. */
export async function setClock(ctx) {
  for (let asked = 0; asked < ASKED; asked += 1) {
    await ctx.sleep(LEAST + ctx.random() * SPREAD);
    if (ctx.state.phase !== "waiting") return;
    await ctx.connection.time().catch(() => {});
    ctx.emit();
  }
}

// Pictures and sounds of the paper, fetched ahead into the browser's cache, one after another and not all classes at
// once; what fails is fetched again when the question is shown.

const SPREAD = 15000;

export async function fetchAhead(ctx, content) {
  const files = Object.values(content.media || {});
  if (!files.length || ctx.practice) return;
  await ctx.sleep(ctx.random() * SPREAD);
  for (const { url } of files) {
    if (ctx.isOver()) return;
    await ctx.connection.ahead(url);
  }
}

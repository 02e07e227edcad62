// Pictures and sounds of the paper, fetched ahead into the browser's cache, one after another and not all classes at
// once; what fails is fetched again when the question is shown.

const SPREAD = 15000;

/** Once for each paper that is opened; a sealed one names its files only then. */
export async function fetchAhead(ctx, content) {
  const files = Object.values(content.media || {});
  if (!files.length || ctx.practice || ctx.mediaAsked) return;
  ctx.mediaAsked = true;
  await ctx.sleep(ctx.random() * SPREAD);
  for (const { url } of files) {
    if (ctx.isOver()) return;
    await ctx.connection.ahead(url);
  }
}

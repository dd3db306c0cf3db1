/** Files that are too large or not free to live in the repository: a folder `shared` beside the checkout. */
const sharedFolder = new URL("../../shared/", import.meta.url);

/**
 * The path of a file or folder in the shared folder, e.g. `sharedPath("reference/market-paper.safetensors")`.
 * Returns null, and says on standard error that a check is skipped, where it is not there.
 */
export function sharedPath(relative: string): string | null {
  const path = decodeURIComponent(new URL(relative, sharedFolder).pathname);
  try {
    Deno.statSync(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`SKIPPED: ../shared/${relative} is not here, so what needs it goes unchecked`);
    return null;
  }
}

/** The pose estimator's weights, which are not in the repository, for tests of the page. */
import { join } from "node:path";
import { cacheFolder } from "../../networks/files/download.ts";
import { moveNetPath } from "../../networks/files/published.ts";
import { readGraphFiles } from "../../networks/files/read_weights.ts";

const weights = join(cacheFolder(), "movenet-lightning.bin");

/** Whether they are here; says on standard error what is skipped where they are not. */
export async function hasEstimator(what: string): Promise<boolean> {
  const isHere = await Deno.stat(weights).then(() => true, () => false);
  if (!isHere) console.error(`SKIPPED: ${weights} is not here, so ${what} goes untested`);
  return isHere;
}

export const estimatorFiles = async () => await readGraphFiles(await moveNetPath());

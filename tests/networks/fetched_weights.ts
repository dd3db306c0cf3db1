import { join } from "node:path";
import { cacheFolder } from "../../networks/files/download.ts";
import { parseGraphWeights } from "../../networks/formats/graph_weights.ts";
import type { NamedTensors } from "../../networks/weights.ts";

/**
 * A network's published weights where they have been fetched; tests do not fetch.
 *
 * @param file their name in the cache, without an ending
 * @param network goes unchecked where they are missing, which is said on standard error
 */
export async function fetchedWeights(file: string, network: string): Promise<NamedTensors | null> {
  const path = join(cacheFolder(), file);
  try {
    const model = await Deno.readTextFile(`${path}.json`);
    const weights = await Deno.readFile(`${path}.bin`);
    return parseGraphWeights({ model, weights });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(
      `SKIPPED: ${path}.json and .bin are not here, so ${network}'s own weights go unchecked`,
    );
    return null;
  }
}

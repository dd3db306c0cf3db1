/** What files hold, in short: so that records tell which model and pairs they are of. */
import { createHash } from "node:crypto";
import { findList, openHome } from "../data/sets/home.ts";
import { filesOf, type WeightFiles } from "./tools.ts";

/**
 * SHA-256 of a data set's list of test poses and, where there is one, of test pairs; the pictures themselves are not in
 * it. `pairs` is a list that stands for the data set's. No folder stands for the built-in figures.
 */
export async function digestTestData(folder: string | null, pairs: string | null): Promise<string> {
  if (folder === null) return "figures";
  const home = await openHome(folder);
  const lists = [findList(home, "annotation", "test"), pairs ?? findList(home, "pairs", "test")];
  return await digestFiles(lists.filter((path) => path !== null));
}

/** SHA-256 of the weights that the user gave for metrics; undefined where there are none. */
export async function digestWeights(
  { lpips, inception }: WeightFiles,
): Promise<string | undefined> {
  const files = [lpips, inception].flatMap((list) => list ? filesOf(list) : []);
  return files.length === 0 ? undefined : await digestFiles(files);
}

/** SHA-256 of the files one after the other, in hexadecimal digits. @throws Error that names one that cannot be read. */
export async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    try {
      using file = await Deno.open(path);
      const chunk = new Uint8Array(2 ** 20);
      for (let count; (count = await file.read(chunk)) !== null;) {
        hash.update(chunk.subarray(0, count));
      }
    } catch (error) {
      throw new Error(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
    }
  }
  return hash.digest("hex");
}

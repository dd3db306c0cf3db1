/** What files hold, in short: so that records and runs tell which pairs they are of. */
import { createHash } from "node:crypto";
import { requireFile } from "../files/read.ts";
import type { Split } from "../types.ts";
import { findList, openHome } from "./home.ts";
import { partsOf } from "./joined.ts";

/**
 * SHA-256 of a data set's list of poses and, where there is one, of pairs of a split; the pictures themselves are not
 * in it. `pairs` is a list that stands for the data set's. No folder stands for the built-in figures.
 */
export async function digestLists(
  folder: string | null,
  split: Split,
  pairs: string | null = null,
): Promise<string> {
  if (folder === null) return "figures";
  const homes = await Promise.all((await partsOf(folder)).map(openHome));
  const lists = homes.flatMap((home) => [
    findList(home, "annotation", split),
    pairs ?? findList(home, "pairs", split),
  ]);
  return await digestFiles(lists.filter((path) => path !== null));
}

/** Bytes of the largest file: weights have no more, and lists of millions of pairs are smaller. */
const LARGEST = 2 ** 31;

/** SHA-256 of the files one after the other, in hexadecimal digits. @throws Error that names one that cannot be read. */
export async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    try {
      await requireFile(path, LARGEST);
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

/** SHA-256 of a text in UTF-8, in hexadecimal digits. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

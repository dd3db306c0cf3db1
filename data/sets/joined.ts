/** Data sets that are used as one. Their folder holds nothing but a note that names them. */
import { join, relative, resolve } from "node:path";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Size } from "../../pose/types.ts";
import { readText } from "../files/read.ts";
import { isThere } from "../files/look.ts";
import { makeFolderFor, writeJson } from "../files/write.ts";
import type { Dataset, Pair, Split } from "../types.ts";

/** The note, in a folder that joins others. */
export const JOINED_FILE = "joined.json";

/**
 * The folders of the data sets that a folder stands for: those that it joins, or itself.
 * @throws Error that names a note that cannot be read.
 */
export async function partsOf(folder: string): Promise<string[]> {
  const file = join(folder, JOINED_FILE);
  if (!await isThere(file)) return [folder];
  const parts = parseParts(await readText(file, "the note"));
  if (parts) return parts.map((part) => resolve(folder, part));
  throw new Error(`${file} must hold {"folders": [...]}: make it anew with ./run data join`);
}

function parseParts(text: string): string[] | null {
  try {
    const { folders } = JSON.parse(text);
    const arePaths = Array.isArray(folders) && folders.every((part) => typeof part === "string");
    return arePaths && folders.length > 0 ? folders : null;
  } catch {
    return null;
  }
}

/** Writes down which data sets `folder` joins; makes it where it is not there. */
export async function noteJoined(folder: string, parts: readonly string[]): Promise<void> {
  const folders = parts.map((part) => relative(resolve(folder), resolve(part)) || ".");
  const file = join(folder, JOINED_FILE);
  await makeFolderFor(file);
  await writeJson(file, { folders });
}

/** The pairs of several data sets of one kind, one set after the other. */
export class JoinedDataset implements Dataset {
  readonly size: Size;
  readonly skeleton: Skeleton;

  /** @throws RangeError where there is none. */
  constructor(private readonly parts: readonly Dataset[]) {
    if (parts.length === 0) throw new RangeError("JoinedDataset: there is no data set to join");
    ({ size: this.size, skeleton: this.skeleton } = parts[0]);
  }

  pairCount(split: Split): number {
    return this.parts.reduce((sum, part) => sum + part.pairCount(split), 0);
  }

  pair(split: Split, index: number): Promise<Pair> {
    let first = 0;
    for (const part of this.parts) {
      const count = part.pairCount(split);
      if (index < first + count) return part.pair(split, index - first);
      first += count;
    }
    throw new RangeError(`pair ${index} does not exist: there are ${first}`);
  }
}

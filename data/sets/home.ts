/** Where a data set has its pictures and its lists. */
import { readText } from "../files/read.ts";
import { join, relative, resolve } from "node:path";
import { writeJson } from "../files/write.ts";
import type { Split } from "../types.ts";
import { JOINED_FILE } from "./joined.ts";
import { type LayoutName, layoutNames, layoutOf, readFolder } from "./layout.ts";

export interface Home {
  /** With the lists. */
  readonly folder: string;
  readonly pictures: string;
  readonly layout: LayoutName;
  /** The names of what lies in `folder`. */
  readonly entries: ReadonlySet<string>;
}

const note = "dataset.json";

/**
 * The data set in a folder: as `noteHome` wrote it down, or by what lies there.
 * @throws Error that names what cannot be read, and for a folder that joins other data sets.
 */
export async function openHome(folder: string): Promise<Home> {
  const entries = new Set((await Array.fromAsync(readFolder(folder))).map(({ name }) => name));
  if (entries.has(JOINED_FILE)) {
    throw new Error(`${folder} joins other data sets: name those, or another folder`);
  }
  if (!entries.has(note)) return { folder, pictures: folder, layout: layoutOf(entries), entries };
  const file = join(folder, note);
  const { layout, pictures } = await readNote(file);
  if (!isLayout(layout)) {
    throw new Error(`${file}: "layout" must be one of ${layoutNames.join(", ")}`);
  }
  if (typeof pictures !== "string") throw new Error(`${file}: "pictures" must be a path`);
  return { folder, pictures: resolve(folder, pictures), layout, entries };
}

async function readNote(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(file, "the note");
  try {
    return { ...JSON.parse(text) };
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function isLayout(value: unknown): value is LayoutName {
  return (layoutNames as readonly unknown[]).includes(value);
}

/** Writes down where the pictures are that the lists in `folder` are of. */
export async function noteHome(
  folder: string,
  { pictures, layout }: Pick<Home, "pictures" | "layout">,
): Promise<void> {
  const from = relative(resolve(folder), resolve(pictures)) || ".";
  await writeJson(join(folder, note), { layout, pictures: from });
}

/** Before the names of lists: ours, then the authors', then those of later work on their lists. */
const prefixes = ["", "market-", "fasion-", "fasion-resize-"];

/** The name of our own list. */
export function listName(kind: "annotation" | "pairs", split: Split): string {
  return `${kind}-${split}.csv`;
}

/** All that `data` writes into a folder. */
export function homeFiles(folder: string): string[] {
  const kinds = ["annotation", "pairs"] as const, splits = ["train", "test"] as const;
  const lists = kinds.flatMap((kind) => splits.map((split) => listName(kind, split)));
  return [note, ...lists].map((name) => join(folder, name));
}

/** Removes our lists from a folder, those that are not finished too. The authors' stay. */
export async function removeLists(folder: string): Promise<void> {
  const ours = /^(annotation|pairs)-(train|test)\.csv$|^annotation\.(part|done)(-[^/]*)?\.csv$/;
  for await (const { name } of readFolder(folder)) {
    if (ours.test(name)) await Deno.remove(join(folder, name));
  }
}

/** The path of the list in a data set, null where there is none. */
export function findList(
  { folder, entries }: Home,
  kind: "annotation" | "pairs",
  split: Split,
): string | null {
  const name = prefixes.map((prefix) => prefix + listName(kind, split))
    .find((name) => entries.has(name));
  return name === undefined ? null : join(folder, name);
}

/** How data sets lay out their pictures in folders. */
import { join } from "node:path";
import type { Split } from "../types.ts";
import { isFolder } from "../files/look.ts";
import { isPictureName } from "../pictures/image_file.ts";
import { canonicalName } from "./identity.ts";

export type LayoutName = "market" | "deepfashion" | "folder";

/** A picture on disk. */
export interface Located {
  /** As lists name it; see identity.ts. */
  readonly name: string;
  /** Within the folder of the pictures, with slashes. */
  readonly path: string;
  /** Where the folder says; null where it is to be drawn. */
  readonly split: Split | null;
}

type Locate = (path: string) => Omit<Located, "path"> | null;

const layouts: Readonly<Record<LayoutName, Locate>> = {
  market: (path) => {
    const parts = /^(?:bounding_box_)?(train|test)\/([^/]+)$/.exec(path);
    return parts && { name: parts[2], split: parts[1] as Split };
  },
  deepfashion: (path) => {
    const item = /^(?:[Ii]mg(?:_highres)?\/)*(MEN|WOMEN)\/([^/]+)\/id_(\d{8})\/(\d\d)_([^/]+)$/
      .exec(path);
    if (item) {
      const [, gender, category, id, colour, view] = item;
      const rest = `${id}${colour}_${view.replaceAll("_", "")}`;
      return { name: `fasion${gender}${category.replaceAll("_", "")}id${rest}`, split: null };
    }
    const flat = /^(?:(train|test)\/|[Ii]mg\/)?(fash?ion(?:MEN|WOMEN)[^/]*id_?\d{10}_[^/]+)$/.exec(
      path,
    );
    return flat && { name: flat[2], split: (flat[1] ?? null) as Split | null };
  },
  folder: (path) => path.includes("/") ? { name: path, split: null } : null,
};

export const layoutNames = Object.keys(layouts) as LayoutName[];

/** Layouts by what only they have on top. */
const marks: readonly [RegExp, LayoutName][] = [
  [/^bounding_box_(train|test)$|^market-annotation-/, "market"],
  [/^([Ii]mg(_highres)?|MEN|WOMEN)$|^fasion-|^fash?ion(MEN|WOMEN).*id_?\d{10}_/, "deepfashion"],
];

/** The layout of a folder, by the names in it: own pictures, where none tells of another. */
export function layoutOf(names: Iterable<string>): LayoutName {
  for (const name of names) {
    const mark = marks.find(([pattern]) => pattern.test(name));
    if (mark) return mark[1];
  }
  return "folder";
}

/** The pictures of a data set. */
export interface Scan {
  /** In the order of their names. */
  readonly pictures: readonly Located[];
  /** Paths of pictures with no place in the layout. */
  readonly unmatched: readonly string[];
  /** Paths of pictures with a name that lists cannot hold; see `unlistable`. */
  readonly unlistable: readonly string[];
  /** Paths of symbolic links to folders. What they lead to lies outside, or would count a second time as somebody else's. */
  readonly links: readonly string[];
  /** Paths of pictures whose name another one has already. */
  readonly repeated: readonly string[];
}

/** Finds the pictures in a folder. @throws Error that names a folder that cannot be read. */
export async function scanPictures(folder: string, layout: LayoutName): Promise<Scan> {
  const pictures: Located[] = [], unmatched: string[] = [], repeated: string[] = [];
  const unlistable: string[] = [], links: string[] = [];
  const names = new Set<string>();
  const paths: string[] = [];
  for await (const path of picturePaths(folder, links)) paths.push(path);
  for (const path of paths.sort()) {
    const located = layouts[layout](path);
    if (!located) unmatched.push(path);
    else if (!isListable(located.name)) unlistable.push(path);
    else if (names.has(canonicalName(located.name))) repeated.push(path);
    else {
      names.add(canonicalName(located.name));
      pictures.push({ ...located, path });
    }
  }
  pictures.sort((a, b) => a.name < b.name ? -1 : 1);
  return { pictures, unmatched, unlistable, repeated, links: links.sort() };
}

/** The paths of pictures in a folder, from its part `within` on; `links` takes those of links to folders. */
async function* picturePaths(
  folder: string,
  links: string[],
  within = "",
): AsyncGenerator<string, void> {
  for await (const { name, isDirectory, isSymlink } of readFolder(join(folder, within))) {
    if (name.startsWith(".")) continue;
    const path = within === "" ? name : `${within}/${name}`;
    if (isPictureName(name)) yield path;
    else if (isDirectory) yield* picturePaths(folder, links, path);
    else if (isSymlink && await isFolder(join(folder, path))) links.push(path);
  }
}

/** The entries of a folder. @throws Error that names it where it cannot be read. */
export async function* readFolder(folder: string): AsyncGenerator<Deno.DirEntry, void> {
  try {
    yield* Deno.readDir(folder);
  } catch (error) {
    throw new Error(`cannot open the data set: ${(error as Error).message}`, { cause: error });
  }
}

/** What is said of names that lists cannot hold, as these separate columns and values without quotes. */
export const unlistable =
  "pictures with a comma, colon, quote or outer blank in their name: rename";

function isListable(name: string): boolean {
  return !/[:,"\r\n]/.test(name) && name.trim() === name;
}

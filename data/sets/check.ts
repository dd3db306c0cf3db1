/** Looks for everything that is wrong with a data set, and goes on after each. */
import { checkAllInside } from "../../pose/formats/inside.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Split } from "../types.ts";
import { findList, type Home, openHome } from "./home.ts";
import { canonicalName, identify } from "./identity.ts";
import { type LayoutName, type Located, scanPictures, unlistable } from "./layout.ts";
import { splits } from "./lists.ts";
import { readPairs } from "./pairs.ts";
import { readPictures } from "./read_pictures.ts";
import { ListedTwice, type PoseTable, readPoseTable } from "./pose_table.ts";

/** What can be wrong, and what is said of it. */
export const kinds = {
  broken: "broken pictures",
  duplicate: "duplicate pictures (the same pixels)",
  repeated: "pictures whose name another one has",
  unmatched: "pictures that are in no list, or have no place in the layout",
  unlistable,
  links: "links to folders, which are left out",
  missing: "listed pictures that are missing",
  lines: "broken lines of lists",
  listedTwice: "pictures listed twice",
  outside: "poses that leave their picture",
  both: "people in both splits",
  pairs: "listed pairs that cannot be used",
};

export type Findings = Record<keyof typeof kinds, string[]>;

export interface Check {
  readonly layout: LayoutName;
  readonly pictures: number;
  readonly findings: Findings;
}

/**
 * Reads all pictures and lists of a data set, prepared or not.
 * @throws Error only where the folder itself cannot be read.
 */
export async function checkDataset(
  folder: string,
  skeleton: Skeleton,
  onProgress: (done: number, total: number) => void,
): Promise<Check> {
  const findings = Object.fromEntries(
    Object.keys(kinds).map((kind) => [kind, [] as string[]]),
  ) as Findings;
  const home = await openHome(folder);
  const { pictures, unmatched, repeated, ...scan } = await scanPictures(home.pictures, home.layout);
  findings.unmatched.push(...unmatched);
  findings.unlistable.push(...scan.unlistable);
  findings.links.push(...scan.links);
  findings.repeated.push(...repeated);
  const tables = await checkLists(home, pictures, skeleton, findings);
  await checkPictures(home.pictures, pictures, tables, findings, onProgress);
  return { layout: home.layout, pictures: pictures.length, findings };
}

type Tables = Readonly<Record<Split, PoseTable | null>>;

async function checkLists(
  home: Home,
  pictures: readonly Located[],
  skeleton: Skeleton,
  findings: Findings,
): Promise<Tables> {
  const here = new Set(pictures.map(({ name }) => canonicalName(name)));
  const exists = (name: string) => here.has(canonicalName(name));
  const tables: Record<Split, PoseTable | null> = { train: null, test: null };
  for (const split of splits) {
    const list = findList(home, "annotation", split);
    if (list === null) continue;
    const table = await readPoseTable(list, skeleton, (error) => {
      findings[error instanceof ListedTwice ? "listedTwice" : "lines"].push(error.message);
    });
    const missing = table.names.keys().filter((i) => !exists(table.names[i]));
    findings.missing.push(...missing.map((i) => `${table.place(i)}: ${table.names[i]}`));
    const pairs = findList(home, "pairs", split);
    if (pairs) {
      await readPairs(pairs, table, exists, ({ message }) => findings.pairs.push(message));
    }
    tables[split] = table;
  }
  const people = (table: PoseTable | null) =>
    new Set(
      table?.names.map((name) => identify(name)?.person).filter((each) => each !== undefined),
    );
  findings.both.push(...people(tables.train).intersection(people(tables.test)));
  return tables;
}

async function checkPictures(
  folder: string,
  pictures: readonly Located[],
  tables: Tables,
  findings: Findings,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const seen = new Map<string, string>();
  const isListed = splits.some((split) => tables[split] !== null);
  let done = 0;
  for await (const [{ name, path, split }, result] of readPictures(folder, pictures)) {
    onProgress(++done, pictures.length);
    const listed = splits.flatMap((each) => (split ?? each) === each ? tables[each] ?? [] : [])
      .map((table) => ({ table, index: table.indexOf(name) }))
      .find(({ index }) => index !== null);
    if (!listed && isListed && identify(name)) findings.unmatched.push(path);
    if (result.status === "rejected") {
      findings.broken.push((result.reason as Error).message);
      continue;
    }
    const digest = await pixelDigest(result.value.pixels);
    const twin = seen.get(digest);
    if (twin) findings.duplicate.push(`${path} is ${twin}`);
    else seen.set(digest, path);
    if (!listed) continue;
    const { table, index } = listed;
    const where = `${table.place(index!)}: ${name}`;
    try {
      checkAllInside(table.joints(index!), table.skeleton.joints, where, result.value);
    } catch (error) {
      findings.outside.push((error as Error).message);
    }
  }
}

async function pixelDigest(pixels: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", pixels as BufferSource);
  return new Uint8Array(digest).toBase64();
}

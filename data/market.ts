import { join } from "node:path";
import { checkAnnotationHeader, parseAnnotation, type Place } from "../pose/formats/annotation.ts";
import { missingAnchors, type Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";
import type { Dataset, Split } from "./dataset.ts";
import { type Entry, type Groups, PairedDataset } from "./paired_dataset.ts";

const splits = ["train", "test"] as const;
const distractors = ["-1", "0000"];

/**
 * Opens a folder laid out like Market-1501: `bounding_box_train/`, `bounding_box_test/` with pictures
 * named `IDENTITY_...`, and their poses in `annotation-train.csv`, `annotation-test.csv` (or, as the
 * authors name them, `market-annotation-...`). One of the two splits may be absent.
 * A pair is two pictures of one identity in which all anchor joints of the skeleton are seen;
 * pictures of another size are fitted to `size`.
 * Throws an Error that names the file and line at fault, or, where no pair is left, that says how
 * many pictures each rule left out.
 */
export async function openMarket(folder: string, size: Size, skeleton: Skeleton): Promise<Dataset> {
  const names = await list(folder);
  const [train, test] = await Promise.all(
    splits.map((split) => readSplit(folder, names, split, skeleton)),
  );
  const dataset = new PairedDataset(size, skeleton, { train: train.groups, test: test.groups });
  if (splits.every((split) => dataset.pairCount(split) === 0)) {
    throw new Error(`${folder} has no pairs: train: ${train.account}; test: ${test.account}`);
  }
  return dataset;
}

interface SplitContent {
  readonly groups: Groups;
  /** How many pictures each rule left out. */
  readonly account: string;
}

async function readSplit(
  folder: string,
  names: ReadonlySet<string>,
  split: Split,
  skeleton: Skeleton,
): Promise<SplitContent> {
  const pictures = `bounding_box_${split}`;
  const lists = [`annotation-${split}.csv`, `market-annotation-${split}.csv`];
  const annotations = lists.find((name) => names.has(name));
  if (!names.has(pictures) && !annotations) {
    return { groups: [], account: `neither ${pictures}/ nor ${lists[0]} is there` };
  }
  if (!names.has(pictures)) throw new Error(`${folder} has ${annotations} but no ${pictures}/`);
  if (!annotations) throw new Error(`${folder} has ${pictures}/ but no ${lists.join(" or ")}`);
  const entries = await readEntries(join(folder, annotations), join(folder, pictures), skeleton);
  return select(entries, await list(join(folder, pictures)), skeleton);
}

async function readEntries(file: string, folder: string, skeleton: Skeleton): Promise<Entry[]> {
  const [header, ...lines] = (await Deno.readTextFile(file)).split(/\r?\n/);
  checkAnnotationHeader(header, { file, line: 1 });
  const lineOfName = new Map<string, number>();
  return lines.flatMap((text, i) => {
    if (text.trim() === "") return [];
    const place = { file, line: i + 2 };
    const { name, joints } = parseAnnotation(text, skeleton, place);
    requireFileName(name, place);
    const earlier = lineOfName.get(name);
    if (earlier) {
      throw new Error(`${file}:${place.line}: ${name} stands on line ${earlier} already`);
    }
    lineOfName.set(name, place.line);
    return [{ name, path: join(folder, name), joints, place }];
  });
}

/** A name from a list must not lead out of the pictures' folder. */
function requireFileName(name: string, { file, line }: Place): void {
  if (!/[/\\\0]|^\.\.?$/.test(name)) return;
  throw new Error(
    `${file}:${line}: ${JSON.stringify(name)} is not a plain file name; leave out any folders`,
  );
}

/** Leaves out what cannot be in a pair, and groups the rest by identity, in the order of the names. */
function select(
  all: readonly Entry[],
  onDisk: ReadonlySet<string>,
  skeleton: Skeleton,
): SplitContent {
  const people = all.filter((entry) => !distractors.includes(identity(entry)));
  const present = people.filter((entry) => onDisk.has(entry.name));
  const posed = present.filter((entry) => missingAnchors(skeleton, entry.joints).length === 0);
  const byName = posed.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const groups = Map.groupBy(byName, identity).values().toArray();
  const paired = groups.filter((group) => group.length > 1);
  const account =
    `${all.length} annotations; left out: ${all.length - people.length} distractors, ` +
    `${people.length - present.length} without a picture, ` +
    `${present.length - posed.length} without ${skeleton.anchor.join(", ")}, ` +
    `${groups.length - paired.length} alone of their identity`;
  return { groups: paired, account };
}

function identity({ name }: Entry): string {
  return name.split("_", 1)[0];
}

async function list(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const entry of Deno.readDir(folder)) names.add(entry.name);
  } catch (error) {
    throw new Error(`cannot open the data set: ${(error as Error).message}`, { cause: error });
  }
  return names;
}

/** Makes a data set ready for training: a pose for each picture, people dealt to the splits, pairs. */
import { join } from "node:path";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { isInside } from "../../pose/formats/inside.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Point, Size } from "../../pose/types.ts";
import { writeLines } from "../files/write.ts";
import type { Shard } from "../shard.ts";
import type { Split } from "../types.ts";
import { findList, type Home, listName, noteHome, openHome } from "./home.ts";
import { canonicalName, identify } from "./identity.ts";
import { type LayoutName, type Located, type Scan, scanPictures } from "./layout.ts";
import { type Lists, openLists, splits } from "./lists.ts";
import { drawPairs, pairAll, pairLines, readPairs, type Selection } from "./pairs.ts";
import { PartialList } from "./partial_list.ts";
import { Parts } from "./parts.ts";
import { readPictures } from "./read_pictures.ts";
import { BrokenPose, type PoseSource } from "./pose_source.ts";
import { PoseTable, readPoseTable } from "./pose_table.ts";
import { dealPictures } from "./split.ts";

export interface Preparation {
  /** The folder with the pictures, and their layout. */
  readonly pictures: string;
  readonly layout: LayoutName;
  /** Where the lists go; made where it is not there. */
  readonly out: string;
  readonly skeleton: Skeleton;
  /** Opens the source of poses, where pictures are without one. */
  readonly openPoses: () => Promise<PoseSource>;
  /** Of the people, where folders or lists do not say: 0..1. */
  readonly testShare: number;
  /** The most test pairs that are listed; they are drawn from all. */
  readonly testPairs: number;
  readonly seed: number;
  /** Take the poses that all parts have found (`preparePart`), and look for no others. */
  readonly merge?: boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** What became of the pictures. */
export interface PreparationAccount {
  readonly scan: Scan;
  /** Pictures without an entry in the authors' list of their split. */
  readonly unlisted: number;
  /** Pictures that could not be read, or their pose: why. */
  readonly broken: readonly string[];
  /** Pictures that the source of poses does not have; they are in no list. */
  readonly unknown: readonly string[];
  readonly splits: Readonly<Record<Split, SplitAccount>>;
}

export interface SplitAccount {
  readonly pictures: number;
  readonly selection: Selection;
  readonly pairs: number;
}

/**
 * Writes `annotation-SPLIT.csv` and `pairs-SPLIT.csv` for both splits. Lists by the authors' names are
 * taken as they are. Poses that stand in our lists already are kept; those found so far survive a
 * program that is killed, and the next one goes on with them and writes the same files.
 * @throws Error of one line where there is nothing to prepare, or the source of poses fails; pictures
 * that cannot be used are counted, and the others go on.
 */
export async function prepare(preparation: Preparation): Promise<PreparationAccount> {
  const { scan, lists, bySplit } = await lookAround(preparation);
  const { broken, unknown } = await annotate(bySplit, lists, preparation);
  const home = await openHome(preparation.out);
  const [train, test] = await Promise.all(
    splits.map((split) => pairSplit(split, bySplit[split], home, preparation)),
  );
  const unlisted = scan.pictures.length - bySplit.train.length - bySplit.test.length;
  return { scan, unlisted, broken, unknown, splits: { train, test } };
}

/**
 * Finds the poses of a part of the pictures that lack one, for `prepare` to merge. A part that was killed goes on; one
 * that is done stays as it is.
 * @throws as `prepare`
 */
export async function preparePart(preparation: Preparation, shard: Shard): Promise<Unusable> {
  const { out, skeleton } = preparation;
  const { lists, bySplit } = await lookAround(preparation);
  const parts = Parts.of(out, posesOf(bySplit, lists).missing);
  if (await parts.isDone(shard)) return allUsable;
  using partial = await parts.open(shard, skeleton);
  const all = parts.slice(shard);
  const todo = all.filter(({ name }) => partial.table.indexOf(name) === null);
  const unusable = todo.length > 0
    ? await findPoses(todo, all.length, partial, preparation)
    : allUsable;
  await parts.finish(shard);
  return unusable;
}

type Pictures = Readonly<Record<Split, readonly Located[]>>;

/** Finds the pictures and lists, and deals the pictures to the splits. */
async function lookAround(preparation: Preparation) {
  const { pictures, layout, out, skeleton } = preparation;
  const scan = await scanPictures(pictures, layout);
  if (scan.pictures.length === 0) {
    const left: [string, readonly string[]][] = [
      ["lie elsewhere", scan.unmatched],
      ["have a comma, colon, quote or outer blank in their name", scan.unlistable],
      ["are links to folders, which are left out", scan.links],
    ];
    const reasons = left.filter(([, paths]) => paths.length > 0)
      .map(([what, paths]) => `; ${paths.length} ${what}, as ${paths[0]}`);
    throw new Error(`${pictures} has no pictures in the layout ${layout}${reasons.join("")}`);
  }
  await Deno.mkdir(out, { recursive: true });
  await noteHome(out, preparation);
  const lists = await openLists(await openHome(out), skeleton);
  return { scan, lists, bySplit: dealPictures(scan.pictures, lists, preparation) };
}

/** What is known of the poses: the splits whose lists are ours, these, and the people with and without a pose. */
function posesOf(bySplit: Pictures, lists: Lists) {
  const own = splits.filter((split) => !lists[split]?.isTheirs && bySplit[split].length > 0);
  const tables = own.flatMap((split) => lists[split]?.table ?? []);
  const people = own.flatMap((split) => bySplit[split]).filter(({ name }) => identify(name));
  const missing = people.filter(({ name }) => find(tables, name) === null);
  return { own, tables, people, missing };
}

export type Unusable = Pick<PreparationAccount, "broken" | "unknown">;
const allUsable: Unusable = { broken: [], unknown: [] };

/**
 * Finds the poses that our lists lack, and writes the lists; gives what was wrong with pictures.
 * @throws Error where no picture can be used.
 */
async function annotate(
  bySplit: Pictures,
  lists: Lists,
  preparation: Preparation,
): Promise<Unusable> {
  const { out, skeleton, merge = false } = preparation;
  const { own, tables, people, missing } = posesOf(bySplit, lists);
  const isSettled = own.every((split) => {
    const table = lists[split]?.table;
    return table && bySplit[split].every(({ name }) => !find(tables, name) || find([table], name));
  });
  if (missing.length === 0 && isSettled) return allUsable;

  const parts = merge ? Parts.of(out, missing) : null;
  const found = await parts?.read(skeleton) ?? [];
  using partial = await PartialList.open(join(out, "annotation.part.csv"), skeleton);
  const todo = merge ? [] : missing.filter(({ name }) => partial.table.indexOf(name) === null);
  const unusable = todo.length > 0
    ? await findPoses(todo, people.length, partial, preparation)
    : allUsable;
  const { broken: [first], unknown: [stranger] } = unusable;
  if (partial.table.count === 0 && todo.length > 0 && todo.length === people.length) {
    const reason = first ?? `there is no pose of ${stranger}`;
    throw new Error(`none of ${people.length} pictures can be used; the first: ${reason}`);
  }
  const here = new Set(
    own.flatMap((split) => bySplit[split]).map(({ name }) => canonicalName(name)),
  );
  for (const split of own) {
    const absent = (lists[split]?.table.names ?? []).filter((name) =>
      !here.has(canonicalName(name))
    );
    const names = [...bySplit[split].map(({ name }) => name), ...absent].sort();
    await writeLines(
      join(out, listName("annotation", split)),
      listLines(names, [...tables, ...found, partial.table]),
    );
  }
  await partial.remove();
  await parts?.remove();
  return unusable;
}

/** The joints of a picture in the first of the tables that has it. */
function find(tables: readonly PoseTable[], name: string): Joints | null {
  for (const table of tables) {
    const index = table.indexOf(name);
    if (index !== null) return table.joints(index);
  }
  return null;
}

function* listLines(names: readonly string[], tables: readonly PoseTable[]): Generator<string> {
  yield annotationHeader;
  for (const name of names) {
    const joints = find(tables, name);
    if (joints) yield formatAnnotation({ name, joints }, tables[0].skeleton);
  }
}

/** Progress counts all `total` pictures, those done before too. */
async function findPoses(
  todo: readonly Located[],
  total: number,
  partial: PartialList,
  { pictures, skeleton, openPoses, onProgress }: Preparation,
): Promise<Unusable> {
  const poses = await openPoses();
  const broken: string[] = [], unknown: string[] = [];
  const nobody = skeleton.joints.map(() => null);
  let done = total - todo.length;
  onProgress(done, total);
  for await (const [located, result] of readPictures(pictures, todo)) {
    onProgress(++done, total);
    if (result.status === "rejected") {
      broken.push((result.reason as Error).message);
      continue;
    }
    try {
      const joints = await poses(result.value, located);
      if (joints === undefined) {
        unknown.push(located.path);
        continue;
      }
      partial.add({
        name: located.name,
        joints: joints ? wholePixels(joints, result.value) : nobody,
      });
    } catch (error) {
      if (!(error instanceof BrokenPose)) throw error;
      broken.push(error.message);
    }
  }
  return { broken, unknown };
}

/** The authors' programs expect whole numbers; what lies outside the picture is not seen. */
function wholePixels(joints: Joints, { width, height }: Size): Joints {
  const within = (value: number, end: number) => Math.max(0, Math.min(Math.round(value), end - 1));
  return joints.map((point): Point | null =>
    point && isInside(point, { width, height })
      ? { x: within(point.x, width), y: within(point.y, height) }
      : null
  );
}

/** Pairs the pictures of a split by its list on disk. */
async function pairSplit(
  split: Split,
  pictures: readonly Located[],
  home: Home,
  { skeleton, seed, testPairs }: Preparation,
): Promise<SplitAccount> {
  const list = findList(home, "annotation", split);
  const table = list === null ? new PoseTable("", skeleton) : await readPoseTable(list, skeleton);
  const here = new Set(pictures.map(({ name }) => canonicalName(name)));
  const exists = (name: string) => here.has(canonicalName(name));
  const { pairs: all, selection } = pairAll(table, exists);
  const ours = join(home.folder, listName("pairs", split));
  const theirs = findList(home, "pairs", split) ?? ours;
  if (theirs !== ours) {
    const { count } = await readPairs(theirs, table, exists);
    return { pictures: pictures.length, selection, pairs: count };
  }
  const pairs = split === "test" ? drawPairs(all, testPairs, seed) : all;
  if (list !== null) await writeLines(ours, pairLines(pairs, table));
  return { pictures: pictures.length, selection, pairs: pairs.count };
}

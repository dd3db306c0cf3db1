import { join, resolve } from "node:path";
import { writeLines } from "../data/files/write.ts";
import { isFolder } from "../data/files/look.ts";
import { checkDataset, kinds } from "../data/sets/check.ts";
import { homeFiles, openHome, removeLists } from "../data/sets/home.ts";
import { JOINED_FILE, noteJoined, partsOf } from "../data/sets/joined.ts";
import { type LayoutName, layoutNames, readFolder, unlistable } from "../data/sets/layout.ts";
import { splits as bothSplits } from "../data/sets/lists.ts";
import { describeSelection, drawPairs, pairAll, pairLines } from "../data/sets/pairs.ts";
import { openPoses, type PoseSource } from "../data/sets/pose_source.ts";
import { readPoseTable } from "../data/sets/pose_table.ts";
import { type Preparation, prepare, preparePart } from "../data/sets/prepare.ts";
import { human, isHuman, type Skeleton } from "../pose/skeleton.ts";
import { readSkeleton } from "../train/options.ts";
import { openDevice } from "../repose/files/open_device.ts";
import { type Arguments, type Command, required, shardOf, wholeNumber } from "./arguments.ts";
import { openPeopleFinder } from "../repose/files/open_studio.ts";
import { pictureProgress } from "../data/files/progress.ts";

/** The most test pairs: the paper's. */
const testPairs: Readonly<Record<LayoutName, number>> = {
  market: 12_000,
  deepfashion: 8_670,
  folder: 12_000,
};
/** Findings of a kind that are printed. */
const SHOWN = 5;

export const data: Command = {
  usage: "data market|deepfashion|folder|check DIR, ./run data join DIR DIR... --out DIR, or " +
    "./run data pairs --annotation CSV --out CSV",
  purpose: "Makes a folder of pictures ready for training: poses, a split by person, pairs.\n" +
    "market: Market-1501; deepfashion: In-shop Clothes Retrieval, the original tree or flattened " +
    "names;\nfolder: your own pictures, a folder for each person; pairs: of a list of poses alone;\n" +
    "join: makes a folder that stands for several, for train, evaluate and check;\n" +
    "check: says what is broken, missing, duplicate or unmatched, and changes nothing.",
  options: {
    out: {
      placeholder: "PATH",
      help: "where the lists go (DIR); with join, a new folder; with pairs, the list to write",
    },
    poses: {
      placeholder: "PATH",
      help: "instead of estimating: a list (CSV), COCO's JSON, or a folder of JSON files",
    },
    skeleton: { placeholder: "FILE", help: "what the pictures show, where it is not people" },
    annotation: { placeholder: "CSV", help: "the list of poses to pair" },
    "test-percent": {
      placeholder: "N",
      help: "percent of the people that are kept for testing (10)",
    },
    "test-pairs": {
      placeholder: "N",
      help: "the most test pairs; more are drawn from (as many as in the paper)",
    },
    seed: { placeholder: "N", help: "seed of what is drawn (0)" },
    shard: { placeholder: "K/N", help: "find the poses of part K of N only, counted from 1" },
    merge: { help: "no looking for poses: the lists of what all parts have found" },
    redo: { help: "begin again: without the poses and pairs that an earlier run has listed" },
    list: { placeholder: "FILE", help: "with check: a file for all that it finds" },
  },
  takesWords: true,
  async files(
    { words: [action, ...folders], texts: { poses, annotation, list, skeleton, ...texts } },
  ) {
    const [folder] = folders;
    const { out = folder } = texts;
    if (action === "pairs") {
      return { reads: [annotation, skeleton], writes: out === undefined ? [] : [out] };
    }
    if (action === "check") {
      return { reads: [folder, skeleton], writes: list === undefined ? [] : [list] };
    }
    if (out === undefined) return {};
    if (action === "join") {
      for (const part of folders) {
        if (!await isSamePlace(part, out)) continue;
        throw new Error(`--out ${out} is one of the folders to join: name a new one`);
      }
      return { writes: [join(out, JOINED_FILE)], folders: [out] };
    }
    // Lists may be written among the files of a folder with poses.
    const reads = poses !== undefined && await isFolder(poses) ? [] : [poses];
    return { reads: [...reads, skeleton], writes: homeFiles(out), folders: [out] };
  },
  async run(args) {
    const [action, folder, ...rest] = args.words;
    if (action === "pairs" && folder === undefined) return await writePairs(args);
    if (action === "join") return await joinFolders(args);
    const known = layoutNames.find((name) => name === action);
    if ((!known && action !== "check") || folder === undefined || rest.length > 0) {
      throw new Error(`say what to do with which folder: ${data.usage}`);
    }
    if (known) await prepareFolder(known, folder, args);
    else await check(folder, args);
  },
};

async function prepareFolder(layout: LayoutName, folder: string, args: Arguments): Promise<void> {
  const { out = folder, poses } = args.texts;
  const skeleton = await skeletonOf(args);
  const isAgain = args.switches.has("redo"), shard = shardOf(args);
  if (isAgain && (shard.count > 1 || args.switches.has("merge"))) {
    throw new Error("--redo begins all parts again: give it without --shard and --merge");
  }
  if (!isHuman(skeleton) && poses === undefined) {
    throw new Error(`no pose estimator knows a ${skeleton.name}: give its poses by --poses`);
  }
  using opened = new DisposableStack();
  const crowded: string[] = [];
  const openEstimator = async (): Promise<PoseSource> => {
    const device = opened.adopt(await openDevice(), (device) => device.close());
    const findPeople = openPeopleFinder(device);
    return async (picture, { path }) => {
      const people = await findPeople(picture);
      if (people.length > 1) crowded.push(path);
      return people[0] ?? null;
    };
  };
  const preparation: Preparation = {
    pictures: folder,
    layout,
    out,
    skeleton,
    openPoses: () => poses === undefined ? openEstimator() : openPoses(poses, skeleton),
    testShare: wholeNumber(args, "test-percent", { least: 0, most: 90, fallback: 10 }) / 100,
    testPairs: wholeNumber(args, "test-pairs", {
      least: 0,
      most: 1e9,
      fallback: testPairs[layout],
    }),
    seed: readSeed(args),
    merge: args.switches.has("merge"),
    onProgress: pictureProgress(),
  };
  if (isAgain && await isFolder(out)) await removeLists(out);
  if (shard.count > 1) {
    const { broken, unknown } = await preparePart(preparation, shard);
    show("pictures that cannot be used", broken);
    show(`pictures that ${poses} does not have`, unknown);
    console.log(
      `part ${shard.number} of ${shard.count} is done; after all parts, give --merge instead of --shard`,
    );
    return;
  }
  const { scan, unlisted, broken, unknown, splits } = await prepare(preparation);
  for (const split of bothSplits) {
    const { pictures, selection, pairs } = splits[split];
    console.log(
      `${split}: ${pictures} pictures, ${pairs} pairs of ${selection.people} people; ` +
        describeSelection(selection, skeleton),
    );
  }
  show("pictures that cannot be used", broken);
  show(`pictures that ${poses} does not have`, unknown);
  show("pictures that have no place in the layout", scan.unmatched);
  show("pictures of several people, of whom the largest is taken", crowded);
  show(unlistable, scan.unlistable);
  show(kinds.links, scan.links);
  show("pictures whose name another one has", scan.repeated);
  if (unlisted > 0) console.log(`${unlisted} pictures are in no list`);
  if (splits.train.pairs + splits.test.pairs === 0) {
    throw new Error(`no pictures of ${folder} make a pair: each needs another one of its person`);
  }
  if (splits.test.pairs === 0) {
    console.log("no test pairs: training is judged by training pairs, and evaluate has none");
  }
  console.log(`ready: ./run train --data ${out}`);
}

/** Whether two paths lead to one place, where they lead anywhere. */
async function isSamePlace(a: string, b: string): Promise<boolean> {
  const places = [a, b].map((path) => Deno.realPath(path).catch(() => resolve(path)));
  const [first, second] = await Promise.all(places);
  return first === second;
}

async function skeletonOf({ texts: { skeleton } }: Arguments): Promise<Skeleton> {
  return skeleton === undefined ? human : await readSkeleton(skeleton);
}

async function writePairs(args: Arguments): Promise<void> {
  const skeleton = await skeletonOf(args);
  const table = await readPoseTable(required(args, data, "annotation"), skeleton);
  const out = required(args, data, "out");
  const { pairs: all, selection } = pairAll(table);
  const most = wholeNumber(args, "test-pairs", { least: 1, most: 1e9, fallback: Infinity });
  const pairs = drawPairs(all, most, readSeed(args));
  if (pairs.count === 0) {
    throw new Error(`${table.file} has no pairs: ${describeSelection(selection, skeleton)}`);
  }
  await writeLines(out, pairLines(pairs, table));
  console.log(
    `${pairs.count} pairs of ${selection.people} people are in ${out}; ` +
      describeSelection(selection, skeleton),
  );
}

/** Makes a folder that stands for several data sets. */
async function joinFolders(args: Arguments): Promise<void> {
  const [, ...folders] = args.words;
  const out = required(args, data, "out");
  if (folders.length < 2) throw new Error(`say which data sets to join: ${data.usage}`);
  for (const folder of folders) await openHome(folder);
  const others = await isFolder(out) ? await Array.fromAsync(readFolder(out)) : [];
  if (others.some(({ name }) => name !== JOINED_FILE)) {
    throw new Error(`${out} holds other files: name a new folder with --out`);
  }
  await noteJoined(out, folders);
  console.log(`ready: ./run train --data ${out}`);
}

async function check(folder: string, args: Arguments): Promise<void> {
  const { texts } = args;
  const skeleton = await skeletonOf(args);
  const all: [keyof typeof kinds, string[]][] = [];
  for (const part of await partsOf(folder)) {
    const { layout, pictures, findings } = await checkDataset(part, skeleton, pictureProgress());
    console.log(`${part}: ${pictures} pictures in the layout ${layout}`);
    const found = Object.entries(findings) as [keyof typeof kinds, string[]][];
    for (const [kind, what] of found) show(kinds[kind], what);
    all.push(...found);
  }
  if (texts.list !== undefined) {
    const lines = all.flatMap(([kind, what]) => what.map((each) => `${kinds[kind]}: ${each}`));
    await writeLines(texts.list, lines);
  }
  const count = all.reduce((sum, [, what]) => sum + what.length, 0);
  console.log(count === 0 ? "nothing is wrong" : `${count} findings`);
  if (count > 0) Deno.exitCode = 1;
}

/** How many there are, and the first of them. */
function show(kind: string, what: readonly string[]): void {
  if (what.length === 0) return;
  console.log(`${what.length} ${kind}:`);
  for (const each of what.slice(0, SHOWN)) console.log(`  ${each}`);
  if (what.length > SHOWN) console.log(`  and ${what.length - SHOWN} more`);
}

function readSeed(args: Arguments): number {
  return wholeNumber(args, "seed", { least: 0, most: 2 ** 32 - 1, fallback: 0 });
}

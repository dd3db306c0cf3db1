/**
 * One thing that is done with the data set in a folder, in a process of its own: time and peak memory as JSON.
 *
 * deno run -A bench/data_phase.ts PHASE FOLDER [K/N]
 */
import { join } from "node:path";
import process from "node:process";
import { writeLines } from "../data/files/write.ts";
import { readLines } from "../data/files/lines.ts";
import { pairAll, pairLines } from "../data/sets/pairs.ts";
import { openPoses } from "../data/sets/pose_source.ts";
import { readPoseTable } from "../data/sets/pose_table.ts";
import { type Preparation, prepare, preparePart } from "../data/sets/prepare.ts";
import { openPrepared } from "../data/sets/prepared.ts";
import { batchIndices } from "../data/sets/sampler.ts";
import { parseAnnotation } from "../pose/formats/annotation.ts";
import { human } from "../pose/skeleton.ts";

const size = { width: 64, height: 128 };
const annotations = "annotation-train.csv", pairs = "pairs-train.csv";
const BATCH = 4;
/** Of an epoch's pairs, in its order: enough to fill the cache of pictures. */
const SHARE_WITH_PICTURES = 0.05;

/** Gives how many things were done. `part` is K/N where several processes do them. */
type Phase = (folder: string, part?: string) => Promise<number>;

const phases: Readonly<Record<string, Phase>> = {
  /** What a process takes that does nothing. */
  start: () => Promise.resolve(1),

  /** `data pairs` */
  async pairing(folder) {
    const table = await readPoseTable(join(folder, annotations), human);
    const { pairs: all } = pairAll(table);
    await writeLines(join(folder, pairs), pairLines(all, table));
    return all.count;
  },

  async opening(folder) {
    return (await openPrepared(folder, size, human)).pairCount("train");
  },

  /** Opening, and which pairs each batch of an epoch has: each pair once. */
  async order(folder) {
    const { pairCount } = await openEpoch(folder);
    const seen = new Uint8Array(pairCount);
    for (const index of epoch(pairCount)) seen[index]++;
    if (seen.some((count) => count !== 1)) throw new Error("an epoch has each pair once");
    return pairCount;
  },

  /** Opening, and the first pairs of an epoch with their pictures. */
  async pictures(folder) {
    const { dataset, pairCount } = await openEpoch(folder);
    const wanted = Math.round(SHARE_WITH_PICTURES * pairCount);
    for (const index of epoch(pairCount).take(wanted)) await dataset.pair("train", index);
    return wanted;
  },

  /** `data market --poses`: every picture is decoded, its pose looked up and written, pairs are listed. */
  async preparing(folder) {
    const { splits } = await prepare(preparation(folder, "prepared"));
    return splits.train.pictures;
  },

  /** The same with `--shard`: a part of the pictures. */
  async part(folder, part = "1/1") {
    const [number, count] = part.split("/").map(Number);
    await preparePart(preparation(folder, "merged"), { number, count });
    return 1;
  },

  /** The same with `--merge`: the lists of what all parts have found. */
  async merging(folder) {
    const { splits } = await prepare({ ...preparation(folder, "merged"), merge: true });
    return splits.train.pictures;
  },

  /** The plain way: the lists as objects. The pictures would come on top. */
  async objects(folder) {
    const poses = new Map<string, unknown>(), list: object[] = [];
    for await (const text of readLines(join(folder, annotations))) {
      if (!text.startsWith("name:")) {
        const annotation = parseAnnotation(text, human, { file: annotations, line: 0 });
        poses.set(annotation.name, annotation);
      }
    }
    for await (const text of readLines(join(folder, pairs))) {
      const [from, to] = text.split(",");
      list.push({ from, to });
    }
    return poses.size + list.length - 1;
  },
};

function preparation(folder: string, out: string): Preparation {
  return {
    ...{ pictures: folder, layout: "market", out: join(folder, out), skeleton: human, seed: 0 },
    ...{ testShare: 0, testPairs: 0, onProgress: () => {} },
    openPoses: () => openPoses(join(folder, annotations), human),
  };
}

async function openEpoch(folder: string) {
  const dataset = await openPrepared(folder, size, human);
  return { dataset, pairCount: dataset.pairCount("train") };
}

function* epoch(pairCount: number): Generator<number, void> {
  for (let batch = 0; batch * BATCH < pairCount; batch++) {
    const draw = { seed: 1, stream: "generator", batchSize: BATCH, pairCount };
    yield* batchIndices(draw, batch).slice(0, pairCount - batch * BATCH);
  }
}

const [name, folder, part] = Deno.args;
const start = performance.now();
const count = await phases[name](folder, part);
const seconds = (performance.now() - start) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ name, count, seconds, peakBytes }));

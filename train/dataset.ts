/** Opens what a run trains on, and picks held-out pairs to judge it by. */
import { join } from "node:path";
import type { Dataset, Pair, Split } from "../data/types.ts";
import { figures } from "../data/figures/figures.ts";
import { openHome } from "../data/sets/home.ts";
import { partsOf } from "../data/sets/joined.ts";
import { readPicture } from "../data/pictures/image_file.ts";
import { scanPictures } from "../data/sets/layout.ts";
import { openPrepared } from "../data/sets/prepared.ts";
import { shuffledIndex } from "../data/sets/sampler.ts";
import {
  type ModelConfiguration,
  modelConfiguration,
  type Preset,
} from "../model/configuration.ts";

/** The built-in people are the same in every run, so that scores can be compared. */
const FIGURES_SEED = 0;

/**
 * The pictures in `folder` at the model's size, or the built-in figures without one.
 * @throws Error where there is nothing to train on.
 */
export async function openDataset(
  folder: string | null,
  { size, skeleton }: ModelConfiguration,
): Promise<Dataset> {
  if (folder === null) return figures({ size, seed: FIGURES_SEED });
  const dataset = await openPrepared(folder, size, skeleton);
  if (dataset.pairCount("train") === 0) {
    throw new Error(
      `${folder} has no training pairs, only ${dataset.pairCount("test")} test pairs`,
    );
  }
  return dataset;
}

/**
 * As `openDataset`, to judge by: with the test pairs of a list of its own where one is given.
 * @throws Error where there are no test pairs.
 */
export async function openTestDataset(
  folder: string | null,
  pairs: string | null,
  { size, skeleton }: ModelConfiguration,
): Promise<Dataset> {
  if (folder === null) {
    if (pairs !== null) throw new Error(`${pairs} lists pairs of a data set: name it with --data`);
    return figures({ size, seed: FIGURES_SEED });
  }
  const dataset = await openPrepared(folder, size, skeleton, pairs);
  if (dataset.pairCount("test") > 0) return dataset;
  throw new Error(
    `${pairs ?? folder} has no test pairs; ${folder} has ${dataset.pairCount("train")} ` +
      "training pairs",
  );
}

/** The preset for pictures like the first in `folder`. @throws Error where there is none. */
export async function presetOf(folder: string): Promise<Preset> {
  const file = await firstPicture(folder);
  const { width, height } = await readPicture(file);
  for (const preset of ["market", "deepfashion"] as const) {
    const { size } = modelConfiguration({ preset });
    if (size.width === width && size.height === height) return preset;
  }
  throw new Error(
    `${file} is ${height}x${width} (height x width), not 128x64 or 256x256: say with --preset ` +
      `market or --preset deepfashion which size to fit the pictures to`,
  );
}

async function firstPicture(folder: string): Promise<string> {
  const [part] = await partsOf(folder);
  const home = await openHome(part);
  const { pictures } = await scanPictures(home.pictures, home.layout);
  const first = pictures.find(({ split }) => split !== "test") ?? pictures.at(0);
  if (first) return join(home.pictures, first.path);
  throw new Error(
    `${folder} has no pictures in a layout that is known: make it ready with ./run data`,
  );
}

/** The split that a run is judged on: people not trained on, unless there are no others. */
export function heldOutSplit(dataset: Dataset): Split {
  return dataset.pairCount("test") > 0 ? "test" : "train";
}

/** Up to `count` pairs, always the same, drawn from all of the held-out split. */
export async function heldOutPairs(dataset: Dataset, count: number): Promise<Pair[]> {
  const split = heldOutSplit(dataset);
  const all = dataset.pairCount(split);
  const taken = Math.min(count, all);
  const pairs: Pair[] = [];
  for (let i = 0; i < taken; i++) {
    pairs.push(await dataset.pair(split, shuffledIndex(i, all, 0)));
  }
  return pairs;
}

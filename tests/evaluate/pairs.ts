/** The pairs that the metrics are checked on; the first of each pair stands for a painted picture. */
import { join } from "node:path";
import type { Pair, Sample } from "../../data/types.ts";
import { figures } from "../../data/figures/figures.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { readPoseTable } from "../../data/sets/pose_table.ts";
import { human } from "../../pose/skeleton.ts";
import type { Size } from "../../pose/types.ts";
import { sharedPath } from "../shared.ts";

/** What the metrics are by another program. */
export interface Reference {
  /** How the values were made. */
  readonly made: string;
  readonly humans: readonly Values[];
  readonly figures: readonly Values[];
}

export interface Values {
  readonly "ssim": number;
  readonly "ssim-255": number;
  readonly "ssim-51": number | null;
  /** SHA-256 of the mask's bytes. */
  readonly "mask": string;
  readonly "mask-ssim": number;
  readonly "l1": number;
  readonly "psnr": number;
  /** Correct joints, and joints. */
  readonly "pckh": readonly [number, number];
  /** Of the first `VGG_PAIRS` people's pairs. */
  readonly "vgg-l1": number | null;
}

export const reference = new URL("reference.json", import.meta.url);

/** As many pairs of people have a VGG distance. */
export const VGG_PAIRS = 2;

/** Keras's VGG-19; null, and said so, where it is not at hand. */
export const vggFile = () => sharedPath("weights/vgg19-keras-block1-block2conv1.safetensors");

/** Built-in figures in three sizes. */
export async function figurePairs(): Promise<Pair[]> {
  const sizes: Size[] = [[32, 64], [64, 128], [75, 61]].map(([width, height]) => ({
    width,
    height,
  }));
  return await Promise.all(
    sizes.flatMap((size) => [0, 1, 2, 3].map((i) => figures({ size, seed: 3 }).pair("test", i))),
  );
}

/** 100 pairs of photoreal people, named by their paths; null, and said so, where these are not at hand. */
export async function humanPairs(): Promise<Pair[] | null> {
  const folder = sharedPath("data/humans");
  if (folder === null) return null;
  const small = await drawPairs(join(folder, "128x64"), 80);
  return [...small, ...await drawPairs(join(folder, "256x256"), 20)];
}

async function drawPairs(folder: string, count: number): Promise<Pair[]> {
  const tables = await Promise.all(["train", "test"].map(async (split) => ({
    table: await readPoseTable(join(folder, `annotation-${split}.csv`), human),
    pictures: join(folder, `bounding_box_${split}`),
  })));
  const all = tables.flatMap(({ table, pictures }) =>
    table.names.map((name, i) => ({ path: join(pictures, name), joints: table.joints(i) }))
  );
  const sample = async (number: number): Promise<Sample> => {
    const { path, joints } = all[number % all.length];
    return { name: path, picture: await readPicture(path), joints };
  };
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => ({
      source: await sample(37 * i),
      target: await sample(53 * i + 11),
    })),
  );
}

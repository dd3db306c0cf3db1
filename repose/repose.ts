import { makeBatch } from "../data/batch.ts";
import type { Pair } from "../data/dataset.ts";
import type { Picture } from "../data/pictures/picture.ts";
import type { Random } from "../engine/random.ts";
import type { Painter } from "./painter.ts";

/**
 * The source of each pair, painted in the pose of its target; waits for the GPU.
 *
 * @param batch pairs painted at a time
 * @param noise draws dropout; without it the most likely picture comes out
 */
export async function repose(
  painter: Painter,
  pairs: readonly Pair[],
  batch: number,
  noise: Random | null = null,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (let i = 0; i < pairs.length; i += batch) {
    pictures.push(...await paint(painter, pairs.slice(i, i + batch), noise));
  }
  return pictures;
}

async function paint(
  painter: Painter,
  pairs: readonly Pair[],
  noise: Random | null,
): Promise<Picture[]> {
  const { skeleton, regions } = painter.configuration;
  const batch = makeBatch(pairs, skeleton, regions);
  const bytes = await painter.paint(batch, noise);
  const { width, height } = batch.size;
  const length = width * height * 3;
  return pairs.map((_, i) => ({
    width,
    height,
    pixels: bytes.subarray(i * length, (i + 1) * length),
  }));
}

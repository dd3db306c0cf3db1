import type { Pair, Picture } from "../data/types.ts";
import { writePicture } from "../data/pictures/image_file.ts";
import { contactSheet } from "../data/pictures/sheet.ts";
import { drawSkeleton } from "../pose/draw.ts";
import type { Skeleton } from "../pose/skeleton.ts";

/** Pictures lower than this many pixels are enlarged by a whole factor. */
const LEGIBLE_HEIGHT = 128;

/** Writes a PNG with a row for each pair: source, target pose, target, output. */
export async function writeSampleSheet(
  path: string,
  skeleton: Skeleton,
  pairs: readonly Pair[],
  outputs: readonly Picture[],
): Promise<void> {
  const rows = pairs.map(({ source, target }, i) => [
    source.picture,
    drawPose(skeleton, target),
    target.picture,
    outputs[i],
  ]);
  const upscale = Math.max(1, Math.floor(LEGIBLE_HEIGHT / outputs[0].height));
  await writePicture(path, contactSheet(rows, upscale));
}

/** The pose of a sample, drawn over black. */
export function drawPose(skeleton: Skeleton, { picture, joints }: Pair["target"]): Picture {
  const { width, height } = picture;
  const pixels = new Uint8Array(picture.pixels.length);
  drawSkeleton(pixels, { width, height }, skeleton, joints);
  return { width, height, pixels };
}

/** Small folders of pictures, and what prepares them. */
import { dirname, join } from "node:path";
import { writePicture } from "../../../data/pictures/image_file.ts";
import type { LayoutName } from "../../../data/sets/layout.ts";
import type { PoseSource } from "../../../data/sets/pose_source.ts";
import type { Preparation } from "../../../data/sets/prepare.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { patternPicture } from "../fixtures.ts";

export const size = { width: 16, height: 32 };
export const standing: Joints = human.joints.map((_, i) => ({ x: i % 12, y: i + 2 }));

/** Writes pictures that all differ. */
export async function writePictures(folder: string, paths: readonly string[]): Promise<void> {
  for (const [i, path] of paths.entries()) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await writePicture(join(folder, path), patternPicture(size.width, size.height, i));
  }
}

/** A pose that differs from picture to picture, in fractions of a pixel. */
export const source: PoseSource = (picture) =>
  Promise.resolve(
    standing.map((point) => point && { ...point, y: point.y - picture.pixels[0] / 999 }),
  );

/** What prepares a folder, with `more` in place of the usual. */
export const settings = (
  pictures: string,
  layout: LayoutName,
  more: Partial<Preparation> = {},
): Preparation => ({
  ...{ pictures, layout, out: pictures, skeleton: human, seed: 0 },
  ...{ testShare: 0.25, testPairs: 1e9, openPoses: () => Promise.resolve(source) },
  onProgress: () => {},
  ...more,
});

export const people = ["ANNA", "BOB", "CLEO", "DORA", "EMIL", "FINN", "GUS", "HUGO"];
/** Three pictures of each. */
export const album = people.flatMap((person) => [1, 2, 3].map((i) => `${person}/${i}.png`));

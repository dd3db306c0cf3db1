import { isInside } from "../pose/formats/inside.ts";
import { missingAnchors, type Skeleton } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import { crop, resize } from "./pictures/picture.ts";
import { KeyedRandom } from "./keyed_random.ts";
import type { Box, Pair, Sample } from "./types.ts";

/** The least part of a picture that is zoomed to, of its height and width. */
const LEAST = 0.45;

/**
 * The pair seen closer, as in photos that show no legs: the same box of both pictures, from somewhere above both heads
 * on, in the pictures' size. `key` determines the box. Joints that it leaves out become missing; where one of the
 * skeleton's anchors would, the pair stays as it is.
 */
export function zoomPair(pair: Pair, skeleton: Skeleton, key: number): Pair {
  const { source, target } = pair;
  const random = new KeyedRandom(key, 0, 0);
  const { width, height } = source.picture;
  const points = [source, target].flatMap(({ joints }) => joints).filter((point) => point !== null);
  const part = random.between(LEAST, 1);
  const size = { width: Math.round(width * part), height: Math.round(height * part) };
  const highest = points.reduce((least, { y }) => Math.min(least, y), height);
  const middle = points.reduce((sum, { x }) => sum + x, 0) / Math.max(1, points.length);
  const within = (at: number, most: number) => Math.round(Math.min(Math.max(at, 0), most));
  const box = {
    ...size,
    left: within(random.near(middle, width / 8) - size.width / 2, width - size.width),
    top: within(random.between(0, highest), height - size.height),
  };
  const zoomed = { source: zoomSample(source, box), target: zoomSample(target, box) };
  const isUsable = [zoomed.source, zoomed.target]
    .every(({ joints }) => missingAnchors(skeleton, joints).length === 0);
  return isUsable ? zoomed : pair;
}

function zoomSample({ name, picture, joints }: Sample, box: Box): Sample {
  const scale = picture.height / box.height;
  const moved = transformJoints(joints, scale, -box.left * scale, -box.top * scale);
  return {
    name,
    picture: resize(crop(picture, box), picture),
    joints: moved.map((point) => point && isInside(point, picture) ? point : null),
  };
}

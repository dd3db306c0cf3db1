import { mirrorJoints, type Skeleton } from "../pose/skeleton.ts";
import type { Pair, Sample } from "./types.ts";
import { mirrorPicture } from "./pictures/picture.ts";

/** The pair as a mirror shows it. */
export function mirrorPair({ source, target }: Pair, skeleton: Skeleton): Pair {
  return { source: mirrorSample(source, skeleton), target: mirrorSample(target, skeleton) };
}

/** The picture mirrored left to right, and the pose with it: a right hand becomes a left one. */
export function mirrorSample({ name, picture, joints }: Sample, skeleton: Skeleton): Sample {
  const swapped = mirrorJoints(skeleton, joints);
  return {
    name,
    picture: mirrorPicture(picture),
    joints: swapped.map((point) => point && { x: picture.width - 1 - point.x, y: point.y }),
  };
}

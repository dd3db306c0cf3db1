import { mirrorJoints, type Skeleton } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import type { Pair, Sample } from "./types.ts";
import { mirrorPicture } from "./pictures/picture.ts";

/** The pair as a mirror shows it. */
export function mirrorPair({ source, target }: Pair, skeleton: Skeleton): Pair {
  return { source: mirrorSample(source, skeleton), target: mirrorSample(target, skeleton) };
}

function mirrorSample({ name, picture, joints }: Sample, skeleton: Skeleton): Sample {
  return {
    name,
    picture: mirrorPicture(picture),
    joints: mirrorPose(joints, skeleton, picture.width),
  };
}

/** The pose in a picture of that width, mirrored left to right: a right hand becomes a left one. */
export function mirrorPose(joints: Joints, skeleton: Skeleton, width: number): Joints {
  return mirrorJoints(skeleton, joints)
    .map((point) => point && { x: width - 1 - point.x, y: point.y });
}

import { fitAffine } from "./affine.ts";
import { paperRegion, releasedLimb, releasedMask, wholeRegion } from "./regions.ts";
import {
  anchorCorners,
  checkJoints,
  jointNamed,
  mirrorJoints,
  type Part,
  seenJoints,
  type Skeleton,
} from "./skeleton.ts";
import type { Affine, Joints, Quad, Size } from "./types.ts";

/** How parts are drawn: as in the paper, as in the authors' released code, or whole, and then used as in the paper. */
export type Style = "paper" | "released" | "whole";

/**
 * How each part of an object moves from a source picture to a target picture, in the order of the
 * skeleton's parts. A part that one of the pictures lacks has neither map nor region.
 */
export interface Deformation {
  /** Target -> source. */
  readonly maps: readonly (Affine | null)[];
  /** Where the part is: on the target in the released style, else on the source. */
  readonly regions: readonly (Quad | null)[];
}

/**
 * The affine map and the region of every part (paper, "Deformable skip connections"; the authors'
 * code). A limb that the source lacks is taken from its mirror limb; without all anchor joints in
 * both pictures there is no part at all.
 * @throws RangeError where a pose has not the skeleton's number of joints.
 *
 * @param size size of both pictures in pixels
 */
export function deformation(
  skeleton: Skeleton,
  source: Joints,
  target: Joints,
  size: Size,
  style: Style,
): Deformation {
  checkJoints(skeleton, source);
  checkJoints(skeleton, target);
  const usable = [source, target].every((joints) => anchorCorners(skeleton, joints));
  const parts = skeleton.parts.map((part) => {
    if (!usable) return null;
    return style === "released"
      ? releasedPart(skeleton, part, source, target, size)
      : drawnPart(skeleton, part, source, target, style === "paper" ? paperRegion : wholeRegion);
  });
  return {
    maps: parts.map((part) => part?.map ?? null),
    regions: parts.map((part) => part?.region ?? null),
  };
}

/** A part that both pictures have. */
interface MovedPart {
  readonly map: Affine;
  readonly region: Quad;
}

/** A part that moves as its region does. */
function drawnPart(
  skeleton: Skeleton,
  part: Part,
  source: Joints,
  target: Joints,
  regionOf: typeof paperRegion,
): MovedPart | null {
  const region = orMirrored(skeleton, source, (joints) => regionOf(skeleton, part, joints));
  const corners = regionOf(skeleton, part, target);
  const map = region && corners && fitAffine(corners, region);
  return map && { map, region };
}

function releasedPart(
  skeleton: Skeleton,
  part: Part,
  source: Joints,
  target: Joints,
  size: Size,
): MovedPart | null {
  const region = releasedMask(skeleton, part, target, size);
  const map = releasedMap(skeleton, part, source, target);
  return map && region && { map, region };
}

function releasedMap(
  skeleton: Skeleton,
  part: Part,
  source: Joints,
  target: Joints,
): Affine | null {
  if (part.kind === "torso") return fitJoints(skeleton, skeleton.anchor, source, target);
  if (part.kind === "head") {
    const names = [...part.joints, ...skeleton.anchor.slice(0, 2)];
    return fitJoints(skeleton, names, source, target);
  }
  const from = orMirrored(
    skeleton,
    source,
    (joints) => releasedLimb(skeleton, part, joints, "fit"),
  );
  const to = releasedLimb(skeleton, part, target, "fit");
  return from && to && fitAffine(to, from);
}

/** The map between the joints that both pictures have. */
function fitJoints(
  skeleton: Skeleton,
  names: readonly string[],
  source: Joints,
  target: Joints,
): Affine | null {
  const shared = names.filter((name) =>
    [source, target].every((joints) => jointNamed(skeleton, joints, name))
  );
  return fitAffine(seenJoints(skeleton, target, shared), seenJoints(skeleton, source, shared));
}

/** A part's region in a picture, or that of its mirror part where it was not seen. */
function orMirrored(
  skeleton: Skeleton,
  joints: Joints,
  region: (joints: Joints) => Quad | null,
): Quad | null {
  return region(joints) ?? region(mirrorJoints(skeleton, joints));
}

import { mean } from "./affine.ts";
import {
  anchorCorners,
  jointNamed,
  type Limb,
  type Part,
  seenJoints,
  type Skeleton,
} from "./skeleton.ts";
import type { Joints, Point, Quad, Size } from "./types.ts";

/**
 * How the authors' code draws a limb: half-width 0.2 of the torso's height, begun a tenth of the
 * limb before its first joint and run past the second by a share that depends on the use.
 */
export const RELEASED_HALF_WIDTH = 0.2;
export const RELEASED_BEFORE = 0.1;
export const RELEASED_PAST = {
  fit: { "upper limb": 0.1, "lower limb": 0.3 },
  mask: { "upper limb": 0.1, "lower limb": 0.5 },
};
export const RELEASED_HEAD_HALF_SIDE = 0.4;

/**
 * The region of a part in one picture as the paper has it ("Deformable skip connections"): torso
 * and head are axis-aligned boxes of their joints, a limb is a rectangle along its line, as wide as
 * a third of the mean torso diagonal. Null where the part or any anchor joint was not seen.
 */
export function paperRegion(skeleton: Skeleton, part: Part, joints: Joints): Quad | null {
  const anchor = anchorCorners(skeleton, joints);
  if (!anchor) return null;
  const halfWidth = (distance(anchor[0], anchor[2]) + distance(anchor[1], anchor[3])) / 12;
  if (part.kind === "torso") return boxAround(anchor, halfWidth);
  if (part.kind !== "head") return limbRectangle(limbEnds(skeleton, part, joints), halfWidth);
  const seen = seenJoints(skeleton, joints, part.joints);
  if (seen.length === 0) return null;
  return boxAround([...seen, ...seenJoints(skeleton, joints, [part.base])], halfWidth);
}

/**
 * The mask of a part on the target as the authors' code has it: everything for the torso, a square
 * about the middle of the face, a widened limb. Null where the part or any anchor joint was not
 * seen.
 */
export function releasedMask(
  skeleton: Skeleton,
  part: Part,
  joints: Joints,
  size: Size,
): Quad | null {
  const anchor = anchorCorners(skeleton, joints);
  if (!anchor) return null;
  if (part.kind === "torso") return pixelBox(0, 0, size.width, size.height);
  if (part.kind !== "head") return releasedLimb(skeleton, part, joints, "mask");
  const seen = seenJoints(skeleton, joints, part.joints);
  if (seen.length === 0) return null;
  const x = Math.trunc(mean(seen).x), y = Math.trunc(mean(seen).y);
  const half = Math.trunc(RELEASED_HEAD_HALF_SIDE * torsoHeight(anchor));
  return half > 0 ? pixelBox(x - half, y - half, x + half, y + half) : null;
}

/** The rectangle of a limb as the authors' code has it, for the affine fit or for the mask. */
export function releasedLimb(
  skeleton: Skeleton,
  limb: Limb,
  joints: Joints,
  use: "fit" | "mask",
): Quad | null {
  const anchor = anchorCorners(skeleton, joints);
  const ends = limbEnds(skeleton, limb, joints);
  if (!anchor || !ends) return null;
  // The second extension is a share of the limb with the first already made.
  const from = between(ends[0], ends[1], -RELEASED_BEFORE);
  const to = between(ends[1], from, -RELEASED_PAST[use][limb.kind]);
  return limbRectangle([from, to], RELEASED_HALF_WIDTH * torsoHeight(anchor));
}

/**
 * How the whole parts are drawn, in shares of the torso's height: how far before their line's first point and past its
 * second they reach, and to either side; the torso's sides are added to half its width. The line of the head begins
 * at the neck.
 */
export const WHOLE = {
  torso: { before: 0.1, past: 0.35, beside: 0.15 },
  head: { before: 0.15, length: 0.75, beside: 0.32 },
};

/**
 * The region of a whole part, with what joints alone leave out: hair, hands, feet, and clothes below the hips. Torso
 * and head are rectangles along their own lines, limbs those of `releasedLimb`. A head of which no joint is seen, as
 * from behind, goes on as the torso does. Null where a limb or any anchor joint was not seen.
 */
export function wholeRegion(skeleton: Skeleton, part: Part, joints: Joints): Quad | null {
  const anchor = anchorCorners(skeleton, joints);
  if (!anchor) return null;
  if (part.kind !== "torso" && part.kind !== "head") {
    return releasedLimb(skeleton, part, joints, "mask");
  }
  const [a, b, c, d] = anchor;
  const height = torsoHeight(anchor);
  const top = mean([a, b]), bottom = mean([c, d]);
  if (part.kind === "torso") {
    const { before, past, beside } = WHOLE.torso;
    const halfWidth = Math.max(distance(a, b), distance(c, d)) / 2 + beside * height;
    return limbRectangle([between(top, bottom, -before), between(bottom, top, -past)], halfWidth);
  }
  const { before, length, beside } = WHOLE.head;
  const base = jointNamed(skeleton, joints, part.base) ?? top;
  const seen = seenJoints(skeleton, joints, part.joints);
  const upright = direction(bottom, top);
  const towards = seen.length > 0 ? direction(base, mean(seen)) : upright;
  // Half way between the two: in profile the face lies before the head.
  const line = { x: base.x + upright.x + towards.x, y: base.y + upright.y + towards.y };
  const at = (share: number) => between(base, line, share * height / distance(base, line));
  return limbRectangle([at(-before), at(length)], beside * height);
}

/** The unit vector from a to b; zero where they are one. */
function direction(a: Point, b: Point): Point {
  const length = Math.max(distance(a, b), Number.MIN_VALUE);
  return { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
}

/** The quadratic mean of the torso's two long sides. */
function torsoHeight([a, b, c, d]: Quad): number {
  return Math.hypot(distance(a, d), distance(b, c)) / Math.SQRT2;
}

function limbEnds(skeleton: Skeleton, limb: Limb, joints: Joints): [Point, Point] | null {
  const seen = seenJoints(skeleton, joints, limb.joints);
  return seen.length === 2 ? [seen[0], seen[1]] : null;
}

/** The rectangle along a line; null without one, or where its length or width is zero. */
function limbRectangle(ends: [Point, Point] | null, halfWidth: number): Quad | null {
  if (!ends) return null;
  const [from, to] = ends;
  const length = distance(from, to);
  if (length === 0 || halfWidth === 0) return null;
  const x = (to.y - from.y) / length * halfWidth, y = (from.x - to.x) / length * halfWidth;
  return [
    { x: from.x - x, y: from.y - y },
    { x: to.x - x, y: to.y - y },
    { x: to.x + x, y: to.y + y },
    { x: from.x + x, y: from.y + y },
  ];
}

/** The box of some points, each half-side at least `halfSide`; null where that is zero. */
function boxAround(points: readonly Point[], halfSide: number): Quad | null {
  if (halfSide === 0) return null;
  const [left, right] = widened(points.map(({ x }) => x), halfSide);
  const [top, bottom] = widened(points.map(({ y }) => y), halfSide);
  return box(left, top, right, bottom);
}

function widened(values: readonly number[], half: number): [number, number] {
  const low = Math.min(...values), high = Math.max(...values);
  const middle = (low + high) / 2, reach = Math.max((high - low) / 2, half);
  return [middle - reach, middle + reach];
}

/** The box that holds the pixels left..right-1, top..bottom-1, drawn along their outer edges. */
function pixelBox(left: number, top: number, right: number, bottom: number): Quad {
  return box(left - 0.5, top - 0.5, right - 0.5, bottom - 0.5);
}

function box(left: number, top: number, right: number, bottom: number): Quad {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The point that is the share t of the way from a to b. */
function between(a: Point, b: Point, t: number): Point {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

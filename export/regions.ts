/** The regions of the parts as a graph: what pose/regions.ts computes. */
import {
  RELEASED_BEFORE,
  RELEASED_HALF_WIDTH,
  RELEASED_HEAD_HALF_SIDE,
  RELEASED_PAST,
  WHOLE,
} from "../pose/regions.ts";
import type { Limb, Part, Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";
import type { Graph, Value } from "./graph.ts";
import { allSeen, anySeen, type Joints, jointsNamed, length, pointsOf, TINIEST } from "./pose.ts";

/** The quads of r parts. */
export interface Quads {
  /** [N, r, 8]: x0, y0 .. x3, y3; anything, NaN too, where there is none. */
  readonly corners: Value;
  /** [N, r, 1], bool. */
  readonly there: Value;
}

const isLimb = (part: Part): part is Limb =>
  part.kind === "upper limb" || part.kind === "lower limb";

/** The parts in the order of the graph, in which limbs come last. */
export const limbsOf = ({ parts }: Skeleton): Limb[] => parts.filter(isLimb);
export const othersOf = ({ parts }: Skeleton): Exclude<Part, Limb>[] =>
  parts.filter((part) => !isLimb(part));

/** `paperRegion` of all parts. */
export function paperRegions(g: Graph, skeleton: Skeleton, pose: Joints): Quads {
  const anchor = jointsNamed(g, skeleton, pose, skeleton.anchor);
  const [a, b, c, d] = pointsOf(g, anchor, 4);
  const diagonals = g.add(length(g, g.sub(a, c)), length(g, g.sub(b, d)));
  const halfWidth = g.div(diagonals, 12);
  const boxes = othersOf(skeleton).map((part) => {
    if (part.kind === "torso") return boxAround(g, anchor, allSeen(g, anchor), halfWidth);
    const all = jointsNamed(g, skeleton, pose, [...part.joints, part.base]);
    const seen = anySeen(g, jointsNamed(g, skeleton, pose, part.joints));
    return boxAround(g, all, seen, halfWidth);
  });
  const { from, to, seen } = limbEnds(g, skeleton, pose);
  const limbs = rectangles(g, from, to, halfWidth);
  return needing(
    g,
    joined(g, [...boxes, { ...limbs, there: g.and(limbs.there, seen) }]),
    g.and(allSeen(g, anchor), g.greater(halfWidth, 0)),
  );
}

/** `releasedMask` of all parts. */
export function releasedMasks(
  g: Graph,
  skeleton: Skeleton,
  pose: Joints,
  { width, height }: Size,
): Quads {
  const { usable, torsoHeight } = torso(g, skeleton, pose);
  const boxes = othersOf(skeleton).map((part) => {
    if (part.kind === "torso") {
      const [right, bottom] = [width - 0.5, height - 0.5];
      const whole = [-0.5, -0.5, right, -0.5, right, bottom, -0.5, bottom];
      return {
        corners: g.where(usable, g.constant(whole, [1, 1, 8], "double"), 0),
        there: usable,
      };
    }
    const face = jointsNamed(g, skeleton, pose, part.joints);
    const middle = truncated(g, meanOf(g, face));
    const half = truncated(g, g.mul(torsoHeight, RELEASED_HEAD_HALF_SIDE));
    // The outer edges of its pixels.
    const low = g.sub(g.sub(middle, half), 0.5), high = g.sub(g.add(middle, half), 0.5);
    return { corners: box(g, low, high), there: g.and(anySeen(g, face), g.greater(half, 0)) };
  });
  return needing(g, joined(g, [...boxes, releasedLimbs(g, skeleton, pose, "mask")]), usable);
}

/** `wholeRegion` of all parts. */
export function wholeRegions(g: Graph, skeleton: Skeleton, pose: Joints): Quads {
  const { usable, torsoHeight } = torso(g, skeleton, pose);
  const anchor = jointsNamed(g, skeleton, pose, skeleton.anchor);
  const [a, b, c, d] = pointsOf(g, anchor, 4);
  const middleOf = (a: Value, b: Value) => g.div(g.add(a, b), 2);
  const top = middleOf(a, b), bottom = middleOf(c, d);
  const share = (share: number) => g.constant([share], [], "double");
  const others = othersOf(skeleton).map((part) => {
    if (part.kind === "torso") {
      const { before, past, beside } = WHOLE.torso;
      const width = g.max(length(g, g.sub(a, b)), length(g, g.sub(c, d)));
      const halfWidth = g.add(g.div(width, 2), g.mul(torsoHeight, beside));
      const from = between(g, top, bottom, share(-before));
      return rectangles(g, from, between(g, bottom, top, share(-past)), halfWidth);
    }
    const { before, length: long, beside } = WHOLE.head;
    const neck = jointsNamed(g, skeleton, pose, [part.base]);
    const base = g.where(neck.seen, neck.points, top);
    const face = jointsNamed(g, skeleton, pose, part.joints);
    const upright = direction(g, bottom, top);
    const towards = direction(g, base, meanOf(g, face));
    const line = g.add(upright, g.where(anySeen(g, face), towards, upright));
    const along = g.mul(g.div(line, length(g, line)), torsoHeight);
    const at = (share: number) => g.add(base, g.mul(along, share));
    return rectangles(g, at(-before), at(long), g.mul(torsoHeight, beside));
  });
  return needing(g, joined(g, [...others, releasedLimbs(g, skeleton, pose, "mask")]), usable);
}

/** The unit vector from a to b, [N, 1, 2]; zero where they are one. */
function direction(g: Graph, a: Value, b: Value): Value {
  const line = g.sub(b, a);
  return g.div(line, g.max(length(g, line), TINIEST));
}

/** The middle of those joints that were seen, [N, 1, 2]. */
function meanOf(g: Graph, { points, seen }: Joints): Value {
  return g.div(g.sum(points, [1]), g.max(g.sum(g.cast(seen, "double"), [1]), 1));
}

/** `releasedLimb` of all limbs. */
export function releasedLimbs(
  g: Graph,
  skeleton: Skeleton,
  pose: Joints,
  use: "fit" | "mask",
): Quads {
  const { usable, torsoHeight } = torso(g, skeleton, pose);
  const ends = limbEnds(g, skeleton, pose);
  const limbs = limbsOf(skeleton);
  const past = limbs.map(({ kind }) => -RELEASED_PAST[use][kind]);
  const from = between(g, ends.from, ends.to, g.constant([-RELEASED_BEFORE], [], "double"));
  const to = between(g, ends.to, from, g.constant(past, [1, limbs.length, 1], "double"));
  const halfWidth = g.mul(torsoHeight, RELEASED_HALF_WIDTH);
  return needing(
    g,
    rectangles(g, from, to, halfWidth),
    g.and(g.and(usable, g.greater(halfWidth, 0)), ends.seen),
  );
}

/** Quads side by side. */
function joined(g: Graph, quads: readonly Quads[]): Quads {
  const [corners, ...moreCorners] = quads.map(({ corners }) => corners);
  const [there, ...moreThere] = quads.map(({ there }) => there);
  return {
    corners: g.concat([corners, ...moreCorners], 1),
    there: g.concat([there, ...moreThere], 1),
  };
}

const needing = (g: Graph, { corners, there }: Quads, condition: Value): Quads => ({
  corners,
  there: g.and(there, condition),
});

/** Whether the anchor was seen, and the quadratic mean of the torso's two long sides: [N, 1, 1]. */
function torso(g: Graph, skeleton: Skeleton, pose: Joints): { usable: Value; torsoHeight: Value } {
  const anchor = jointsNamed(g, skeleton, pose, skeleton.anchor);
  const [a, b, c, d] = pointsOf(g, anchor, 4);
  const sides = g.concat([length(g, g.sub(a, d)), length(g, g.sub(b, c))], 2);
  return { usable: allSeen(g, anchor), torsoHeight: g.div(length(g, sides), Math.SQRT2) };
}

/** Both ends of the limbs, [N, r, 2], and whether both were seen. */
function limbEnds(g: Graph, skeleton: Skeleton, pose: Joints) {
  const limbs = limbsOf(skeleton);
  const [from, to] = [0, 1].map((end) =>
    jointsNamed(g, skeleton, pose, limbs.map(({ joints }) => joints[end]))
  );
  return { from: from.points, to: to.points, seen: g.and(from.seen, to.seen) };
}

/** The rectangles along lines [N, r, 2] that have a length; `halfWidth` [N, 1, 1]. */
function rectangles(g: Graph, from: Value, to: Value, halfWidth: Value): Quads {
  const line = g.sub(to, from);
  const long = length(g, line);
  const along = g.mul(g.div(line, long), halfWidth);
  const aside = g.mul(g.gather(along, [1, 0], 2), g.constant([1, -1], [2], "double"));
  return {
    corners: g.concat(
      [g.sub(from, aside), g.sub(to, aside), g.add(to, aside), g.add(from, aside)],
      2,
    ),
    there: g.greater(long, 0),
  };
}

/** The box of those joints that were seen, each half-side at least `halfSide`. */
function boxAround(g: Graph, { points, seen }: Joints, there: Value, halfSide: Value): Quads {
  const far = 1e9;
  const low = g.reduce("Min", g.where(seen, points, far), [1]);
  const high = g.reduce("Max", g.where(seen, points, -far), [1]);
  const middle = g.div(g.add(low, high), 2);
  const reach = g.max(g.div(g.sub(high, low), 2), halfSide);
  return { corners: box(g, g.sub(middle, reach), g.add(middle, reach)), there };
}

/** The corners [N, 1, 8] of the box from one corner to the other, [N, 1, 2]. */
const box = (g: Graph, low: Value, high: Value): Value =>
  g.gather(g.concat([low, high], 2), [0, 1, 2, 1, 2, 3, 0, 3], 2);

const truncated = (g: Graph, x: Value): Value => g.cast(g.cast(x, "int64"), "double");

/** The point that is the share t of the way from a to b. */
const between = (g: Graph, a: Value, b: Value, t: Value): Value => g.add(a, g.mul(g.sub(b, a), t));

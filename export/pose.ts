/** Poses as inputs of a graph, and lengths in them. Coordinates are float64, as pose/ computes them. */
import type { Skeleton } from "../pose/skeleton.ts";
import type { Graph, Value } from "./graph.ts";

/** Some joints of a pose, n of them. */
export interface Joints {
  /** [N, n, 2]: x, y; zeros where a joint was not seen. */
  readonly points: Value;
  /** [N, n, 1], bool. */
  readonly seen: Value;
}

/** Coordinates beyond this are no joints. */
const FARTHEST = 1e6;

/** The pose of joints [N, K, 2]: x, y; one that was not seen is NaN, or negative in both coordinates. */
export function poseOf(g: Graph, joints: Value): Joints {
  const all = g.cast(joints, "double");
  const [x, y] = g.split(all, 2, 2);
  const somewhere = g.or(g.atLeast(x, 0), g.atLeast(y, 0));
  // No comparison holds for NaN.
  const near = g.apply("Less", [g.apply("Abs", [g.add(x, y)]), FARTHEST], {}, "bool");
  const seen = g.and(somewhere, near);
  return { points: g.where(seen, all, 0), seen };
}

/** The named joints of a pose, in that order. */
export function jointsNamed(
  g: Graph,
  skeleton: Skeleton,
  { points, seen }: Joints,
  names: readonly string[],
): Joints {
  const indices = names.map((name) => skeleton.joints.indexOf(name));
  return { points: g.gather(points, indices, 1), seen: g.gather(seen, indices, 1) };
}

/** The pose with every mirror pair swapped. */
export function mirrored(g: Graph, skeleton: Skeleton, pose: Joints): Joints {
  const names = skeleton.joints.map((name) => {
    const pair = skeleton.mirrors.find((pair) => pair.includes(name)) ?? [name];
    return pair.find((other) => other !== name) ?? name;
  });
  return jointsNamed(g, skeleton, pose, names);
}

/** Whether all joints were seen, or any: [N, 1, 1]. */
export const allSeen = (g: Graph, { seen }: Joints): Value => overJoints(g, "Min", seen);
export const anySeen = (g: Graph, { seen }: Joints): Value => overJoints(g, "Max", seen);

function overJoints(g: Graph, kind: "Min" | "Max", seen: Value): Value {
  return g.greater(g.reduce(kind, g.cast(seen, "double"), [1]), 0);
}

/** Keeps a quotient by a length that may be zero finite. */
export const TINIEST = 1e-300;

/**
 * The length of vectors along the last axis, which stays with length 1. As `Math.hypot` the vector is scaled by
 * its largest component: rounded to whole pixels, the last bit may matter.
 */
export function length(g: Graph, vectors: Value): Value {
  const largest = g.reduce("Max", g.apply("Abs", [vectors]), [2]);
  const scaled = g.div(vectors, g.max(largest, TINIEST));
  return g.mul(largest, g.reduce("L2", scaled, [2]));
}

/** The points of joints, one by one: [N, 1, 2] each. */
export const pointsOf = (g: Graph, { points }: Joints, count: number): Value[] =>
  g.split(points, 1, count);

/** How the parts move, as a graph: what pose/deformation.ts and pose/affine.ts compute. */
import { COLLINEAR } from "../pose/affine.ts";
import type { Style } from "../pose/deformation.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";
import type { Graph, Value } from "./graph.ts";
import { allSeen, type Joints, jointsNamed, mirrored } from "./pose.ts";
import {
  limbsOf,
  othersOf,
  paperRegions,
  type Quads,
  releasedLimbs,
  releasedMasks,
  wholeRegions,
} from "./regions.ts";

/**
 * The R parts, in the order of the graph, for points that are rows (x, y, 1) of full-resolution pixels; float32.
 */
export interface Moves {
  /** [N, R, 3, 2]: point x map is where the source has what the target has at the point. */
  readonly maps: Value;
  /** [N, R, 3, 4]: a point is in the part's region where all four of point x edges are at least 0. */
  readonly edges: Value;
}

/** How far outside a region its edge still counts, in pixels: EDGE of kernels/region_masks.ts. */
const EDGE = 1e-4;

/** Affine maps of r parts. */
interface Fits {
  /** [N, r, 3, 2], as in `Moves`. */
  readonly maps: Value;
  /** [N, r, 1], bool: whether the points determine one. */
  readonly there: Value;
}

/** `deformation` of pose/. */
export function moves(
  g: Graph,
  skeleton: Skeleton,
  source: Joints,
  target: Joints,
  size: Size,
  style: Style,
): Moves {
  const { fits, regions } = style === "released"
    ? releasedParts(g, skeleton, source, target, size)
    : drawnParts(g, skeleton, source, target, style === "paper" ? paperRegions : wholeRegions);
  const there = g.reshape(g.and(fits.there, regions.there), [0, skeleton.parts.length, 1, 1]);
  const still = g.constant([1, 0, 0, 1, 0, 0], [3, 2], "double");
  const nowhere = g.constant([0, 0, -1], [3, 1], "double");
  return {
    maps: g.cast(g.where(there, fits.maps, still), "float"),
    edges: g.cast(g.where(there, edgesOf(g, regions, skeleton.parts.length), nowhere), "float"),
  };
}

function drawnParts(
  g: Graph,
  skeleton: Skeleton,
  source: Joints,
  target: Joints,
  regionsOf: typeof paperRegions,
) {
  const regions = orMirrored(g, skeleton, source, (pose) => regionsOf(g, skeleton, pose));
  const corners = regionsOf(g, skeleton, target);
  return { fits: fitQuads(g, corners, regions, skeleton.parts.length), regions };
}

function releasedParts(g: Graph, skeleton: Skeleton, source: Joints, target: Joints, size: Size) {
  const { anchor } = skeleton;
  const others = othersOf(skeleton).map((part) =>
    fitJoints(
      g,
      skeleton,
      part.kind === "torso" ? anchor : [...part.joints, ...anchor.slice(0, 2)],
      source,
      target,
    )
  );
  const limbs = (pose: Joints) => releasedLimbs(g, skeleton, pose, "fit");
  const from = orMirrored(g, skeleton, source, limbs);
  const all = [...others, fitQuads(g, limbs(target), from, limbsOf(skeleton).length)];
  const [maps, ...moreMaps] = all.map(({ maps }) => maps);
  const [there, ...moreThere] = all.map(({ there }) => there);
  const usable = allSeen(g, jointsNamed(g, skeleton, source, anchor));
  return {
    fits: {
      maps: g.concat([maps, ...moreMaps], 1),
      there: g.and(g.concat([there, ...moreThere], 1), usable),
    },
    regions: releasedMasks(g, skeleton, target, size),
  };
}

/** The parts' regions in a picture, or those of their mirror parts where they were not seen. */
function orMirrored(
  g: Graph,
  skeleton: Skeleton,
  pose: Joints,
  regions: (pose: Joints) => Quads,
): Quads {
  const seen = regions(pose), other = regions(mirrored(g, skeleton, pose));
  return {
    corners: g.where(seen.there, seen.corners, other.corners),
    there: g.or(seen.there, other.there),
  };
}

/** The maps that take the corners of `from` to those of `to`, `count` parts. */
function fitQuads(g: Graph, from: Quads, to: Quads, count: number): Fits {
  const points = ({ corners }: Quads) => g.reshape(corners, [0, count, 4, 2]);
  const weights = g.constant([1, 1, 1, 1], [4, 1], "double");
  const { maps, there } = fit(g, points(from), points(to), weights, count);
  return { maps, there: g.and(there, g.and(from.there, to.there)) };
}

/** The one map between the named joints that both pictures have. */
function fitJoints(
  g: Graph,
  skeleton: Skeleton,
  names: readonly string[],
  source: Joints,
  target: Joints,
): Fits {
  const from = jointsNamed(g, skeleton, target, names);
  const to = jointsNamed(g, skeleton, source, names);
  const asPart = (x: Value) => g.reshape(x, [0, 1, names.length, -1]);
  const shared = g.cast(g.and(from.seen, to.seen), "double");
  return fit(g, asPart(from.points), asPart(to.points), asPart(shared), 1);
}

/** `fitAffine` of `count` parts: points [N, r, P, 2], of which those with weight 1, not 0, count; weights [.., P, 1]. */
function fit(g: Graph, from: Value, to: Value, weights: Value, count: number): Fits {
  const shared = g.max(g.sum(weights, [-2]), 1);
  const mean = (points: Value) => g.div(g.sum(g.mul(points, weights), [2]), shared);
  const centre = mean(from), image = mean(to);
  const x = g.mul(g.sub(from, centre), weights), u = g.mul(g.sub(to, image), weights);
  const across = g.apply("Transpose", [x], { perm: [0, 1, 3, 2] });
  const scatter = g.reshape(g.matmul(across, x), [0, count, 4]);
  const [xx, xy, _, yy] = g.split(scatter, 2, 4);
  const determinant = g.sub(g.mul(xx, yy), g.mul(xy, xy));
  const scale = g.add(xx, yy);
  // The inverse of [[xx, xy], [xy, yy]] is [[yy, -xy], [-xy, xx]] / determinant.
  const signs = g.constant([1, -1, -1, 1], [4], "double");
  const adjugate = g.reshape(g.mul(g.gather(scatter, [3, 1, 2, 0], 2), signs), [0, count, 2, 2]);
  const linear = g.div(
    g.matmul(adjugate, g.matmul(across, u)),
    g.reshape(determinant, [0, count, 1, 1]),
  );
  const offset = g.sub(image, g.matmul(centre, linear));
  return {
    maps: g.concat([linear, offset], 2),
    there: g.greater(determinant, g.mul(g.mul(scale, scale), COLLINEAR)),
  };
}

/**
 * The edges of quads as in `Moves`. The distance of p from the edge e at corner c, to the inner side, is
 * winding (e x (p - c)) / |e|, with the winding of the quad, 1 or -1.
 */
function edgesOf(g: Graph, { corners }: Quads, count: number): Value {
  const from = g.reshape(corners, [0, count, 4, 2]);
  const edge = g.sub(g.gather(from, [1, 2, 3, 0], 2), from);
  const turned = g.mul(g.gather(edge, [1, 0], 3), g.constant([-1, 1], [2], "double"));
  const [x0, y0, x1, y1, x2, y2, x3, y3] = g.split(corners, 2, 8);
  const area = g.sub(
    g.mul(g.sub(x2, x0), g.sub(y3, y1)),
    g.mul(g.sub(y2, y0), g.sub(x3, x1)),
  );
  const winding = g.reshape(g.apply("Sign", [area]), [0, count, 1, 1]);
  const normal = g.div(g.mul(turned, winding), g.reduce("L2", edge, [3]));
  const offset = g.add(g.mul(g.sum(g.mul(normal, from), [3]), -1), EDGE);
  return g.apply("Transpose", [g.concat([normal, offset], 3)], { perm: [0, 1, 3, 2] });
}

/** The deformable skip as a graph: what kernels/deform.ts and kernels/region_masks.ts compute. */
import type { ModelConfiguration } from "../model/configuration.ts";
import type { Size } from "../pose/types.ts";
import type { Moves } from "./deformation.ts";
import type { Graph, Value } from "./graph.ts";

/** What exact halves may lack in float32: TIE of kernels/deform_kernels.ts. */
const TIE = 2e-5;

/** Features [N, C, height, width] of a level, moved part by part and fused. */
export function deform(
  g: Graph,
  features: Value,
  moves: Moves,
  level: number,
  configuration: ModelConfiguration,
): Value {
  const { regions, fusion, skeleton: { parts } } = configuration;
  const paper = regions !== "released";
  const size = levelSize(configuration.size, level);
  const masks = masksOf(g, moves, level, size, configuration);
  const each = g.split(masks, 1, parts.length);
  const grids = g.split(
    gridsOf(g, moves, level, size, configuration),
    1,
    parts.length,
    size.height,
  );
  const moved = each.map((mask, h) =>
    paper
      ? sample(g, g.mul(features, mask), grids[h], configuration)
      : g.mul(sample(g, features, grids[h], configuration), mask)
  );
  if (paper) moved.unshift(features);
  if (fusion === "max") return moved.reduce(g.max);
  const count = paper ? moved.length : g.max(g.sum(masks, [1]), 1);
  return g.div(moved.reduce(g.add), count);
}

const levelSize = ({ width, height }: Size, level: number): Size => ({
  width: width / 2 ** level,
  height: height / 2 ** level,
});

/** From a level's pixels to full resolution: centres of pixels, or their first corners. */
const shiftOf = (level: number, centres: boolean): number => centres ? (2 ** level - 1) / 2 : 0;

/** The full-resolution points (x, y, 1) of a level's pixels, [height width, 3]. */
function pointsOf(g: Graph, level: number, { width, height }: Size, centres: boolean): Value {
  const at = (pixel: number) => 2 ** level * pixel + shiftOf(level, centres);
  const rows = Array.from(
    { length: height * width },
    (_, i) => [at(i % width), at(Math.floor(i / width)), 1],
  );
  return g.constant(rows.flat(), [height * width, 3], "float");
}

/** The parts' regions at a level, 0 or 1: [N, R, height, width]. */
function masksOf(
  g: Graph,
  { edges }: Moves,
  level: number,
  size: Size,
  { regions, skeleton: { parts } }: ModelConfiguration,
): Value {
  const points = pointsOf(g, level, size, regions !== "released");
  const nearest = g.reduce("Min", g.matmul(points, edges), [3]);
  const inside = g.cast(g.atLeast(nearest, 0), "float");
  return g.reshape(inside, [0, parts.length, size.height, size.width]);
}

/**
 * Where each pixel samples each part, as GridSample takes it: [N, R height, width, 2]. Pixel s of a side of n
 * pixels is (2 s + 1) / n - 1 there: the picture's edges, not the outer pixels' centres, are -1 and 1.
 */
function gridsOf(
  g: Graph,
  { maps }: Moves,
  level: number,
  { width, height }: Size,
  { sampling, skeleton: { parts } }: ModelConfiguration,
): Value {
  const centres = sampling === "bilinear";
  const source = g.matmul(pointsOf(g, level, { width, height }, centres), maps);
  const pixels = g.div(g.sub(source, shiftOf(level, centres)), 2 ** level);
  const taken = centres ? pixels : rounded(g, pixels);
  const grid = g.sub(
    g.div(g.add(g.mul(taken, 2), 1), g.constant([width, height], [2], "float")),
    1,
  );
  return g.reshape(grid, [0, parts.length * height, width, 2]);
}

/** Half away from zero. GridSample rounds halves to even, so it is given whole pixels. */
function rounded(g: Graph, x: Value): Value {
  const size = g.apply("Floor", [g.add(g.apply("Abs", [x]), 0.5 + TIE)]);
  return g.mul(g.apply("Sign", [x]), size);
}

function sample(g: Graph, x: Value, grid: Value, { sampling }: ModelConfiguration): Value {
  return g.apply("GridSample", [x, grid], {
    mode: sampling,
    padding_mode: "zeros",
    align_corners: 0,
  });
}

import type { Size } from "../pose/types.ts";
import type { Graph, Value } from "./graph.ts";

/** Below this, e^exponent is 0: LOWEST of kernels/heat_maps.ts. */
const LOWEST = -46;

/** Heat maps [N, K, height, width] of joints [N, K, 2]: what kernels/heat_maps.ts computes. */
export function heatMaps(g: Graph, joints: Value, { width, height }: Size, sigma: number): Value {
  const [x, y] = g.split(joints, 2, 2).map((value) => g.reshape(value, [0, -1, 1, 1]));
  const pixels = (length: number) => Array.from({ length }, (_, i) => i);
  const dx = g.sub(g.constant(pixels(width), [width], "float"), x);
  const dy = g.sub(g.constant(pixels(height), [height, 1], "float"), y);
  const squares = g.add(g.mul(dx, dx), g.mul(dy, dy));
  const exponent = g.div(squares, -2 * sigma * sigma);
  const shown = g.and(g.atLeast(exponent, LOWEST), g.atLeast(x, 0));
  return g.where(shown, g.apply("Exp", [exponent]), 0);
}

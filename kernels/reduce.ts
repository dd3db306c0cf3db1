/**
 * Sums in a fixed order, so that each run gives the same bits. x is seen as [batch, groups, length]
 * and becomes [groups, parts]: part j of a group adds its values j, j + parts, j + 2 parts ... of each
 * picture, so neighbouring threads read neighbouring values. The parts are added up the same way
 * until one is left.
 * Grid: one thread a part (`elementGroups(groups * parts)`).
 */
import { elementGroups, elementKernel, runGroups, runKernel } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { imageShape, type Shape, type Tensor } from "../engine/tensor.ts";
import { scale } from "./elementwise.ts";

/** Values that one thread adds up: few enough for small rounding errors and many threads. */
const VALUES_PER_THREAD = 256;

/** Parts in which `length` values are reduced: the power of two that leaves each thread enough of them. */
export function partsOf(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, length / VALUES_PER_THREAD)));
}

const sumKernel = elementKernel({
  name: "sum",
  read: ["x"],
  write: ["y"],
  sizes: ["batch", "groups", "length", "parts"],
  source: `fn element(i: u32) {
  var total = 0.0;
  for (var n = 0u; n < p.batch; n++) {
    let start = (n * p.groups + i / p.parts) * p.length;
    for (var k = i % p.parts; k < p.length; k += p.parts) { total += x[start + k]; }
  }
  y[i] = total;
}`,
});

/** Sums over batch and length of x seen as [batch, groups, length]; no gradient. Returns [groups]. */
export function sumGroups(x: Tensor, batch: number, groups: number): Tensor {
  const length = x.size / (batch * groups);
  const parts = Math.min(partsOf(batch * length), length);
  const y = x.device.empty([groups * parts]);
  const sizes = { count: y.size, batch, groups, length, parts };
  x.device.launch(sumKernel, { x, y }, sizes, elementGroups(y.size));
  return parts === 1 ? y : sumGroups(y, 1, groups);
}

const broadcastKernel = runKernel({
  name: "broadcast",
  read: ["x"],
  write: ["y"],
  perRow: `let value = x[row];`,
  element: `y[at] = value;`,
});

/** x [groups] repeated over batch and length of [batch, groups, length], which `shape` is seen as. */
function broadcast(x: Tensor, shape: Shape, length: number): Tensor {
  const y = x.device.empty(shape);
  const batch = y.size / (x.size * length);
  const sizes = { rows: x.size, columns: length };
  x.device.launch(broadcastKernel, { x, y }, sizes, runGroups(batch, x.size, length));
  return y;
}

/** The sum of all values, [1]. */
export function sum(x: Tensor): Tensor {
  return differentiable(sumGroups(x, 1, 1), [x, (g) => broadcast(g, x.shape, x.size)]);
}

/** The mean of all values, [1]. */
export function mean(x: Tensor): Tensor {
  return scale(sum(x), 1 / x.size);
}

/** Sums of x [N, C, H, W] over all but the channels, [C]. @throws TypeError for another number of axes. */
export function sumPerChannel(x: Tensor): Tensor {
  const { batch, channels, height, width } = imageShape("sumPerChannel", "x", x);
  return differentiable(
    sumGroups(x, batch, channels),
    [x, (g) => broadcast(g, x.shape, height * width)],
  );
}

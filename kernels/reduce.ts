/**
 * Sums in a fixed order, so that each run gives the same bits. x is seen as [batch, groups, length]
 * and becomes [groups, parts]: part j of a group adds its values j, j + parts, j + 2 parts ... of each
 * picture, so neighbouring threads read neighbouring values. The parts are added up the same way
 * until one is left.
 * Grid: one thread for each part (`elementGroups(groups * parts)`).
 */
import { elementGroups, elementKernel, runGroups, runKernel, variants } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { imageShape, type Shape, type Tensor } from "../engine/tensor.ts";
import { lines, range } from "./wgsl.ts";

/** Values that one thread adds up: few enough for small rounding errors and many threads. */
const VALUES_PER_THREAD = 256;

/** Parts in which `length` values are reduced: the power of two that leaves each thread enough of them. */
export function partsOf(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, length / VALUES_PER_THREAD)));
}

const sumKernel = variants(({ tensors }: { tensors: number }) => {
  const indices = range(tensors);
  return elementKernel({
    name: "sum",
    read: indices.map((t): string => `x${t}`),
    write: indices.map((t): string => `y${t}`),
    sizes: ["batch", "groups", "length", "parts"],
    scalars: ["factor"],
    source: `fn element(i: u32) {
  let group = i / p.parts;
  let part = i % p.parts;
  ${lines(indices, (t) => `var total${t} = 0.0;`)}
  for (var n = 0u; n < p.batch; n++) {
    let start = (n * p.groups + group) * p.length;
    for (var k = part; k < p.length; k += p.parts) {
      ${lines(indices, (t) => `total${t} += x${t}[start + k];`)}
    }
  }
  ${lines(indices, (t) => `y${t}[i] = p.factor * total${t};`)}
}`,
  });
});

/**
 * `factor` times the sums over batch and length of tensors of one size, each seen as
 * [batch, groups, length]; no gradient. Returns [groups] of each.
 */
export function sumGroups(
  tensors: readonly Tensor[],
  batch: number,
  groups: number,
  factor = 1,
): Tensor[] {
  const [{ device, size }] = tensors;
  const length = size / (batch * groups);
  const parts = Math.min(partsOf(batch * length), length);
  const count = groups * parts;
  const sums = tensors.map(() => device.empty([count]));
  const named = (letter: string, of: readonly Tensor[]) => of.map((x, t) => [`${letter}${t}`, x]);
  device.launch(
    sumKernel({ tensors: tensors.length }),
    Object.fromEntries([...named("x", tensors), ...named("y", sums)]),
    { count, batch, groups, length, parts, factor: parts === 1 ? factor : 1 },
    elementGroups(count),
  );
  return parts === 1 ? sums : sumGroups(sums, 1, groups, factor);
}

const broadcastKernel = runKernel({
  name: "broadcast",
  read: ["x"],
  write: ["y"],
  scalars: ["factor"],
  perRow: `let value = p.factor * x[row];`,
  element: `y[at] = value;`,
});

/** `factor` x [groups], repeated over batch and length of [batch, groups, length], which `shape` is seen as. */
function broadcast(x: Tensor, shape: Shape, length: number, factor: number): Tensor {
  const y = x.device.empty(shape);
  const batch = y.size / (x.size * length);
  const sizes = { rows: x.size, columns: length, factor };
  x.device.launch(broadcastKernel, { x, y }, sizes, runGroups(batch, x.size, length));
  return y;
}

/** The sum of all values, [1]. */
export const sum = (x: Tensor): Tensor => scaledSums(x, 1, 1, 1);

/** The mean of all values, [1]. */
export const mean = (x: Tensor): Tensor => scaledSums(x, 1, 1, 1 / x.size);

/** Sums of x [N, C, H, W] over all but the channels, [C]. @throws TypeError for another number of axes. */
export function sumPerChannel(x: Tensor): Tensor {
  const { batch, channels } = imageShape("sumPerChannel", "x", x);
  return scaledSums(x, batch, channels, 1);
}

/** As `sumGroups` of one tensor, with its gradient. */
function scaledSums(x: Tensor, batch: number, groups: number, factor: number): Tensor {
  const [sums] = sumGroups([x], batch, groups, factor);
  const length = x.size / (batch * groups);
  return differentiable(sums, [x, (g) => broadcast(g, x.shape, length, factor)]);
}

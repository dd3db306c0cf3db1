/**
 * Channels of [N, C, H, W] put together and taken apart, and tensors seen in another shape.
 * One kernel copies a run of values of each picture from one place to another.
 * Grid: a row a picture.
 */
import { runGroups, runKernel } from "../engine/kernel.ts";
import { differentiable, filled } from "../engine/tape.ts";
import { assertShape, imageShape, type Shape, sizeOf, Tensor } from "../engine/tensor.ts";

const copyKernel = runKernel({
  name: "copy_channels",
  read: ["x"],
  write: ["y"],
  sizes: ["x_stride", "x_offset", "y_stride", "y_offset"],
  perRow: `let source = row * p.x_stride + p.x_offset;
  let to = row * p.y_stride + p.y_offset;`,
  element: `y[to + column] = x[source + column];`,
});

/** Copies `count` channels of x from `xFirst` on to those of y from `yFirst` on. */
function copyChannels(x: Tensor, xFirst: number, y: Tensor, yFirst: number, count: number): void {
  const [batch, xChannels, height, width] = x.shape;
  const pixels = height * width;
  const sizes = {
    rows: batch,
    columns: count * pixels,
    x_stride: xChannels * pixels,
    x_offset: xFirst * pixels,
    y_stride: y.shape[1] * pixels,
    y_offset: yFirst * pixels,
  };
  x.device.launch(copyKernel, { x, y }, sizes, runGroups(1, batch, sizes.columns));
}

/**
 * Puts [N, C_i, H, W] together along the channels, in order: [N, sum of C_i, H, W].
 * @throws TypeError when there is none or one has not four axes; RangeError when N, H or W differ.
 */
export function concat(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) throw new TypeError("concat: needs at least one tensor");
  const { batch, height, width } = imageShape("concat", "tensor 0", tensors[0]);
  const ends: number[] = [];
  for (const [i, x] of tensors.entries()) {
    const { channels } = imageShape("concat", `tensor ${i}`, x);
    assertShape("concat", `tensor ${i}`, x, [batch, channels, height, width]);
    ends.push((ends.at(-1) ?? 0) + channels);
  }
  const y = tensors[0].device.empty([batch, ends[ends.length - 1], height, width]);
  const firsts = tensors.map((x, i) => ends[i] - x.shape[1]);
  tensors.forEach((x, i) => copyChannels(x, 0, y, firsts[i], x.shape[1]));
  return differentiable(
    y,
    ...tensors.map((x, i) => [x, (g: Tensor) => slice(g, firsts[i], ends[i])] as const),
  );
}

/**
 * The channels `from` up to, not including, `to` of x [N, C, H, W].
 * @throws TypeError when x has not four axes; RangeError unless 0 <= from < to <= C.
 */
export function slice(x: Tensor, from: number, to: number): Tensor {
  const { batch, channels, height, width } = imageShape("slice", "x", x);
  if (
    !(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= channels)
  ) {
    throw new RangeError(`slice: channels ${from} up to ${to} are not within x [${x.shape}]`);
  }
  const y = x.device.empty([batch, to - from, height, width]);
  copyChannels(x, from, y, 0, to - from);
  return differentiable(y, [x, (g) => {
    const gradient = filled(x.device, x.shape, 0);
    copyChannels(g, 0, gradient, from, to - from);
    return gradient;
  }]);
}

/** The same values in another shape, not copied. @throws RangeError when the sizes differ. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sizeOf(shape) !== x.size) {
    throw new RangeError(
      `reshape: x [${x.shape}] has ${x.size} values but [${shape}] holds ${sizeOf(shape)}`,
    );
  }
  return differentiable(new Tensor(x.device, shape, x.storage), [x, (g) => reshape(g, x.shape)]);
}

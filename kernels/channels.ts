/**
 * Channels of [N, C, H, W] put together and taken apart, and tensors seen in another shape.
 * One kernel copies a run of values of each picture, or their relu, from one place to another.
 * Grid: `runGroups`, whose rows are pictures.
 */
import { runGroups, runKernel, variants } from "../engine/kernel.ts";
import { differentiable, filled } from "../engine/tape.ts";
import { assertShape, imageShape, type Shape, sizeOf, Tensor } from "../engine/tensor.ts";
import { unaryOps } from "./elementwise.ts";

const copyKernel = variants(({ value }: { value: "x" | "relu" }) =>
  runKernel({
    name: value === "x" ? "copy_channels" : "concat_relu",
    read: ["x_values"],
    write: ["y"],
    sizes: ["x_stride", "x_offset", "y_stride", "y_offset"],
    perRow: `let source = row * p.x_stride + p.x_offset;
  let to = row * p.y_stride + p.y_offset;`,
    element: `let x = x_values[source + column];
    y[to + column] = ${value === "x" ? "x" : unaryOps.relu.value};`,
  })
);

/** Copies `count` channels of x from `xFirst` on to those of y from `yFirst` on. */
function copyChannels(
  value: "x" | "relu",
  x: Tensor,
  xFirst: number,
  y: Tensor,
  yFirst: number,
  count: number,
): void {
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
  const groups = runGroups(1, batch, sizes.columns);
  x.device.launch(copyKernel({ value }), { x_values: x, y }, sizes, groups);
}

/**
 * Puts [N, C_i, H, W] together along the channels, in order: [N, sum of C_i, H, W].
 * @throws TypeError when there is none or one has not four axes; RangeError when N, H or W differ.
 */
export function concat(tensors: readonly Tensor[]): Tensor {
  return join("x", tensors, (x, g, first) => slice(g, first, first + x.shape[1]));
}

/** relu(concat(tensors)) in one pass over memory, not two. */
export function concatRelu(tensors: readonly Tensor[]): Tensor {
  return join("relu", tensors, concatReluBackward);
}

/** `backward` gives the gradient of a tensor x from that of the whole, which holds it from channel `first` on. */
function join(
  value: "x" | "relu",
  tensors: readonly Tensor[],
  backward: (x: Tensor, g: Tensor, first: number) => Tensor,
): Tensor {
  if (tensors.length === 0) throw new TypeError("concat: needs at least one tensor");
  const { batch, height, width } = imageShape("concat", "tensor 0", tensors[0]);
  const firsts: number[] = [];
  let total = 0;
  for (const [i, x] of tensors.entries()) {
    const { channels } = imageShape("concat", `tensor ${i}`, x);
    assertShape("concat", `tensor ${i}`, x, [batch, channels, height, width]);
    firsts.push(total);
    total += channels;
  }
  const y = tensors[0].device.empty([batch, total, height, width]);
  tensors.forEach((x, i) => copyChannels(value, x, 0, y, firsts[i], x.shape[1]));
  return differentiable(
    y,
    ...tensors.map((x, i) => [x, (g: Tensor) => backward(x, g, firsts[i])] as const),
  );
}

const concatReluBackwardKernel = runKernel({
  name: "concat_relu_backward",
  read: ["x_values", "g_values"],
  write: ["dx"],
  sizes: ["g_stride", "g_offset"],
  perRow: `let source = row * p.g_stride + p.g_offset;`,
  element: `let x = x_values[at];
    let g = g_values[source + column];
    dx[at] = ${unaryOps.relu.gradient};`,
});

function concatReluBackward(x: Tensor, g: Tensor, first: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  const pixels = height * width;
  const dx = x.device.empty(x.shape);
  const sizes = {
    rows: batch,
    columns: channels * pixels,
    g_stride: g.shape[1] * pixels,
    g_offset: first * pixels,
  };
  const bindings = { x_values: x, g_values: g, dx };
  x.device.launch(concatReluBackwardKernel, bindings, sizes, runGroups(1, batch, sizes.columns));
  return dx;
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
  copyChannels("x", x, from, y, 0, to - from);
  return differentiable(y, [x, (g) => {
    const gradient = filled(x.device, x.shape, 0);
    copyChannels("x", g, 0, gradient, from, to - from);
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

/**
 * Channels of [N, C, H, W] put together and taken apart, and tensors seen in another shape. Kernels copy the run of
 * values that a tensor has of a picture, or their relu: all runs of a picture in one launch, up to as many tensors as a
 * kernel binds.
 * Grids: `runGroups`, whose rows are pictures, and whose planes are the tensors.
 */
import { Kernel, runGroups, runKernel, variants } from "../engine/kernel.ts";
import { differentiable, filled, once } from "../engine/tape.ts";
import { assertShape, imageShape, type Shape, sizeOf, Tensor } from "../engine/tensor.ts";
import { unaryOps } from "./elementwise.ts";
import { sumGroups } from "./reduce.ts";
import { lines, range } from "./wgsl.ts";

/** Of WebGPU's 8 buffers of a kernel one is the whole; backward, a tensor has two. */
const MOST_TENSORS = 7;
const MOST_GRADIENTS = 3;

/** A tensor within the whole: the values that it has of a picture, where they begin, and its pictures. */
interface Part {
  readonly x: Tensor;
  readonly channel: number;
}

type Ways = { readonly tensors: number; readonly value: "x" | "relu" };

/** A kernel whose groups copy, each for one of the tensors k, its run of a picture; `copy` is WGSL of one value. */
function partsKernel(
  name: string,
  tensors: number,
  read: readonly string[],
  write: readonly string[],
  copy: (k: number) => string,
) {
  const parts = range(tensors);
  const sizes = parts.flatMap((k) => [`count${k}`, `offset${k}`, `pictures${k}`]);
  return new Kernel({
    name,
    read,
    write,
    sizes: ["total", ...sizes],
    source: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>,
  @builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  ${
      lines(parts, (k) =>
        `if (group.z == ${k}u) {
    let whole = group.y * p.total + p.offset${k};
    let part = group.y % p.pictures${k} * p.count${k};
    for (var i = id.x; i < p.count${k}; i += groups.x * 64u) { ${copy(k)} }
  }`)
    }
}`,
  });
}

const joinKernel = variants(({ tensors, value }: Ways) =>
  partsKernel(
    value === "x" ? "concat" : "concat_relu",
    tensors,
    range(tensors).map((k) => `x${k}`),
    ["y"],
    (k) => `let x = x${k}[part + i]; y[whole + i] = ${value === "x" ? "x" : unaryOps.relu.value};`,
  )
);

const reluBackwardKernel = variants(({ tensors }: { tensors: number }) =>
  partsKernel(
    "concat_relu_backward",
    tensors,
    ["g_values", ...range(tensors).map((k) => `x${k}`)],
    range(tensors).map((k) => `dx${k}`),
    (k) =>
      `let x = x${k}[part + i]; let g = g_values[whole + i];
      dx${k}[group.y * p.count${k} + i] = ${unaryOps.relu.gradient};`,
  )
);

/** Launches a kernel for some of the parts of `whole`, which it is told of and bound with as `bindings` says. */
function launchParts(
  kernel: ReturnType<typeof partsKernel>,
  whole: Tensor,
  parts: readonly Part[],
  bindings: Readonly<Record<string, Tensor>>,
): void {
  const [batch, channels, height, width] = whole.shape;
  const pixels = height * width;
  const sizes = parts.flatMap(({ x, channel }, k) => [
    [`count${k}`, x.shape[1] * pixels],
    [`offset${k}`, channel * pixels],
    [`pictures${k}`, x.shape[0]],
  ]);
  const longest = Math.max(...parts.map(({ x }) => x.shape[1] * pixels));
  const groups = runGroups(parts.length, batch, longest);
  const parameters = { total: channels * pixels, ...Object.fromEntries(sizes) };
  whole.device.launch(kernel, bindings, parameters, groups);
}

const named = (letters: string, tensors: readonly Tensor[]) =>
  Object.fromEntries(tensors.map((tensor, k) => [`${letters}${k}`, tensor]));

/**
 * Puts [N, C_i, H, W] together along the channels, in order: [N, sum of C_i, H, W]. A tensor of fewer pictures, a
 * divisor of N, is repeated.
 * @throws TypeError when there is none or one has not four axes; RangeError when N, H or W differ.
 */
export function concat(tensors: readonly Tensor[]): Tensor {
  const { whole, parts } = join("x", tensors);
  return differentiable(
    whole,
    ...parts.map(({ x, channel }) =>
      [x, (g: Tensor) => fold(slice(g, channel, channel + x.shape[1]), x)] as const
    ),
  );
}

/**
 * Puts the pictures of [N_i, C, H, W] one after another: [sum of N_i, C, H, W].
 * @throws TypeError when there is none or one has not four axes; RangeError when C, H or W differ.
 */
export function stack(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) throw new TypeError("stack: needs at least one tensor");
  const { channels, height, width } = imageShape("stack", "tensor 0", tensors[0]);
  const rows = tensors.map((x, i) => {
    const { batch } = imageShape("stack", `tensor ${i}`, x);
    assertShape("stack", `tensor ${i}`, x, [batch, channels, height, width]);
    return reshape(x, [1, batch * channels, height, width]);
  });
  const whole = concat(rows);
  return reshape(whole, [whole.shape[1] / channels, channels, height, width]);
}

/** relu(concat(tensors)) in one pass over memory, not two. */
export function concatRelu(tensors: readonly Tensor[]): Tensor {
  const { whole, parts } = join("relu", tensors);
  const backward = once((g: Tensor) => {
    const [batch, , height, width] = g.shape;
    const gradients = parts.map(({ x }) => x.device.empty([batch, x.shape[1], height, width]));
    for (let first = 0; first < parts.length; first += MOST_GRADIENTS) {
      const some = parts.slice(first, first + MOST_GRADIENTS);
      const bindings = {
        g_values: g,
        ...named("x", some.map(({ x }) => x)),
        ...named("dx", gradients.slice(first, first + MOST_GRADIENTS)),
      };
      launchParts(reluBackwardKernel({ tensors: some.length }), g, some, bindings);
    }
    return gradients;
  });
  return differentiable(
    whole,
    ...parts.map(({ x }, i) => [x, (g: Tensor) => fold(backward(g)[i], x)] as const),
  );
}

function join(value: "x" | "relu", tensors: readonly Tensor[]): { whole: Tensor; parts: Part[] } {
  if (tensors.length === 0) throw new TypeError("concat: needs at least one tensor");
  const shapes = tensors.map((x, i) => imageShape("concat", `tensor ${i}`, x));
  const batch = Math.max(...shapes.map(({ batch }) => batch));
  const [{ height, width }] = shapes;
  let total = 0;
  const parts = tensors.map((x, i) => {
    const { batch: pictures, channels } = shapes[i];
    const repeated = batch % pictures === 0 ? pictures : batch;
    assertShape("concat", `tensor ${i}`, x, [repeated, channels, height, width]);
    total += channels;
    return { x, channel: total - channels };
  });
  const whole = tensors[0].device.empty([batch, total, height, width]);
  for (let first = 0; first < parts.length; first += MOST_TENSORS) {
    const some = parts.slice(first, first + MOST_TENSORS);
    const bindings = { ...named("x", some.map(({ x }) => x)), y: whole };
    launchParts(joinKernel({ tensors: some.length, value }), whole, some, bindings);
  }
  return { whole, parts };
}

/** The gradient of x from that of x repeated: the sum over the repetitions. */
function fold(g: Tensor, x: Tensor): Tensor {
  if (g.size === x.size) return g;
  const [sums] = sumGroups([g], g.size / x.size, x.size);
  return new Tensor(x.device, x.shape, sums.storage);
}

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

/**
 * The tiled implicit GEMM behind conv2d, its gradient with respect to the input, and both of the
 * transposed convolution: every output pixel GATHERS taps of the input,
 *
 *   y[n, o, phase + u phases] = bias[o] + sum over c, r, t of
 *     x[n, c, (u + t) residues + r + first(phase)] w[o, c, phase, r, t],    r < residues, t < taps
 *
 * (the same along both axes). A convolution of stride s is the sum of s x s such gathers of stride 1, one
 * for each residue r of the input's places, so that neighbouring outputs share what they read; a
 * transposed convolution is s x s gathers, one for each phase of its output. Neither inserts zeros.
 * Where the tiles are few, the input channels are dealt to parts, whose results are added up in order.
 * A leaky ReLU before a convolution takes no launch: x goes through it as it is read, and the gradient back through it
 * as it is written.
 * Tiles and parts: gather_plan.ts; the kernel: gather_kernel.ts; the weights' way to it: pack.ts.
 */
import { elementGroups, elementKernel, variants } from "../../engine/kernel.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import { gatherKernel } from "./gather_kernel.ts";
import { planGather } from "./gather_plan.ts";
import type { ConvolutionOptions, WeightView } from "./geometry.ts";
import { LEAK, type Leak } from "./leak.ts";
import { type Gather, packWeights, type WeightLayout } from "./pack.ts";

/** Convolution of x [N, C, H, W] into a new [N, O, height, width]; output pixel u reads u stride - padding + k. */
export function strided(
  x: Tensor,
  view: WeightView,
  bias: Tensor | null,
  options: ConvolutionOptions,
  [height, width]: readonly [number, number],
  leak: Leak | null = null,
): Tensor {
  const { stride } = options;
  const axis = (count: number, kernel: number) => ({
    phases: 1,
    residues: stride,
    taps: Math.ceil(kernel / stride),
    count,
  });
  const rows = axis(height, view.kernelHeight);
  const columns = axis(width, view.kernelWidth);
  const shape = [x.shape[0], view.outChannels, height, width];
  return gather({ view, options, transposed: false, rows, columns }, x, bias, shape, leak);
}

/**
 * Transposed convolution of x [N, C, h, w] into a new [N, O, height, width]: output pixel o receives
 * x[i] w[k] for every o = i stride - padding + k.
 */
export function fractionallyStrided(
  x: Tensor,
  view: WeightView,
  bias: Tensor | null,
  options: ConvolutionOptions,
  [height, width]: readonly [number, number],
  leak: Leak | null = null,
): Tensor {
  const { stride } = options;
  const axis = (length: number, kernel: number) => ({
    phases: Math.min(stride, length),
    residues: 1,
    taps: Math.ceil(kernel / stride),
    count: Math.ceil(length / stride),
  });
  const rows = axis(height, view.kernelHeight);
  const columns = axis(width, view.kernelWidth);
  const shape = [x.shape[0], view.outChannels, height, width];
  return gather({ view, options, transposed: true, rows, columns }, x, bias, shape, leak);
}

function gather(
  made: Gather,
  x: Tensor,
  bias: Tensor | null,
  shape: Shape,
  leak: Leak | null,
): Tensor {
  const { device } = x;
  const y = device.empty(shape);
  const { variant, layout, parts, launches } = planGather(made, x, shape, bias !== null, leak);
  const slope = leak?.slope ?? 1;
  const before = leak?.before ?? null;
  device.scope(() => {
    const sums = parts === 1 ? y : device.empty([parts, ...shape]);
    const packed = device.derived(
      made.view.weight,
      nameOfPacking(made, layout),
      () => packWeights(made, layout),
    );
    for (const { offset, parameters, groups, flops } of launches) {
      const kernel = gatherKernel(variant, parameters);
      const bindings = {
        x,
        y: sums,
        bias,
        before: variant.leaksOut ? before : null,
        w: { tensor: packed, offset },
      };
      device.launch(kernel, bindings, { ...parameters, slope }, groups, flops);
    }
    if (parts === 1) return;
    const sizes = { count: y.size, parts, slope };
    const kernel = addKernel({ leaks: before !== null });
    device.launch(kernel, { sums, before, y }, sizes, elementGroups(y.size));
  });
  return y;
}

const addKernel = variants(({ leaks }: { leaks: boolean }) =>
  elementKernel({
    name: "add_convolution_parts",
    read: ["sums"],
    optional: { before: leaks },
    write: ["y"],
    sizes: ["parts"],
    scalars: ["slope"],
    source: `${LEAK}
fn element(i: u32) {
  var total = 0.0;
  for (var part = 0u; part < p.parts; part++) { total += sums[part * p.count + i]; }
  y[i] = ${leaks ? "leaky_relu_backward(before[i], total)" : "total"};
}`,
  })
);

/** Tells apart all the ways in which one weight tensor may be packed. */
function nameOfPacking(
  { view, options: { stride, padding }, transposed, rows, columns }: Gather,
  layout: WeightLayout,
): string {
  const taps = [rows, columns].map(({ phases, residues, taps }) => [phases, residues, taps]);
  const { outChannels, outStride } = view;
  return JSON.stringify([transposed, stride, padding, taps, outChannels, outStride, layout]);
}

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
 * The kernel: gather_kernel.ts; the weights' way to it: pack.ts.
 */
import { elementGroups, elementKernel } from "../../engine/kernel.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import { gatherKernel } from "./gather_kernel.ts";
import {
  channelTile,
  type ConvolutionOptions,
  paddings,
  tileSide,
  type WeightView,
} from "./geometry.ts";
import { type Gather, packWeights, planWeights, type WeightLayout } from "./pack.ts";
import { operandRoutes, tunings } from "./tuning.ts";

/** Convolution of x [N, C, H, W] into a new [N, O, height, width]; output pixel u reads u stride - padding + k. */
export function strided(
  x: Tensor,
  view: WeightView,
  bias: Tensor | null,
  options: ConvolutionOptions,
  [height, width]: readonly [number, number],
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
  return gather({ view, options, transposed: false, rows, columns }, x, bias, shape);
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
  return gather({ view, options, transposed: true, rows, columns }, x, bias, shape);
}

function gather(made: Gather, x: Tensor, bias: Tensor | null, shape: Shape): Tensor {
  const { device } = x;
  const y = device.empty(shape);
  device.scope(() => {
    const plan = planGather(made, x, shape);
    const sums = plan.parts === 1 ? y : device.empty([plan.parts, ...shape]);
    launchGather(made, plan, x, bias, sums);
    if (plan.parts === 1) return;
    const sizes = { count: y.size, parts: plan.parts };
    device.launch(addKernel, { sums, y }, sizes, elementGroups(y.size));
  });
  return y;
}

/** The sizes of a launch: the pixels and channels of a thread's tile, and what it takes to cover y. */
function planGather(made: Gather, x: Tensor, [batch, outChannels]: Shape) {
  const { rows, columns, view: { inChannels } } = made;
  const tuning = tunings[x.device.kind];
  const { group, tile: [mostRows, mostColumns], wantedGroups, route } = tuning;
  const channels = channelTile(outChannels, tuning.channels(rows.taps * columns.taps));
  const height = tileSide(rows.count, mostRows);
  const width = tileSide(columns.count, mostColumns);
  const tilesY = Math.ceil(rows.count / height);
  const tilesX = Math.ceil(columns.count / width);
  const groups = Math.ceil(batch * tilesY * tilesX / group);
  const wantedTiles = Math.ceil(wantedGroups / groups);
  const layout = planWeights(made, { channels, wantedTiles, most: operandRoutes[route].most });
  // Only a window that holds all input channels can deal them to parts.
  const splits = route === "uniform" ? 1 : Math.ceil(wantedTiles / layout.tilesPerWindow);
  const partChannels = layout.runs > 1 ? inChannels : Math.ceil(inChannels / splits);
  const parts = layout.runs > 1 ? 1 : Math.ceil(inChannels / partChannels);
  return { channels, height, width, tilesY, tilesX, groups, layout, parts, partChannels };
}

function launchGather(
  made: Gather,
  plan: ReturnType<typeof planGather>,
  x: Tensor,
  bias: Tensor | null,
  y: Tensor,
): void {
  const { view, options, transposed, rows, columns } = made;
  const [paddingY, paddingX] = paddings(options);
  const { channels, height, width, tilesY, tilesX, groups, layout, parts, partChannels } = plan;
  const { device, shape: [batch, inChannels, inHeight, inWidth] } = x;
  const [outChannels, outHeight, outWidth] = y.shape.slice(-3);
  const { group, route } = tunings[device.kind];
  const packed = device.derived(
    view.weight,
    nameOfPacking(made, layout),
    () => packWeights(made, layout),
  );
  const kernel = gatherKernel(
    transposed,
    `${rows.taps}x${columns.taps}`,
    `${rows.residues}x${columns.residues}`,
    `${height}x${width}x${channels}`,
    group,
    route,
    bias !== null,
  );
  const flops = 2 * batch * rows.count * columns.count * layout.stepValues;
  for (const { offset, firstTile, tiles, firstChannel, channelCount } of layout.windows) {
    device.launch(
      kernel,
      {
        x,
        y,
        ...(bias ? { bias } : {}),
        w: route === "uniform" ? { tensor: packed, offset } : packed,
      },
      {
        tiles: batch * tilesY * tilesX,
        tilesY,
        tilesX,
        inChannels,
        inHeight,
        inWidth,
        outChannels,
        outHeight,
        outWidth,
        phaseTiles: Math.ceil(outChannels / channels),
        phasesX: columns.phases,
        kernelHeight: view.kernelHeight,
        kernelWidth: view.kernelWidth,
        stride: options.stride,
        paddingY,
        paddingX,
        stepVectors: layout.stepValues / 4,
        tileVectors: layout.channelsPerWindow * layout.stepValues / 4,
        firstTile,
        firstChannel,
        endChannel: firstChannel + channelCount,
        partChannels,
        partStride: y.size / parts,
      },
      [groups, tiles, parts],
      flops * tiles * channelCount,
    );
  }
}

const addKernel = elementKernel({
  name: "add_convolution_parts",
  read: ["sums"],
  write: ["y"],
  sizes: ["parts"],
  source: `fn element(i: u32) {
  var total = 0.0;
  for (var part = 0u; part < p.parts; part++) { total += sums[part * p.count + i]; }
  y[i] = total;
}`,
});

/** Tells apart all the ways in which one weight tensor may be packed. */
function nameOfPacking(
  { view, options: { stride, padding }, transposed, rows, columns }: Gather,
  layout: WeightLayout,
): string {
  const taps = [rows, columns].map(({ phases, residues, taps }) => [phases, residues, taps]);
  const { outChannels, outStride } = view;
  return JSON.stringify([transposed, stride, padding, taps, outChannels, outStride, layout]);
}

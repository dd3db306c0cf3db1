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
 * The kernel: gather_kernel.ts; the weights' way to it: pack.ts.
 */
import type { Tensor } from "../../engine/tensor.ts";
import { gatherKernel } from "./gather_kernel.ts";
import { channelTile, type ConvolutionOptions, tileSide, type WeightView } from "./geometry.ts";
import { type Axis, type Gather, packWeights, planWeights, type WeightLayout } from "./pack.ts";
import { tunings } from "./tuning.ts";

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
  const y = x.device.empty([x.shape[0], view.outChannels, height, width]);
  launchGather({ view, options, transposed: false, rows, columns }, x, bias, y);
  return y;
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
  const y = x.device.empty([x.shape[0], view.outChannels, height, width]);
  launchGather({ view, options, transposed: true, rows, columns }, x, bias, y);
  return y;
}

function launchGather(gather: Gather, x: Tensor, bias: Tensor | null, y: Tensor): void {
  const { view, options, transposed, rows, columns } = gather;
  const { device, shape: [batch, inChannels, inHeight, inWidth] } = x;
  const [, outChannels, outHeight, outWidth] = y.shape;
  const { group, tile: [mostRows, mostColumns], channels: mostChannels, wantedGroups } =
    tunings[device.kind];
  const channels = channelTile(outChannels, mostChannels(rows.taps * columns.taps));
  const height = tileSide(rows.count, mostRows);
  const width = tileSide(columns.count, mostColumns);
  const tilesY = Math.ceil(rows.count / height);
  const tilesX = Math.ceil(columns.count / width);
  const tiles = batch * tilesY * tilesX;
  const groups = Math.ceil(tiles / group);
  const layout = planWeights(gather, { channels, wantedTiles: Math.ceil(wantedGroups / groups) });
  const packed = device.derived(
    view.weight,
    nameOfPacking(gather, layout),
    () => packWeights(gather, layout),
  );
  const kernel = gatherKernel(
    transposed,
    `${rows.taps}x${columns.taps}`,
    `${rows.residues}x${columns.residues}`,
    `${height}x${width}x${channels}`,
    group,
    bias !== null,
  );
  const flops = flopsOfTile(rows, columns, layout, batch);
  for (
    const { offset, firstTile, tiles: windowTiles, firstChannel, channelCount } of layout.windows
  ) {
    device.launch(
      kernel,
      { x, y, ...(bias ? { bias } : {}), w: { tensor: packed, offset } },
      {
        tiles,
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
        padding: options.padding,
        tileVectors: layout.channelsPerWindow * layout.stepValues / 4,
        firstTile,
        firstChannel,
        channelCount,
      },
      [groups, windowTiles, 1],
      flops * windowTiles * channelCount,
    );
  }
}

/** Tells apart all the ways in which one weight tensor may be packed. */
function nameOfPacking(
  { view, options: { stride, padding }, transposed, rows, columns }: Gather,
  layout: WeightLayout,
): string {
  const taps = [rows, columns].map(({ phases, residues, taps }) => [phases, residues, taps]);
  const { outChannels, outStride } = view;
  return JSON.stringify([transposed, stride, padding, taps, outChannels, outStride, layout]);
}

/** Operations of a tile of output channels for one input channel, padding channels and taps included. */
function flopsOfTile(
  rows: Axis,
  columns: Axis,
  { stepValues }: WeightLayout,
  batch: number,
): number {
  return 2 * batch * rows.count * columns.count * stepValues;
}

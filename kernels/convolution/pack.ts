/** Weights packed for the gather: a run of input channels of some output-channel tiles to a window. */
import { elementGroups, elementKernel, namesOf, variants } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { tuningOf } from "../tuning.ts";
import { QUOTIENT } from "../wgsl.ts";
import {
  alignWindow,
  type ConvolutionOptions,
  paddings,
  type WeightView,
  WINDOW,
} from "./geometry.ts";

/**
 * A gather along one axis: outputs phase + u phases, phase < phases, read inputs (u + t) residues + r
 * beyond the first of their phase, for taps t < taps and residues r < residues. A convolution has one
 * phase and as many residues as its stride, a transposed convolution the other way round.
 */
export interface Axis {
  readonly phases: number;
  readonly residues: number;
  readonly taps: number;
  /** Number of u of the fullest phase. */
  readonly count: number;
}

/** A convolution to be gathered. */
export interface Gather {
  readonly view: WeightView;
  readonly options: ConvolutionOptions;
  readonly transposed: boolean;
  readonly rows: Axis;
  readonly columns: Axis;
}

/**
 * WGSL of a transposed convolution: the outputs of a phase, o = phase + u stride, receive x[i] w[k] for
 * o = i stride - padding + k: from the largest such k on downwards, and so from the smallest i on upwards.
 */
export const TRANSPOSED = `
fn first_kernel(phase: u32, kernel: u32, padding: u32) -> i32 {
  let rest = f32(kernel) - 1.0 - f32(phase) - f32(padding);
  let stride = f32(p.stride);
  return i32(kernel) - 1 - i32(rest - stride * floor((rest + 0.5) / stride));
}
fn first_input(phase: u32, kernel: u32, padding: u32) -> i32 {
  let distance = f32(i32(phase + padding) - first_kernel(phase, kernel, padding));
  return i32(floor((distance + 0.5) / f32(p.stride)));
}
`;

/** A part of the packed weights that one launch binds. */
export interface WeightWindow {
  /** In values of the packed tensor. */
  readonly offset: number;
  readonly firstTile: number;
  readonly tiles: number;
  readonly firstChannel: number;
  readonly channelCount: number;
}

/**
 * Windows of [tile][input channel of the run][residue y][residue x][tap y][tap x][channel of the tile], where
 * the tiles of output channels are those of all phases, [phase y][phase x][tile].
 */
export interface WeightLayout {
  /** Output channels of a tile. */
  readonly channels: number;
  /** Values of one input channel of a tile. */
  readonly stepValues: number;
  readonly tilesPerWindow: number;
  readonly channelsPerWindow: number;
  /** Runs of input channels. */
  readonly runs: number;
  readonly windowStride: number;
  readonly windows: readonly WeightWindow[];
}

/**
 * Plans windows of `most` values that hold all input channels of as many tiles as fit, at least
 * `wantedTiles` where there are so many: else some input channels of so many tiles.
 * @throws RangeError when one input channel of a tile is too large for a window.
 */
export function planWeights(
  { view: { outChannels, inChannels }, rows, columns }: Gather,
  { channels, wantedTiles, most }: { channels: number; wantedTiles: number; most: number },
): WeightLayout {
  const allTiles = rows.phases * columns.phases * Math.ceil(outChannels / channels);
  const taps = rows.residues * rows.taps * columns.residues * columns.taps;
  const stepValues = taps * channels;
  const steps = Math.floor(most / stepValues);
  if (steps === 0) {
    throw new RangeError(`convolution: a kernel of ${taps} taps is too large for uniform windows`);
  }
  const least = Math.min(allTiles, wantedTiles, steps);
  const tilesPerWindow = Math.min(allTiles, Math.max(least, Math.floor(steps / inChannels)));
  const channelsPerWindow = Math.min(inChannels, Math.floor(steps / tilesPerWindow));
  const windowStride = alignWindow(tilesPerWindow * channelsPerWindow * stepValues);
  const runs = Math.ceil(inChannels / channelsPerWindow);
  const windows: WeightWindow[] = [];
  for (let firstTile = 0; firstTile < allTiles; firstTile += tilesPerWindow) {
    for (let firstChannel = 0; firstChannel < inChannels; firstChannel += channelsPerWindow) {
      windows.push({
        offset: windows.length * windowStride,
        firstTile,
        tiles: Math.min(tilesPerWindow, allTiles - firstTile),
        firstChannel,
        channelCount: Math.min(channelsPerWindow, inChannels - firstChannel),
      });
    }
  }
  return {
    channels,
    stepValues,
    tilesPerWindow,
    channelsPerWindow,
    runs,
    windowStride,
    windows,
  };
}

/** The parameters of `packKernel` but for the count. */
function packParameters(
  { view: { weight, ...view }, options, rows, columns }: Gather,
  { windows: _windows, ...layout }: WeightLayout,
) {
  const [paddingY, paddingX] = paddings(options);
  return {
    ...layout,
    ...view,
    sharers: tuningOf(weight.device).sharesPacking ? layout.channels : 1,
    phaseTiles: Math.ceil(view.outChannels / layout.channels),
    phasesX: columns.phases,
    residuesY: rows.residues,
    residuesX: columns.residues,
    tapsY: rows.taps,
    tapsX: columns.taps,
    stride: options.stride,
    paddingY,
    paddingX,
  };
}

interface PackVariant {
  readonly transposed: boolean;
}

const packKernel = variants((
  { transposed }: PackVariant,
  parameters: ReturnType<typeof packParameters>,
) =>
  elementKernel({
    name: "pack_weights",
    read: ["weight"],
    write: ["packed"],
    sizes: namesOf(parameters),
    // Threads share the output channels of a tile: one packs all of them, or lanes write neighbours (tuning.ts).
    source: `${QUOTIENT}${transposed ? TRANSPOSED : ""}
fn element(i: u32) {
  let row = i / p.sharers;
  let tile = row / p.inChannels;
  let c = row - tile * p.inChannels;
  let group = quotient(tile, p.tilesPerWindow);
  let run = quotient(c, p.channelsPerWindow);
  var to = (group * p.runs + run) * p.windowStride
    + ((tile - group * p.tilesPerWindow) * p.channelsPerWindow + c - run * p.channelsPerWindow) * p.stepValues;
  let phase = quotient(tile, p.phaseTiles);
  let phase_y = quotient(phase, p.phasesX);
  let first = (tile - phase * p.phaseTiles) * p.channels;
  for (var ry = 0u; ry < p.residuesY; ry++) {
    for (var rx = 0u; rx < p.residuesX; rx++) {
      for (var ty = 0u; ty < p.tapsY; ty++) {
        let ky = ${
      transposed
        ? "u32(first_kernel(phase_y, p.kernelHeight, p.paddingY) - i32(ty * p.stride))"
        : "ry + p.residuesY * ty"
    };
        for (var tx = 0u; tx < p.tapsX; tx++) {
          let kx = ${
      transposed
        ? "u32(first_kernel(phase - phase_y * p.phasesX, p.kernelWidth, p.paddingX) - i32(tx * p.stride))"
        : "rx + p.residuesX * tx"
    };
          // Below zero it has wrapped around, which is outside too.
          let inside = ky < p.kernelHeight && kx < p.kernelWidth;
          let from_index = first * p.outStride + c * p.inStride + ky * p.kernelWidth + kx;
          for (var o = i - row * p.sharers; o < p.channels; o += p.sharers) {
            let used = inside && first + o < p.outChannels;
            packed[to + o] = select(0.0, weight[from_index + o * p.outStride], used);
          }
          to += p.channels;
        }
      }
    }
  }
}`,
  })
);

/** Packs the weights of a gather as planned. */
export function packWeights(made: Gather, layout: WeightLayout): Tensor {
  const { view: { weight, inChannels }, transposed, rows, columns } = made;
  // The last window reaches beyond what is packed.
  const packed = weight.device.empty([layout.windows.length * layout.windowStride + WINDOW]);
  const parameters = packParameters(made, layout);
  const { phaseTiles, sharers } = parameters;
  const count = rows.phases * columns.phases * phaseTiles * inChannels * sharers;
  const kernel = packKernel({ transposed }, parameters);
  weight.device.launch(kernel, { weight, packed }, { count, ...parameters }, elementGroups(count));
  return packed;
}

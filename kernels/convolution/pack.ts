/** Weights packed for the gather: a run of input channels of some output-channel tiles to a window. */
import { elementGroups, elementKernel } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { alignWindow, QUOTIENT, type WeightView, WINDOW } from "./geometry.ts";

/**
 * The taps of a gather along one axis. Tap t of residue r, t < taps and r < residues, lies at input
 * position r + residues t from the first, and takes the kernel's weight at first + step (r + residues t);
 * where the kernel has none it is zero.
 */
export interface Axis {
  readonly residues: number;
  readonly taps: number;
  readonly first: number;
  readonly step: number;
}

/** A part of the packed weights that one launch binds. */
export interface WeightWindow {
  /** In values of the packed tensor. */
  readonly offset: number;
  readonly firstTile: number;
  readonly tiles: number;
  readonly firstChannel: number;
  readonly channelCount: number;
}

/** Windows of [tile][input channel of the run][residue y][residue x][tap y][tap x][channel of the tile]. */
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
 * Plans windows that hold all input channels of as many tiles as fit, at least `wantedTiles` where there
 * are so many: else some input channels of so many tiles.
 * @throws RangeError when one input channel of a tile is too large for a window.
 */
export function planWeights(
  { outChannels, inChannels }: WeightView,
  rows: Axis,
  columns: Axis,
  { channels, wantedTiles }: { channels: number; wantedTiles: number },
): WeightLayout {
  const allTiles = Math.ceil(outChannels / channels);
  const taps = rows.residues * rows.taps * columns.residues * columns.taps;
  const stepValues = taps * channels;
  const steps = Math.floor(WINDOW / stepValues);
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

const packKernel = elementKernel({
  name: "pack_weights",
  read: ["weight"],
  write: ["packed"],
  sizes: [
    "tilesPerWindow",
    "channelsPerWindow",
    "runs",
    "windowStride",
    "stepValues",
    "channels",
    "residuesY",
    "residuesX",
    "tapsY",
    "tapsX",
    "outChannels",
    "inChannels",
    "outStride",
    "inStride",
    "kernelHeight",
    "kernelWidth",
    "firstY",
    "stepY",
    "firstX",
    "stepX",
  ],
  // A thread packs all of one input channel of a tile: an index to take apart costs more than a load.
  source: `${QUOTIENT}
fn element(i: u32) {
  let tile = quotient(i, p.inChannels);
  let c = i - tile * p.inChannels;
  let group = quotient(tile, p.tilesPerWindow);
  let run = quotient(c, p.channelsPerWindow);
  var to = (group * p.runs + run) * p.windowStride
    + ((tile - group * p.tilesPerWindow) * p.channelsPerWindow + c - run * p.channelsPerWindow) * p.stepValues;
  let first = tile * p.channels;
  for (var ry = 0u; ry < p.residuesY; ry++) {
    for (var rx = 0u; rx < p.residuesX; rx++) {
      for (var ty = 0u; ty < p.tapsY; ty++) {
        // Below zero it wraps around, which is outside too.
        let ky = p.firstY + (ry + p.residuesY * ty) * p.stepY;
        for (var tx = 0u; tx < p.tapsX; tx++) {
          let kx = p.firstX + (rx + p.residuesX * tx) * p.stepX;
          let inside = ky < p.kernelHeight && kx < p.kernelWidth;
          let from_index = first * p.outStride + c * p.inStride + ky * p.kernelWidth + kx;
          for (var o = 0u; o < p.channels; o++) {
            let used = inside && first + o < p.outChannels;
            packed[to] = select(0.0, weight[from_index + o * p.outStride], used);
            to++;
          }
        }
      }
    }
  }
}`,
});

/** Packs the viewed weights as planned. */
export function packWeights(
  view: WeightView,
  rows: Axis,
  columns: Axis,
  layout: WeightLayout,
): Tensor {
  const { weight, ...strides } = view;
  const { channels, windows, windowStride } = layout;
  // The last window reaches beyond what is packed.
  const packed = weight.device.empty([windows.length * windowStride + WINDOW]);
  const count = Math.ceil(view.outChannels / channels) * view.inChannels;
  weight.device.launch(packKernel, { weight, packed }, {
    count,
    tilesPerWindow: layout.tilesPerWindow,
    channelsPerWindow: layout.channelsPerWindow,
    runs: layout.runs,
    windowStride,
    stepValues: layout.stepValues,
    channels,
    residuesY: rows.residues,
    residuesX: columns.residues,
    tapsY: rows.taps,
    tapsX: columns.taps,
    firstY: rows.first,
    stepY: rows.step >>> 0,
    firstX: columns.first,
    stepX: columns.step >>> 0,
    ...strides,
  }, elementGroups(count));
  return packed;
}

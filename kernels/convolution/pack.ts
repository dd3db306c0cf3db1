import { elementGroups, elementKernel } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { type WeightView, WINDOW } from "./geometry.ts";

/** Which kernel positions the taps t = 0 .. taps - 1 of a gather read: first + t step, zero if outside. */
export interface Axis {
  readonly taps: number;
  readonly first: number;
  readonly step: number;
}

const packKernel = elementKernel({
  name: "pack_weights",
  read: ["weight"],
  write: ["packed"],
  sizes: [
    "tileStride",
    "channels",
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
  source: `fn element(i: u32) {
  let tile = i / p.inChannels;
  let c = i % p.inChannels;
  let first = tile * p.channels;
  var to = tile * p.tileStride + c * p.tapsY * p.tapsX * p.channels;
  for (var ty = 0u; ty < p.tapsY; ty++) {
    let ky = p.firstY + ty * p.stepY;  // wraps around below zero, which is outside too
    for (var tx = 0u; tx < p.tapsX; tx++) {
      let kx = p.firstX + tx * p.stepX;
      let inside = ky < p.kernelHeight && kx < p.kernelWidth;
      let from_index = first * p.outStride + c * p.inStride + ky * p.kernelWidth + kx;
      for (var o = 0u; o < p.channels; o++) {
        let used = inside && first + o < p.outChannels;
        packed[to] = select(0.0, weight[from_index + o * p.outStride], used);
        to++;
      }
    }
  }
}`,
});

/**
 * Rearranges weights to [tile of output channels][input channel][tap y][tap x][channel of the tile],
 * zeros where there is no weight, tiles `tileStride` values apart; a last window may reach beyond the last tile.
 */
export function packWeights(
  view: WeightView,
  rows: Axis,
  columns: Axis,
  channels: number,
  tileStride: number,
): Tensor {
  const { weight, ...layout } = view;
  const tiles = Math.ceil(view.outChannels / channels);
  const packed = weight.device.empty([tiles * tileStride + WINDOW]);
  const count = tiles * view.inChannels;
  weight.device.launch(packKernel, { weight, packed }, {
    count,
    tileStride,
    channels,
    tapsY: rows.taps,
    tapsX: columns.taps,
    firstY: rows.first,
    stepY: rows.step >>> 0,
    firstX: columns.first,
    stepX: columns.step >>> 0,
    ...layout,
  }, elementGroups(count));
  return packed;
}

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
  source: `fn element(i: u32) {
  let within = i % p.tileStride;
  let o = i / p.tileStride * p.channels + within % p.channels;
  let tx = within / p.channels % p.tapsX;
  let ty = within / (p.channels * p.tapsX) % p.tapsY;
  let c = within / (p.channels * p.tapsX * p.tapsY);
  let ky = p.firstY + ty * p.stepY;  // wraps around below zero, which is outside too
  let kx = p.firstX + tx * p.stepX;
  let inside = o < p.outChannels && c < p.inChannels && ky < p.kernelHeight && kx < p.kernelWidth;
  packed[i] = select(0.0, weight[o * p.outStride + c * p.inStride + ky * p.kernelWidth + kx], inside);
}`,
});

/**
 * Rearranges weights to [tile of output channels][input channel][tap y][tap x][channel of the tile],
 * tiles `tileStride` values apart and zero-filled; a last window may read beyond the last tile.
 */
export function packWeights(
  view: WeightView,
  rows: Axis,
  columns: Axis,
  channels: number,
  tileStride: number,
): Tensor {
  const { weight, ...layout } = view;
  const count = Math.ceil(view.outChannels / channels) * tileStride;
  const packed = weight.device.empty([count + WINDOW]);
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

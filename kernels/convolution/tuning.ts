/**
 * What the convolution kernels choose by the kind of device: the one place for it. The figures of the
 * software column were measured (bench/tune.ts); change an entry there to try another.
 */
import type { Device } from "../../engine/device.ts";

export interface Tuning {
  /** Threads of a workgroup. */
  readonly group: number;
  /** Most rows and columns of the output pixels that a thread computes. */
  readonly tile: readonly [height: number, width: number];
  /** Output channels that it computes of each, by the number of taps of a step. */
  readonly channels: (taps: number) => number;
  /** Workgroups that a launch should have; deep layers of few pixels get there by splitting channels. */
  readonly wantedGroups: number;
  /** Weights gradient: sums that a thread keeps, and products that it adds to them in a step. */
  readonly sums: number;
  readonly products: number;
}

export const tunings: Record<Device["kind"], Tuning> = {
  // A packet of lanes is 8 threads. Values that differ from lane to lane are loaded lane by lane, so
  // tiles are as large as lets the body of the inner loop stay in the first-level instruction cache.
  software: {
    group: 8,
    tile: [4, 4],
    channels: (taps) => taps <= 4 ? 16 : 8,
    wantedGroups: 8,
    sums: 256,
    products: 512,
  },
  // The tile's sums must fit into 255 registers with room for loads.
  gpu: {
    group: 64,
    tile: [2, 4],
    channels: () => 8,
    wantedGroups: 264,
    sums: 64,
    products: 256,
  },
};

/**
 * What kernels choose by the kind of device. The software columns were measured; those of GPUs follow from how GPUs are
 * built. Which of its kinds a device is, probe.ts measures; bench/tune.ts looks for better choices.
 */
import type { DeviceKind, TensorDevice } from "../engine/tensor.ts";
import type { Stores } from "./wgsl.ts";
import { WINDOW } from "./convolution/geometry.ts";

/** WGSL's address space from which a kernel reads values that are the same for all lanes. */
export type AddressSpace = "uniform" | "storage";

export interface Tuning {
  /** Convolutions: threads of a workgroup. */
  readonly group: number;
  /** Most rows and columns of the output pixels that a thread computes, by the number of taps of a step. */
  readonly tile: (taps: number) => readonly [height: number, width: number];
  /** Most output channels that it computes of each, by the number of taps of a step. */
  readonly channels: (taps: number) => number;
  /** Most taps of a step that are unrolled together; more are, row by row. */
  readonly unrolledTaps: number;
  /** From where weights, and the small map of their gradient, are read. */
  readonly space: AddressSpace;
  readonly stores: Stores;
  /** Whether a thread packs one output channel of a tile's weights, not all, as taking an index apart is cheap. */
  readonly sharesPacking: boolean;
  /** Workgroups that a launch should have: small maps get there by splitting what they add up. */
  readonly wantedGroups: number;
  /** Sums that a thread keeps at most. Weights gradient: products that it adds to them in a step. */
  readonly sums: number;
  readonly products: number;
  /** Whether it copies the large map: with zeros round it, and so that lanes, which run over channels, read neighbours. */
  readonly copiesLarge: boolean;
  /** Threads that share a sum: see team.ts. */
  readonly team: 16 | 256;
}

/** Mesa's software driver, lavapipe, from version 26 on. */
const lavapipe: Tuning = {
  // A packet of lanes is 8 threads, or 16 where vectors have 512 bits. Values that differ from lane to lane are
  // gathered, so each should serve many products; but sums that no register holds are copied at every turn of the loop,
  // so more than 128 do not pay. Larger bodies, 3x3 taps for 16 channels, browsers' software driver does not compile in
  // minutes.
  group: 16,
  tile: (taps) => taps <= 4 ? [2, 4] : [4, 4],
  channels: (taps) => taps <= 4 ? 16 : 8,
  unrolledTaps: 9,
  space: "storage",
  stores: "looped",
  sharesPacking: false,
  wantedGroups: 8,
  sums: 128,
  products: 512,
  copiesLarge: false,
  team: 16,
};

// A thread's sums and what is unrolled with them must fit the 128 registers that it has on Intel, and a multiprocessor
// wants many threads; lanes run along rows, so that narrow tiles read more of each line of the cache; what all lanes
// read alike is one transaction from any buffer, and launches cost more than what they do.
const gpu: Tuning = {
  group: 32,
  tile: () => [4, 2],
  channels: () => 8,
  unrolledTaps: 4,
  space: "storage",
  stores: "unrolled",
  sharesPacking: true,
  wantedGroups: 512,
  sums: 64,
  products: 128,
  copiesLarge: true,
  team: 256,
};

/** Where a thread may have 255 registers, as on NVIDIA's and AMD's, fewer loads serve as many products. */
const wide: Tuning = { ...gpu, channels: () => 16, sums: 128, products: 512 };

export const tunings: Readonly<Record<DeviceKind, Tuning>> = {
  gpu,
  // Older AMD cards run 64 lanes together, whatever the group.
  "gpu-64": { ...gpu, group: 64 },
  // Chromium's WebGPU asks Intel's compiler for 16 lanes, which have half the registers.
  "gpu-narrow": { ...gpu, tile: () => [2, 2], products: 64 },
  "gpu-wide": wide,
  // A large card has more to keep busy.
  "gpu-large": { ...wide, wantedGroups: 1024 },
  software: lavapipe,
  // Before version 26 it loads a storage buffer lane by lane, even where all lanes read the same place.
  "software-uniform": { ...lavapipe, space: "uniform", sums: 256 },
  // Its vectors have 4 lanes.
  swiftshader: { ...lavapipe, tile: () => [4, 4] },
};

const families: readonly (readonly DeviceKind[])[] = [
  ["gpu", "gpu-narrow", "gpu-wide", "gpu-large", "gpu-64"],
  ["software", "software-uniform"],
  ["swiftshader"],
];

/** The kinds of which a device may be that was opened as one of them, the likeliest first. */
export function kindsLike(kind: DeviceKind): readonly DeviceKind[] {
  return families.find((kinds) => kinds.includes(kind))!;
}

const changed = new WeakMap<TensorDevice, Partial<Tuning>>();

/** What convolutions on a device choose. */
export function tuningOf(device: TensorDevice): Tuning {
  return { ...tunings[device.kind], ...changed.get(device) };
}

/** Lets what is launched or captured on a device from now on choose as its kind does, but for `changes`. */
export function tune(device: TensorDevice, changes: Partial<Tuning>): void {
  changed.set(device, changes);
}

/** How such an operand is bound: a 64 KiB window of it at a time, or all of it; `others` are bound as vectors, too. */
export function operandIn<Name extends string>(
  space: AddressSpace,
  name: Name,
  others: readonly Name[] = [],
) {
  return space === "uniform"
    ? { window: { name, vectors: WINDOW / 4 }, vectors: others }
    : { vectors: [name, ...others] };
}

/** Values of it that a launch may bind. */
export const mostValues: Readonly<Record<AddressSpace, number>> = {
  uniform: WINDOW,
  storage: Infinity,
};

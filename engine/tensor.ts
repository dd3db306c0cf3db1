import type { Kernel } from "./kernel.ts";
import { StoragePart, type TensorStorage } from "./pool.ts";

/** Sizes along each axis; images are [batch, channels, height, width]. */
export type Shape = readonly number[];

/** Number of values in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Float32 values on the GPU, contiguous, last axis fastest: an immutable view of a pooled buffer. */
export class Tensor {
  /** Values in it. */
  readonly size: number;

  /** For devices. @throws RangeError unless all lengths are positive whole numbers. */
  constructor(
    readonly device: TensorDevice,
    readonly shape: Shape,
    readonly storage: TensorStorage,
  ) {
    if (shape.some((length) => !Number.isInteger(length) || length < 1)) {
      throw new RangeError(`tensor shape [${shape}] must hold positive whole numbers`);
    }
    this.size = sizeOf(shape);
  }

  /** Copies the values back to the CPU; waits for the GPU. */
  read(): Promise<Float32Array<ArrayBuffer>> {
    return this.device.read(this);
  }
}

/**
 * The part of a tensor from `offset` on, in values, a multiple of 64. As a kernel's `window` it becomes
 * `var<uniform> NAME: array<vec4<f32>, N>`: values that all lanes read at the same index, which software drivers load
 * once and broadcast.
 */
export interface TensorPart {
  /** The whole. */
  readonly tensor: Tensor;
  /** Where the part begins, in values. */
  readonly offset: number;
}

/** WebGPU's alignment of what a kernel binds, in values. */
const ALIGNMENT = 64;

/** Values that `tensorsIn` needs for tensors of those shapes. */
export function packedSize(shapes: readonly Shape[]): number {
  return shapes.reduce((end, shape) => end + aligned(sizeOf(shape)), 0);
}

/** Tensors of those shapes that lie in `whole`, one after another, each from a multiple of 64 values on. */
export function tensorsIn(whole: Tensor, shapes: readonly Shape[]): Tensor[] {
  let next = 0;
  return shapes.map((shape) => {
    const { device, storage } = whole;
    const part = new StoragePart(storage, storage.offset + 4 * next, 4 * aligned(sizeOf(shape)));
    next += aligned(sizeOf(shape));
    return new Tensor(device, shape, part);
  });
}

function aligned(values: number): number {
  return Math.ceil(values / ALIGNMENT) * ALIGNMENT;
}

/** Workgroups of a launch. */
export type Groups = readonly [x: number, y: number, z: number];

/** A value for each of `Names`, a value or null for each of `Maybe`, and nothing else among `Given`. */
export type Exactly<Names extends string, Maybe extends string, Value, Given> =
  & Readonly<Record<Names, Value>>
  & Readonly<Record<Maybe, Value | null>>
  & {
    readonly [Other in Exclude<keyof Given & string, Names | Maybe>]: "no name of the kernel";
  };

/** What `TensorDevice.launch` takes for the names of a kernel's tensors and of its parameters. */
export type Bindings<Bound extends string, Maybe extends string, Given> =
  & Given
  & Exactly<Bound, Maybe, Tensor | TensorPart, Given>;
/** A number for each parameter that a kernel names. */
export type ParameterValues<Names extends string, Given> =
  & Given
  & Exactly<Names, never, number, Given>;

/** An input of an op, and the gradient it gets from the gradient of the op's output. */
export type Route = readonly [input: Tensor, backward: (upstream: Tensor) => Tensor];

/**
 * Kinds of devices, for which kernels choose differently: see kernels/tuning.ts. What opens a device tells only
 * whether it is a GPU, Mesa's software driver, or browsers' (SwiftShader).
 */
export const deviceKinds = [
  ...["gpu", "gpu-64", "gpu-narrow", "gpu-wide", "gpu-large"] as const,
  ...["software", "software-uniform", "swiftshader"] as const,
] as const;
/** One of `deviceKinds`. */
export type DeviceKind = (typeof deviceKinds)[number];

/** Whether a driver computes on the CPU, whose loads and lanes cost otherwise than a GPU's. */
export function isSoftware(kind: DeviceKind): boolean {
  return !kind.startsWith("gpu");
}

/** What operations may ask of the device that their tensors live on. `Device`, in device.ts, is such a one. */
export interface TensorDevice {
  /** For which kernels choose. */
  readonly kind: DeviceKind;
  /** What ops are recorded on; null outside `grad`. */
  tape: { record(output: Tensor, routes: readonly Route[]): void } | null;
  /** Bytes of a tensor at most. */
  readonly mostBytes: number;
  /** A tensor with unspecified content. */
  empty(shape: Shape): Tensor;
  /** Runs a kernel on the tensors and parameters that its definition names. */
  launch<Bound extends string, Maybe extends string, Param extends string, B, P>(
    kernel: Kernel<Bound, Maybe, Param>,
    bindings: Bindings<Bound, Maybe, B>,
    parameters: ParameterValues<Param, P>,
    groups: Groups,
    flops?: number,
  ): void;
  /** What `make` computes of `source` alone, which may be kept. */
  derived(source: Tensor, name: string, make: () => Tensor): Tensor;
  /** Runs `body` and gives back the tensors made inside that it does not return. */
  scope<T>(body: () => T): T;
  /** Copies a tensor's values to the CPU. */
  read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>>;
}

/** The shape of a 4-axis tensor, named. @throws TypeError for another number of axes. */
export function imageShape(op: string, name: string, tensor: Tensor): {
  batch: number;
  channels: number;
  height: number;
  width: number;
} {
  if (tensor.shape.length !== 4) {
    throw new TypeError(
      `${op}: ${name} [${tensor.shape}] must be [batch, channels, height, width]`,
    );
  }
  const [batch, channels, height, width] = tensor.shape;
  return { batch, channels, height, width };
}

/** Refuses other shapes. @throws RangeError unless `tensor` has exactly the expected shape. */
export function assertShape(op: string, name: string, tensor: Tensor, expected: Shape): void {
  if (tensor.shape.length !== expected.length || tensor.shape.some((n, i) => n !== expected[i])) {
    throw new RangeError(`${op}: ${name} [${tensor.shape}] must be [${expected}]`);
  }
}

import type { Device } from "./device.ts";
import type { Storage } from "./pool.ts";

/** Sizes along each axis; images are [batch, channels, height, width]. */
export type Shape = readonly number[];

/** Number of values in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Float32 values on the GPU, contiguous, last axis fastest: an immutable view of a pooled buffer. */
export class Tensor {
  readonly size: number;

  constructor(readonly device: Device, readonly shape: Shape, readonly storage: Storage) {
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
 * A part of a tensor bound as `var<uniform> NAME: array<vec4<f32>, N>`: values that all lanes read at
 * the same index, which software drivers load once and broadcast. `offset` in values, a multiple of 64.
 */
export interface Window {
  readonly tensor: Tensor;
  readonly offset: number;
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

/** @throws RangeError unless `tensor` has exactly the expected shape. */
export function assertShape(op: string, name: string, tensor: Tensor, expected: Shape): void {
  if (tensor.shape.length !== expected.length || tensor.shape.some((n, i) => n !== expected[i])) {
    throw new RangeError(`${op}: ${name} [${tensor.shape}] must be [${expected}]`);
  }
}

import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { heatMaps } from "../kernels/heat_maps.ts";
import { pixelsToImage } from "../kernels/pixels.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";

/** Some pairs as the CPU prepares them; the layouts are those of `Batch` in data/batch.ts. */
export interface HostBatch {
  readonly count: number;
  readonly size: Size;
  readonly sourcePixels: Uint8Array;
  readonly targetPixels: Uint8Array;
  readonly sourceJoints: Float32Array;
  readonly targetJoints: Float32Array;
  readonly maps: Float32Array;
  readonly regions: Float32Array;
}

/** The parts of a batch that are uploaded. */
type Contents = Omit<HostBatch, "count" | "size">;

/** What the networks see of a batch. */
export interface Inputs {
  /** xa, xb: [N, 3, H, W] in [-1, 1]. */
  readonly source: Tensor;
  readonly target: Tensor;
  /** Ha, Hb: [N, K, H, W] in [0, 1]. */
  readonly sourceHeat: Tensor;
  readonly targetHeat: Tensor;
  /** The parts' affine maps [N, R, 6] and regions [N, R, 8], full-resolution pixels. */
  readonly maps: Tensor;
  readonly regions: Tensor;
}

/** Buffers that batches of one size are written into, one after the other. */
export class BatchBuffers {
  readonly #tensors: Readonly<Record<keyof Contents, Tensor>>;

  constructor(
    readonly device: Device,
    readonly count: number,
    readonly size: Size,
    { joints, parts }: Skeleton,
  ) {
    const words = Math.ceil(count * size.height * size.width * 3 / 4);
    this.#tensors = {
      sourcePixels: device.empty([words]),
      targetPixels: device.empty([words]),
      sourceJoints: device.empty([count, joints.length, 2]),
      targetJoints: device.empty([count, joints.length, 2]),
      maps: device.empty([count, parts.length, 6]),
      regions: device.empty([count, parts.length, 8]),
    };
  }

  /** Uploads a batch. @throws RangeError when it has another size than the buffers. */
  write(batch: HostBatch): void {
    const text = (count: number, { width, height }: Size) =>
      `${count} pairs of ${height}x${width} pixels (height x width)`;
    const given = text(batch.count, batch.size), wanted = text(this.count, this.size);
    if (given !== wanted) {
      throw new RangeError(`a step for batches of ${wanted} was given one of ${given}`);
    }
    for (const [name, tensor] of Object.entries(this.#tensors)) {
      const values = batch[name as keyof Contents];
      const words = new Uint32Array(tensor.size);
      new Uint8Array(words.buffer).set(
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      );
      this.device.write(tensor, words);
    }
  }

  /** Makes images and heat maps (`sigma` in pixels) of what was written, on the GPU. */
  inputs(sigma: number): Inputs {
    const { sourcePixels, targetPixels, sourceJoints, targetJoints, maps, regions } = this.#tensors;
    const image = (words: Tensor) =>
      pixelsToImage(words, [this.count, this.size.height, this.size.width]);
    return {
      source: image(sourcePixels),
      target: image(targetPixels),
      sourceHeat: heatMaps(sourceJoints, this.size, sigma),
      targetHeat: heatMaps(targetJoints, this.size, sigma),
      maps,
      regions,
    };
  }
}

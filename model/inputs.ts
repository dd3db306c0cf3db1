/** What the networks see of a batch, made on the GPU of what is uploaded. */
import type { Batch, Conditions } from "../data/types.ts";
import { packedWords } from "../data/words.ts";
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { heatMaps } from "../kernels/heat_maps.ts";
import { pixelsToImage } from "../kernels/pixels.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";

/** What the generator sees. */
export interface Inputs {
  /** xa: [N, 3, H, W] in [-1, 1]. */
  readonly source: Tensor;
  /** Ha, Hb: [N, K, H, W] in [0, 1]. */
  readonly sourceHeat: Tensor;
  /** Hb, as Ha. */
  readonly targetHeat: Tensor;
  /** The parts' affine maps [N, R, 6] and regions [N, R, 8], full-resolution pixels. */
  readonly maps: Tensor;
  /** Quads [N, R, 8]. */
  readonly regions: Tensor;
}

/** What training sees beside it. */
export interface TrainingInputs extends Inputs {
  /** xb: [N, 3, H, W] in [-1, 1]. */
  readonly target: Tensor;
}

type Uploaded = Exclude<keyof Conditions, "count" | "size">;

/** Buffers that the conditions of batches of one size are written into, one after the other. */
export class ConditionBuffers {
  readonly #tensors: Readonly<Record<Uploaded, Tensor>>;

  /** Makes buffers for `count` pose transfers in pictures of `size`. */
  constructor(
    readonly device: Device,
    readonly count: number,
    readonly size: Size,
    { joints, parts }: Skeleton,
  ) {
    this.#tensors = {
      sourcePixels: this.emptyPixels(),
      sourceJoints: device.empty([count, joints.length, 2]),
      targetJoints: device.empty([count, joints.length, 2]),
      maps: device.empty([count, parts.length, 6]),
      regions: device.empty([count, parts.length, 8]),
    };
  }

  /** Uploads conditions. @throws RangeError when they are of another size than the buffers. */
  write(conditions: Conditions): void {
    const text = (count: number, { width, height }: Size) =>
      `${count} pairs of ${height}x${width} pixels (height x width)`;
    const given = text(conditions.count, conditions.size), wanted = text(this.count, this.size);
    if (given !== wanted) {
      throw new RangeError(`a step for batches of ${wanted} was given one of ${given}`);
    }
    for (const [name, tensor] of Object.entries(this.#tensors)) {
      this.upload(tensor, conditions[name as Uploaded]);
    }
  }

  /** Makes images and heat maps (`sigma` in pixels) of what was written, on the GPU. */
  inputs(sigma: number): Inputs {
    const { sourcePixels, sourceJoints, targetJoints, maps, regions } = this.#tensors;
    return {
      source: this.image(sourcePixels),
      sourceHeat: heatMaps(sourceJoints, this.size, sigma),
      targetHeat: heatMaps(targetJoints, this.size, sigma),
      maps,
      regions,
    };
  }

  /** Room for the words of all pictures. */
  protected emptyPixels(): Tensor {
    const { count, size: { width, height } } = this;
    return this.device.empty([Math.ceil(count * height * width * 3 / 4)]);
  }

  /** Writes values into a tensor, bytes four to a word. */
  protected upload(tensor: Tensor, values: Uint8Array | Float32Array): void {
    this.device.write(tensor, packedWords(values, tensor.size));
  }

  /** The pictures [N, 3, H, W] in [-1, 1] of their words. */
  protected image(words: Tensor): Tensor {
    return pixelsToImage(words, [this.count, this.size.height, this.size.width]);
  }
}

/** The same with the real pictures of the targets, for training. */
export class BatchBuffers extends ConditionBuffers {
  readonly #target: Tensor;

  /** As `ConditionBuffers`. */
  constructor(device: Device, count: number, size: Size, skeleton: Skeleton) {
    super(device, count, size, skeleton);
    this.#target = this.emptyPixels();
  }

  /** Uploads a batch. @throws as `ConditionBuffers`. */
  override write(batch: Batch): void {
    super.write(batch);
    this.upload(this.#target, batch.targetPixels);
  }

  /** As those of the conditions, with the targets' pictures. */
  override inputs(sigma: number): TrainingInputs {
    return { ...super.inputs(sigma), target: this.image(this.#target) };
  }
}

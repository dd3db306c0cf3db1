import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { heatMaps } from "../kernels/heat_maps.ts";
import { pixelsToImage } from "../kernels/pixels.ts";
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

/** Uploads a batch and makes its images and heat maps (`sigma` in pixels) on the GPU. */
export function uploadBatch(device: Device, batch: HostBatch, sigma: number): Inputs {
  const { count, size: { height, width } } = batch;
  const joints = batch.sourceJoints.length / (2 * count);
  const parts = batch.maps.length / (6 * count);
  const upload = (shape: number[], values: Float32Array) =>
    device.tensor(shape, new Float32Array(values));
  const image = (pixels: Uint8Array) => {
    const words = new Uint32Array(Math.ceil(pixels.length / 4));
    new Uint8Array(words.buffer).set(pixels);
    return pixelsToImage(device.tensor([words.length], words), [count, height, width]);
  };
  const heat = (coordinates: Float32Array) =>
    heatMaps(upload([count, joints, 2], coordinates), batch.size, sigma);
  return {
    source: image(batch.sourcePixels),
    target: image(batch.targetPixels),
    sourceHeat: heat(batch.sourceJoints),
    targetHeat: heat(batch.targetJoints),
    maps: upload([count, parts, 6], batch.maps),
    regions: upload([count, parts, 8], batch.regions),
  };
}

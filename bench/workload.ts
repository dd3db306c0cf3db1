/**
 * What all contestants compute with: the parameters of both networks and a batch of four, in a
 * safetensors file that each of them reads. Values are made up, but spread as real ones are.
 */
import { packBatch } from "../data/batch.ts";
import { figures } from "../data/figures/figures.ts";
import { KeyedRandom } from "../data/keyed_random.ts";
import {
  float32,
  parseSafetensors,
  serializeSafetensors,
  storedFloat32,
} from "../engine/safetensors.ts";
import { type Shape, sizeOf } from "../engine/tensor.ts";
import { type ModelConfiguration, modelConfiguration } from "../model/configuration.ts";
import { discriminatorParameters } from "../model/discriminator.ts";
import { generatorParameters } from "../model/generator.ts";
import type { Batch } from "../data/types.ts";
import { paperRecipe } from "../train/recipe.ts";
import type { Training } from "../train/trainer.ts";

/** Pictures in a training step, as in the paper. */
export const BATCH = 4;

/** A tensor on its way to a contestant's device; row-major. */
export interface HostTensor {
  readonly shape: Shape;
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * By name: every parameter, and the inputs `source`, `target` [4, 3, H, W], `source_heat`,
 * `target_heat` [4, K, H, W], `maps` [4, R, 6] and `regions` [4, R, 8].
 */
export type Workload = ReadonlyMap<string, HostTensor>;

/** The Market model of that width: what the bench measures. */
export function benchConfiguration(width: number): ModelConfiguration {
  return modelConfiguration({ preset: "market", width });
}

/** The first `count` pairs of the built-in dataset. */
export async function sampleBatch(
  configuration: ModelConfiguration,
  count: number,
): Promise<Batch> {
  const data = figures({ size: configuration.size, seed: 1 });
  const pairs = Array.from({ length: count }, (_, i) => data.pair("train", i));
  return packBatch(await Promise.all(pairs), data.skeleton, configuration.regions);
}

/** Writes the workload of a configuration to a safetensors file. */
export async function writeWorkload(
  path: string,
  configuration: ModelConfiguration,
): Promise<void> {
  const batch = await sampleBatch(configuration, BATCH);
  const { height, width } = configuration.size;
  const parts = configuration.skeleton.parts.length;
  const joints = configuration.skeleton.joints.length;
  const image = [BATCH, 3, height, width];
  const heat = [BATCH, joints, height, width];
  const tensors: [string, HostTensor][] = [
    ["source", { shape: image, data: pixelsToImage(batch.sourcePixels) }],
    ["target", { shape: image, data: pixelsToImage(batch.targetPixels) }],
    ["source_heat", { shape: heat, data: heatMaps(batch.sourceJoints, configuration) }],
    ["target_heat", { shape: heat, data: heatMaps(batch.targetJoints, configuration) }],
    ["maps", { shape: [BATCH, parts, 6], data: new Float32Array(batch.maps) }],
    ["regions", { shape: [BATCH, parts, 8], data: new Float32Array(batch.regions) }],
    ...initialParameters(configuration),
  ];
  const stored = tensors.map(([name, { shape, data }]) =>
    [name, storedFloat32(data, shape)] as const
  );
  await Deno.writeFile(path, serializeSafetensors(new Map(stored)));
}

/** Reads what `writeWorkload` wrote. */
export async function readWorkload(path: string): Promise<Workload> {
  const { tensors } = parseSafetensors(await Deno.readFile(path));
  return new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: new Float32Array(float32(tensor)) },
    ]),
  );
}

/** A weight of a convolution is about as large as a fresh one; the rest is near one (norms) or zero. */
function initialParameters(configuration: ModelConfiguration): [string, HostTensor][] {
  const random = new KeyedRandom(1, 0, 0);
  const shapes = [...generatorParameters(configuration), ...discriminatorParameters(configuration)];
  return shapes.map(({ name, shape }) => {
    const [centre, spread] = name.endsWith(".norm.weight")
      ? [1, 0.2]
      : name.endsWith(".bias")
      ? [0, 0.2]
      : [0, 0.035];
    const data = Float32Array.from({ length: sizeOf(shape) }, () => random.near(centre, spread));
    return [name, { shape, data }];
  });
}

/** [N, H, W, 3] in 0..255 -> [N, 3, H, W] in [-1, 1]. */
function pixelsToImage(pixels: Uint8Array): Float32Array<ArrayBuffer> {
  const area = pixels.length / (3 * BATCH);
  return Float32Array.from(pixels, (_, i) => {
    const [picture, channel, at] = [Math.floor(i / (3 * area)), Math.floor(i / area) % 3, i % area];
    return pixels[(picture * area + at) * 3 + channel] / 127.5 - 1;
  });
}

/**
 * Joints [N, K, 2] -> [N, K, H, W], exp(-distance^2 / (2 sigma^2)); zeros for a missing joint, and below 1e-20
 * as in Repose: numbers too small for float32's normal range would slow everyone down on a CPU.
 */
function heatMaps(
  joints: Float32Array,
  { size: { width, height }, sigma }: ModelConfiguration,
): Float32Array<ArrayBuffer> {
  const area = width * height;
  return Float32Array.from({ length: joints.length / 2 * area }, (_, i) => {
    const joint = Math.floor(i / area) * 2;
    const [x, y] = [joints[joint], joints[joint + 1]];
    const distance = Math.hypot(i % width - x, Math.floor(i / width) % height - y);
    const value = Math.exp(-(distance ** 2) / (2 * sigma ** 2));
    return x < 0 || value < 1e-20 ? 0 : value;
  });
}

/** How a step is measured: the paper's recipe, without VGG-19. */
export const paperTraining: Training = { recipe: paperRecipe, steps: 1, seed: 1, vgg: null };

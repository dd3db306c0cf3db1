import { countingDevice } from "../engine/counting_device.ts";
import type { Device } from "../engine/device.ts";
import { isSoftware } from "../engine/tensor.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import type { TrainingPlan } from "./options.ts";
import type { Recipe } from "./recipe.ts";
import { Trainer } from "./trainer.ts";

/**
 * Bytes of GPU buffers that training takes at its peak: networks, optimiser and one step, rehearsed on
 * a device of that kind that only counts. With VGG-19 features where the configuration's loss uses them,
 * unless they are said to be missing.
 * @throws RangeError where a tensor has more than `largest` bytes
 */
export function trainingMemory(
  configuration: ModelConfiguration,
  batch: number,
  recipe: Recipe,
  kind: Device["kind"] = "gpu",
  hasVgg = true,
  largest = Infinity,
): number {
  const device = countingDevice(kind, largest);
  const trainer = Trainer.create(device, configuration, {
    recipe,
    steps: 1,
    seed: 0,
    vgg: hasVgg ? emptyVgg() : null,
  });
  const { size, skeleton } = configuration;
  const pixels = new Uint8Array(batch * size.width * size.height * 3);
  const joints = new Float32Array(batch * skeleton.joints.length * 2);
  const maps = new Float32Array(batch * skeleton.parts.length * 6);
  const regions = new Float32Array(batch * skeleton.parts.length * 8);
  const step = {
    count: batch,
    size,
    sourcePixels: pixels,
    targetPixels: pixels,
    sourceJoints: joints,
    targetJoints: joints,
    maps,
    regions,
  };
  trainer.step(step, step);
  return device.pool.peakBytes;
}

/**
 * Checks before a run that its batches fit: each tensor into what the device binds, and where the device computes in the
 * machine's own memory all of them into what is free of it. What a graphics card has free, nobody tells.
 * @throws RangeError that names the largest batch that fits
 */
export function requireMemory(
  { kind, name, gpu }: Device,
  { model, batch, recipe, vgg }: TrainingPlan,
): void {
  const largest = gpu.limits.maxStorageBufferBindingSize;
  const free = isSoftware(kind) ? Deno.systemMemoryInfo().available : Infinity;
  const fits = (pairs: number) => {
    try {
      return trainingMemory(model, pairs, recipe, kind, vgg !== null, largest) <= free;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  if (fits(batch)) return;
  const most = largestThat(fits, batch);
  const advice = most > 0
    ? `the largest batch that fits is ${most}`
    : "lower the width or the size";
  throw new RangeError(
    `batches of ${batch} pairs do not fit into the memory of ${name}: ${advice}`,
  );
}

/** The largest whole number below `end` that passes, where all smaller ones do; 0 where none does. */
function largestThat(passes: (value: number) => boolean, end: number): number {
  let least = 0;
  while (end - least > 1) {
    const middle = Math.floor((least + end) / 2);
    if (passes(middle)) least = middle;
    else end = middle;
  }
  return least;
}

/** Stands in for VGG-19 where nothing is computed. */
export function emptyVgg(): VggWeights {
  const layer = (outputs: number, inputs: number) => ({
    shape: [outputs, inputs, 3, 3] as const,
    weight: new Float32Array(outputs * inputs * 9),
    bias: new Float32Array(outputs),
  });
  const layers = { conv1_1: layer(64, 3), conv1_2: layer(64, 64), conv2_1: layer(128, 64) };
  return { mean: [0, 0, 0], layers };
}

import { countingDevice } from "../engine/counting_device.ts";
import type { Device } from "../engine/device.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import type { Recipe } from "./recipe.ts";
import { Trainer } from "./trainer.ts";

/**
 * Bytes of GPU buffers that training takes at its peak: networks, optimiser and one step, rehearsed on
 * a device of that kind that only counts. With VGG-19 features where the configuration's loss uses them,
 * unless they are said to be missing.
 */
export function trainingMemory(
  configuration: ModelConfiguration,
  batch: number,
  recipe: Recipe,
  kind: Device["kind"] = "gpu",
  hasVgg = true,
): number {
  const device = countingDevice(kind);
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

function emptyVgg(): VggWeights {
  const layer = (outputs: number, inputs: number) => ({
    shape: [outputs, inputs, 3, 3] as const,
    weight: new Float32Array(outputs * inputs * 9),
    bias: new Float32Array(outputs),
  });
  const layers = { conv1_1: layer(64, 3), conv1_2: layer(64, 64), conv2_1: layer(128, 64) };
  return { mean: [0, 0, 0], layers };
}

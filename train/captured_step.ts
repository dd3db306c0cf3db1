import type { CapturedStep } from "../engine/capture.ts";
import { countingDevice } from "../engine/counting_device.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { emptyVgg } from "./memory.ts";
import type { Recipe } from "./recipe.ts";
import { Trainer } from "./trainer.ts";

/** What a training step with the configuration's batch launches, on a device that computes nothing. */
export function capturedStep(
  configuration: ModelConfiguration,
  recipe: Recipe,
  device = countingDevice(),
): CapturedStep<void> {
  const training = { recipe, steps: 1, seed: 0, vgg: emptyVgg() };
  return Trainer.create(device, configuration, training).prepare(configuration.batch).captured;
}

/** What every WebGPU must compute alike. */
import { packBatch } from "../data/batch.ts";
import { figures } from "../data/figures/figures.ts";
import type { Device } from "../engine/device.ts";
import { serializeSafetensors, storedFloat32 } from "../engine/safetensors.ts";
import { checkpointGenerator } from "../model/checkpoint.ts";
import { modelConfiguration } from "../model/configuration.ts";
import { bundledModel, readCheckpoint } from "../repose/files/open_studio.ts";
import { Painter } from "../repose/painter.ts";
import { recipeOf } from "../train/recipe.ts";
import { Trainer } from "../train/trainer.ts";

/** Computes both below on a device, which it closes, and writes them to a file, safetensors. */
export async function writeComputed(device: Device, file: string): Promise<void> {
  const values = new Map([
    ["picture", await paintedPicture(device)],
    ...await trainingStep(device),
  ]);
  const stored = [...values].map(([name, values]) =>
    [name, storedFloat32(values, [values.length])] as const
  );
  await Deno.writeFile(file, serializeSafetensors(new Map(stored)));
  device.close();
}

/** The bytes of a person whom the bundled model paints. */
export async function paintedPicture(device: Device): Promise<Float32Array> {
  const model = checkpointGenerator(await readCheckpoint(bundledModel));
  const data = figures({ size: model.configuration.size, seed: 1 });
  const [{ pixels }] = await Painter.from(device, model).paint([await data.pair("test", 0)]);
  return Float32Array.from(pixels);
}

/** The three losses of a small model's training step, and all of its gradients as `gradient of NAME`, halved. */
export async function trainingStep(device: Device): Promise<Map<string, Float32Array>> {
  const configuration = modelConfiguration({ preset: "demo", width: 4 });
  const data = figures({ size: configuration.size, seed: 1 });
  const pairs = await Promise.all([0, 1].map((index) => data.pair("train", index)));
  const batch = packBatch(pairs, data.skeleton, configuration.regions);
  const training = { recipe: recipeOf({ recipe: "modern" }), steps: 1, seed: 1, vgg: null };
  const trainer = Trainer.create(device, configuration, training);
  trainer.step(batch, batch);
  const [{ discriminator, adversarial, reconstruction }] = await trainer.readLosses();
  const values = new Map([
    ["losses", Float32Array.of(discriminator, adversarial, reconstruction)],
  ]);
  // Adam's first moment after one step. The weights themselves have moved by the rate, up or down, whatever the size of
  // the gradient: where that is all but zero, rounding decides.
  for (const name of trainer.parameters.keys()) {
    const moment = trainer.state.get(`adam.first.${name}`)!;
    values.set(`gradient of ${name}`, await moment.read());
  }
  return values;
}

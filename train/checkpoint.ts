/** Checkpoints: safetensors whose metadata tells the model, so that a file alone is enough to go on or to generate. */
import { writeFile } from "../data/files/write.ts";
import { serializeSafetensors, storedFloat32, type StoredTensor } from "../engine/safetensors.ts";
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import {
  type Checkpoint,
  checkpointModel,
  checkpointValues,
  modelMetadata,
} from "../model/checkpoint.ts";
import { generatorParameters } from "../model/generator.ts";
import type { Painter } from "../repose/painter.ts";
import { parameter } from "../model/parameters.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import type { TrainingPlan } from "./options.ts";

/** Writes a checkpoint, whole or not at all. The same state and metadata give the same bytes. */
export async function writeCheckpoint(
  path: string,
  device: Device,
  state: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const stored = await Promise.all(
    [...state].map(async ([name, tensor]): Promise<[string, StoredTensor]> => [
      name,
      storedFloat32(await device.read(tensor), tensor.shape),
    ]),
  );
  await writeFile(path, serializeSafetensors(new Map(stored), metadata));
}

/**
 * Writes the generator alone, in half precision, with the metadata that `generate` needs: a twelfth of a
 * checkpoint, for keeping and sharing.
 */
export async function writeGenerator(
  path: string,
  { device, configuration, parameters }: Painter,
): Promise<void> {
  const stored = generatorParameters(configuration).map(
    async ({ name, shape }): Promise<[string, StoredTensor]> => {
      const values = Float16Array.from(await device.read(parameter(parameters, name)));
      return [name, { dtype: "F16", shape, data: new Uint8Array(values.buffer) }];
    },
  );
  const metadata = modelMetadata(configuration);
  await writeFile(path, serializeSafetensors(new Map(await Promise.all(stored)), metadata));
}

/** Overwrites a training state with a checkpoint's; its step is the return value. */
export function restoreState(
  device: Device,
  state: ReadonlyMap<string, Tensor>,
  checkpoint: Checkpoint,
): number {
  const shapes = [...state].map(([name, { shape }]) => ({ name, shape }));
  const values = checkpointValues(checkpoint, shapes);
  for (const [name, tensor] of state) device.write(tensor, values.get(name)!.data);
  const step = Number(checkpoint.metadata.step);
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new Error(`${checkpoint.path}: its metadata name no step; it cannot be trained on`);
  }
  return step;
}

/**
 * What a checkpoint's metadata say of the run, but for the step: all that two runs must share for one
 * to go on with the other's checkpoint.
 */
export async function runMetadata(
  { model, batch, seed, data }: TrainingPlan,
  trainingPairs: number,
  vgg: VggWeights | null,
): Promise<Record<string, string>> {
  return {
    ...modelMetadata(model),
    batch: String(batch),
    seed: String(seed),
    data: data === null ? "figures" : "folder",
    pairs: String(trainingPairs),
    vgg: vgg ? await fingerprint(vgg) : "none",
  };
}

/**
 * Throws an Error that lists how the run that left the checkpoint differs from this one. Settings of the
 * model that an older checkpoint does not name are the defaults.
 */
export function requireSameRun(
  checkpoint: Checkpoint,
  run: Readonly<Record<string, string>>,
): void {
  const before = { ...checkpoint.metadata, ...modelMetadata(checkpointModel(checkpoint)) };
  const changed = Object.keys(run).filter((name) => before[name] !== run[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name] ?? "unknown"} (now ${run[name]})`);
  throw new Error(`${checkpoint.path} comes from a run with other settings: ${list.join(", ")}`);
}

/** The first digits of the weights' SHA-256. */
async function fingerprint({ mean, layers }: VggWeights): Promise<string> {
  const parts = Object.values(layers).flatMap(({ weight, bias }) => [...weight, ...bias]);
  const digest = await crypto.subtle.digest("SHA-256", Float32Array.from([...mean, ...parts]));
  return new Uint8Array(digest).toHex().slice(0, 16);
}

/** Checkpoints: safetensors whose metadata tells the model, so that a file alone is enough to go on or to generate. */
import { serializeSafetensors, storedFloat32, type StoredTensor } from "../engine/safetensors.ts";
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { type Checkpoint, checkpointValues, modelMetadata } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { Parameters } from "../model/parameters.ts";

/** The file of a training state. The same state and metadata give the same bytes. */
export async function checkpointBytes(
  device: Device,
  state: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const stored = await Promise.all(
    [...state].map(async ([name, tensor]): Promise<[string, StoredTensor]> => [
      name,
      storedFloat32(await device.read(tensor), tensor.shape),
    ]),
  );
  return serializeSafetensors(new Map(stored), metadata);
}

/** Networks on a device. */
export interface Model {
  readonly device: Device;
  readonly configuration: ModelConfiguration;
  /** By their checkpoint names: the generator's, and perhaps the discriminator's. */
  readonly parameters: Parameters;
}

/**
 * The file of networks in half precision, without what the optimiser keeps: a tenth of a checkpoint, to paint
 * with, to share, and to begin other trainings with.
 */
export async function modelBytes(
  { device, configuration, parameters }: Model,
): Promise<Uint8Array> {
  const stored = [...parameters].map(async ([name, tensor]): Promise<[string, StoredTensor]> => {
    const values = Float16Array.from(await device.read(tensor));
    return [name, { dtype: "F16", shape: tensor.shape, data: new Uint8Array(values.buffer) }];
  });
  const metadata = modelMetadata(configuration);
  return serializeSafetensors(new Map(await Promise.all(stored)), metadata);
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

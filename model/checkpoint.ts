/** The part of a checkpoint that painting needs: which model it is, and the model's weights. */
import { parseSafetensors } from "../engine/safetensors.ts";
import type { Shape } from "../engine/tensor.ts";
import { type NamedTensors, Weights } from "../networks/weights.ts";
import { isHuman } from "../pose/skeleton.ts";
import { type ModelConfiguration, modelConfiguration } from "./configuration.ts";
import { generatorParameters } from "./generator.ts";
import { formatSkeleton, parseSkeleton } from "../pose/formats/skeleton_json.ts";
import { modelFields, modelSettings, settingsFromTexts } from "./settings.ts";

/** A safetensors file whose metadata tell the model. */
export interface Checkpoint {
  /** The file, for error messages. */
  readonly path: string;
  /** Which model it is, and of its training. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The weights, and in a training's checkpoint the optimiser's moments. */
  readonly tensors: NamedTensors;
}

/** Which generator it is, and its weights by the names and shapes of `generatorParameters`. */
export interface GeneratorWeights {
  /** Which generator it is. */
  readonly configuration: ModelConfiguration;
  /** Its weights by name. */
  readonly values: ReadonlyMap<
    string,
    { readonly shape: Shape; readonly data: Float32Array<ArrayBuffer> }
  >;
}

/** The checkpoint in a file's bytes. @throws Error that names the file and says what is wrong with it. */
export function parseCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  try {
    return { path, ...parseSafetensors(bytes) };
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The format that this program writes; files that name none are of the first. */
export const FORMAT = 1;

/** What metadata say beside the model: of the format, and of the run (train/run_metadata.ts). */
const otherFields = new Set([
  ...["version", "skeleton", "format", "step", "batch", "seed", "data", "lists", "pairs"],
  ...["vgg", "kernels"],
  ...["recipe", "rate", "schedule", "batches", "averaging", "l1"],
  ...["mirroring", "recolouring", "zooming"],
]);

/**
 * The model that a checkpoint was made by.
 * @throws Error where its metadata do not say, or say what this program does not know
 */
export function checkpointModel({ path, metadata }: Checkpoint): ModelConfiguration {
  requireFormat(path, metadata.version ?? "1");
  try {
    const unknown = Object.keys(metadata).find((name) =>
      !Object.hasOwn(modelFields, name) && !otherFields.has(name)
    );
    if (unknown !== undefined) throw new Error(`its metadata have an unknown field "${unknown}"`);
    const { preset, ...settings } = settingsFromTexts(modelFields, metadata, (name) => name);
    if (preset === undefined || !metadata.fidelity || !metadata.width) {
      throw new Error("its metadata lack preset, fidelity or width");
    }
    const skeleton = metadata.skeleton === undefined
      ? undefined
      : parseSkeleton(metadata.skeleton, 'the field "skeleton"');
    return modelConfiguration({ ...settings, preset, skeleton });
  } catch (error) {
    throw new Error(`${path} is not a checkpoint of this program: ${(error as Error).message}`);
  }
}

function requireFormat(path: string, version: string): void {
  if (version === String(FORMAT)) return;
  throw new Error(
    `${path} is a checkpoint of format ${version}, but this program knows ${FORMAT} only: ` +
      "use the version that wrote it, or a later one",
  );
}

/**
 * The values of the named tensors.
 * @throws Error for one that is missing, of another shape or not finite.
 */
export function checkpointValues(
  { path, tensors }: Checkpoint,
  shapes: Iterable<{ readonly name: string; readonly shape: Shape }>,
): GeneratorWeights["values"] {
  const weights = new Weights(tensors, path, "another checkpoint");
  const values = new Map();
  for (const { name, shape } of shapes) {
    values.set(name, { shape, data: weights.values(name, shape) });
  }
  return values;
}

/** What the names of averaged weights begin with. */
export const AVERAGE = "average.";

/** The generator that a checkpoint holds, for `Painter.from`. @throws Error as `checkpointModel` and `generatorValues`. */
export function checkpointGenerator(checkpoint: Checkpoint): GeneratorWeights {
  const configuration = checkpointModel(checkpoint);
  return { configuration, values: generatorValues(checkpoint, configuration) };
}

/**
 * The weights of a checkpoint's generator by the names of `generatorParameters`: the averaged ones where it
 * has them.
 * @throws Error as `checkpointValues`.
 */
export function generatorValues(
  checkpoint: Checkpoint,
  configuration: ModelConfiguration,
): GeneratorWeights["values"] {
  const shapes = generatorParameters(configuration);
  const prefix = checkpoint.tensors.has(AVERAGE + shapes[0].name) ? AVERAGE : "";
  const prefixed = shapes.map(({ name, shape }) => ({ name: prefix + name, shape }));
  const values = [...checkpointValues(checkpoint, prefixed)];
  return new Map(values.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** What tells the model in a checkpoint's metadata. */
export function modelMetadata(model: ModelConfiguration): Record<string, string> {
  const { skeleton } = model;
  const settings = Object.entries({
    version: FORMAT,
    ...modelSettings(model),
    ...(isHuman(skeleton) ? {} : { skeleton: formatSkeleton(skeleton) }),
  });
  return Object.fromEntries(settings.map(([name, value]) => [name, String(value)]));
}

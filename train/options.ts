/** What a training run can be told, on the command line or in a JSON file, and what is left to defaults. */
import { resolve } from "node:path";
import { readText } from "../data/files/read.ts";
import { isThere } from "../data/files/look.ts";
import { type ModelConfiguration, modelConfiguration } from "../model/configuration.ts";
import { checkpointModel } from "../model/checkpoint.ts";
import {
  checkFields,
  type Choice,
  type Field,
  modelFields,
  modelSettings,
  whole,
} from "../model/settings.ts";
import { readCheckpoint } from "../repose/files/open_studio.ts";
import { parseSkeleton } from "../pose/formats/skeleton_json.ts";
import { isHuman, type Skeleton } from "../pose/skeleton.ts";
import { presetOf } from "./dataset.ts";
import { vggCachePath } from "../networks/files/vgg19.ts";
import { type Recipe, recipeFields, recipeOf } from "./recipe.ts";

function path(placeholder: string, help: string): Field<string> {
  return {
    placeholder,
    help,
    expected: "a path",
    accepts: (value): value is string => typeof value === "string" && value !== "",
  };
}

/** All settings of a run: also the fields of its JSON file. */
export const trainingFields = {
  ...modelFields,
  ...recipeFields,
  skeleton: path("FILE", "what is painted, where it is not people: JSON (docs/skeletons.md)"),
  data: path("DIR", "a folder laid out like Market-1501; without it, drawn figures"),
  steps: whole(1, 1e9, "training steps in all"),
  batch: whole(1, 1024, "pairs in a batch"),
  seed: whole(0, 2 ** 32 - 1, "of the first weights, the order of pairs and the dropout (0)"),
  from: path("FILE", "begin with the weights of a generator or checkpoint, and its settings"),
  vgg: path("FILE|none", "VGG-19 weights for the reconstruction loss; none: 3x3 colour patches"),
  every: whole(1, 1e9, "steps from one sample sheet and checkpoint to the next"),
};

export type TrainingSettings = Choice<typeof trainingFields>;

/** The settings of a run in a JSON file. @throws Error that names the file and the field at fault. */
export async function settingsFromFile(file: string): Promise<TrainingSettings> {
  return await fieldsFromFile(trainingFields, file);
}

/** The values that a JSON file has for fields of a table. @throws Error as `settingsFromFile`. */
export async function fieldsFromFile<Fields extends Record<string, Field<unknown>>>(
  fields: Fields,
  file: string,
): Promise<Choice<Fields>> {
  const text = await readText(file, "the settings");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${file} must hold one JSON object with settings such as {"width": 16}`);
  }
  return checkFields(fields, { ...value }, (name) => `${file}: "${name}"`);
}

/** Everything about a run that is decided before it starts. */
export interface TrainingPlan {
  readonly model: ModelConfiguration;
  readonly recipe: Recipe;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  readonly every: number;
  /** A folder, or null for the built-in figures. */
  readonly data: string | null;
  /** What the first weights are taken from, or null for fresh ones. */
  readonly from: string | null;
  /** The file with the VGG-19 weights, or null where none are used. */
  readonly vgg: string | null;
}

/**
 * Fills in what the settings leave open; reads a picture of `data` where they name no preset.
 * @throws Error where the model needs VGG weights and there are none.
 */
export async function trainingPlan(settings: TrainingSettings): Promise<TrainingPlan> {
  const { from = null } = settings;
  const before = from === null ? null : checkpointModel(await readCheckpoint(from));
  const { data, skeleton: file, ...rest } = { ...before && modelSettings(before), ...settings };
  const preset = rest.preset ?? (data === undefined ? "demo" : await presetOf(data));
  const skeleton = file === undefined ? before?.skeleton : await readSkeleton(file);
  if (data === undefined && skeleton && !isHuman(skeleton)) {
    throw new Error(`the program draws people only: give pictures of a ${skeleton.name} by --data`);
  }
  const model = modelConfiguration({ ...rest, preset, skeleton });
  const { steps = model.steps, batch = model.batch, seed = 0 } = rest;
  const every = rest.every ?? Math.min(1000, Math.ceil(steps / 10));
  const recipe = recipeOf(rest);
  const vgg = await vggFile(model, rest);
  return { model, recipe, steps, batch, seed, every, data: data ?? null, from, vgg };
}

/** The skeleton in a file. @throws Error of one line that names it */
export async function readSkeleton(file: string): Promise<Skeleton> {
  return parseSkeleton(await readText(file, "the skeleton"), file);
}

async function vggFile(
  { preset, reconstruction }: ModelConfiguration,
  { vgg }: TrainingSettings,
): Promise<string | null> {
  if (reconstruction.kind === "l1" || vgg === "none") return null;
  if (vgg !== undefined) return vgg;
  const cached = vggCachePath();
  if (await isThere(cached)) return cached;
  if (preset === "demo") return null;
  throw new Error(
    "no VGG-19 weights: fetch them with ./run weights vgg19, name a file with --vgg, or compare " +
      "3x3 colour patches instead with --vgg none",
  );
}

/** The given settings with what the plan fills in, for the run folder: with its skeleton they lead to the same plan. */
export function settledSettings(settings: TrainingSettings, plan: TrainingPlan): TrainingSettings {
  const { steps, batch, seed, data, vgg } = plan;
  const { from: _begun, skeleton: _kept, ...others } = settings;
  return {
    ...others,
    ...modelSettings(plan.model),
    ...plan.recipe,
    ...{ steps, batch, seed },
    ...(data === null ? {} : { data: resolve(data) }),
    vgg: vgg === null ? "none" : resolve(vgg),
  };
}

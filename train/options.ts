/** What a training run can be told, on the command line or in a JSON file, and what is left to defaults. */
import { resolve } from "node:path";
import {
  fidelities,
  fidelityChoices,
  type ModelConfiguration,
  modelConfiguration,
  presets,
  variantNames,
} from "../model/configuration.ts";
import { presetOf } from "./dataset.ts";
import { vggCachePath } from "./vgg_fetch.ts";

/** One setting: how it shows in the help, and which values it takes. */
export interface Field<T> {
  readonly placeholder: string;
  readonly help: string;
  /** What errors say that it must be. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

function oneOf<T extends string>(names: readonly T[], help: string): Field<T> {
  return {
    placeholder: names.join("|"),
    help,
    expected: `one of ${names.join(", ")}`,
    accepts: (value): value is T => (names as readonly unknown[]).includes(value),
  };
}

function whole(least: number, most: number, help: string): Field<number> {
  return {
    placeholder: "N",
    help,
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value): value is number =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

function path(placeholder: string, help: string): Field<string> {
  return {
    placeholder,
    help,
    expected: "a path",
    accepts: (value): value is string => typeof value === "string" && value !== "",
  };
}

/** The settings that determine the model. */
export const modelFields = {
  preset: oneOf(presets, "sizes and defaults: 64x32, 128x64 or 256x256 pixels (height x width)"),
  fidelity: oneOf(fidelities, "follow the paper (default) or the authors' released code"),
  configuration: oneOf(variantNames, "the method (full, the default) or one of its ablations"),
  width: whole(1, 256, "channels of the first layer"),
  norm: oneOf(fidelityChoices.norm, "normalisation, whatever the fidelity says"),
  regions: oneOf(fidelityChoices.regions, "regions of the body's parts, likewise"),
  sampling: oneOf(fidelityChoices.sampling, "how deformed features are sampled, likewise"),
  fusion: oneOf(fidelityChoices.fusion, "how the parts of a deformed skip are joined"),
};

/** All settings of a run: also the fields of its JSON file. */
export const trainingFields = {
  ...modelFields,
  data: path("DIR", "a folder laid out like Market-1501; without it, drawn figures"),
  steps: whole(1, 1e9, "training steps in all"),
  batch: whole(1, 1024, "pairs in a batch"),
  seed: whole(0, 2 ** 32 - 1, "of the first weights, the order of pairs and the dropout (0)"),
  vgg: path("FILE|none", "VGG-19 weights for the reconstruction loss; none: 3x3 colour patches"),
  every: whole(1, 1e9, "steps from one sample sheet and checkpoint to the next"),
};

type Choice<Fields> = {
  readonly [K in keyof Fields]?: Fields[K] extends Field<infer T> ? T : never;
};
export type ModelSettings = Choice<typeof modelFields>;
export type TrainingSettings = Choice<typeof trainingFields>;

/**
 * Checks the settings that `given` has a value for. `describe` names a field in errors: `--width`.
 * Throws a TypeError for a field that is not in the table or has an ill-typed value.
 */
function checkFields<Fields extends Record<string, Field<unknown>>>(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  describe: (name: string) => string,
): Choice<Fields> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    if (!Object.hasOwn(fields, name)) {
      const known = Object.keys(fields).join(", ");
      throw new TypeError(`${describe(name)} is not a setting; there are ${known}`);
    }
    const { accepts, expected } = fields[name];
    if (!accepts(value)) {
      throw new TypeError(`${describe(name)} must be ${expected}, not ${JSON.stringify(value)}`);
    }
  }
  return Object.fromEntries(entries) as Choice<Fields>;
}

/**
 * The settings among command-line texts, `--width 16`, or other texts that `describe` names. Texts of
 * other names are passed over. Throws as `checkFields`.
 */
export function settingsFromTexts<Fields extends Record<string, Field<unknown>>>(
  fields: Fields,
  texts: Readonly<Record<string, string | undefined>>,
  describe = (name: string) => `--${name}`,
): Choice<Fields> {
  const values = Object.entries(texts)
    .filter(([name]) => Object.hasOwn(fields, name))
    .map(([name, text]) => {
      const isNumber = fields[name].placeholder === "N" && /^-?\d+(\.\d+)?$/.test(text ?? "");
      return [name, isNumber ? Number(text) : text];
    });
  return checkFields(fields, Object.fromEntries(values), describe);
}

/** The settings in a JSON file. Throws an Error that names the file and the field at fault. */
export async function settingsFromFile(file: string): Promise<TrainingSettings> {
  const text = await Deno.readTextFile(file).catch((error: Error) => {
    throw new Error(`cannot read the settings: ${error.message}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${file} must hold one JSON object with settings such as {"width": 16}`);
  }
  return checkFields(trainingFields, { ...value }, (name) => `${file}: "${name}"`);
}

/** Everything about a run that is decided before it starts. */
export interface TrainingPlan {
  readonly model: ModelConfiguration;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  readonly every: number;
  /** A folder, or null for the built-in figures. */
  readonly data: string | null;
  /** The file with the VGG-19 weights, or null where none are used. */
  readonly vgg: string | null;
}

/**
 * Fills in what the settings leave open; reads a picture of `data` where they name no preset.
 * Throws an Error where the model needs VGG weights and there are none.
 */
export async function trainingPlan(settings: TrainingSettings): Promise<TrainingPlan> {
  const { data, ...rest } = settings;
  const preset = rest.preset ?? (data === undefined ? "demo" : await presetOf(data));
  const model = modelConfiguration({ ...rest, preset });
  const { steps = model.steps, batch = model.batch, seed = 0 } = rest;
  const every = rest.every ?? Math.min(1000, Math.ceil(steps / 10));
  return { model, steps, batch, seed, every, data: data ?? null, vgg: await vggFile(model, rest) };
}

async function vggFile(
  { preset, reconstruction }: ModelConfiguration,
  { vgg }: TrainingSettings,
): Promise<string | null> {
  if (reconstruction.kind === "l1" || vgg === "none") return null;
  if (vgg !== undefined) return vgg;
  const cached = vggCachePath();
  const isCached = await Deno.stat(cached).then(() => true, () => false);
  if (isCached) return cached;
  if (preset === "demo") return null;
  throw new Error(
    "no VGG-19 weights: fetch them with ./run weights vgg19, name a file with --vgg, or compare " +
      "3x3 colour patches instead with --vgg none",
  );
}

/** The given settings with what the plan fills in, for the run folder: they lead to the same plan. */
export function settledSettings(settings: TrainingSettings, plan: TrainingPlan): TrainingSettings {
  const { preset, fidelity, configuration, width, norm, regions, sampling, fusion } = plan.model;
  const { steps, batch, seed, data, vgg } = plan;
  return {
    ...settings,
    ...{ preset, fidelity, configuration, width, norm, regions, sampling, fusion },
    ...{ steps, batch, seed },
    ...(data === null ? {} : { data: resolve(data) }),
    vgg: vgg === null ? "none" : resolve(vgg),
  };
}

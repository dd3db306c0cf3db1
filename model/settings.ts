/** The settings that determine a model, as people and files write them. */
import {
  fidelities,
  fidelityChoices,
  type ModelConfiguration,
  presets,
  sizeText,
  variantNames,
} from "./configuration.ts";

/** One setting: how it shows in the help, and which values it takes. */
export interface Field<T> {
  readonly placeholder: string;
  readonly help: string;
  /** What errors say that it must be. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

export function oneOf<T extends string>(names: readonly T[], help: string): Field<T> {
  return {
    placeholder: names.join("|"),
    help,
    expected: `one of ${names.join(", ")}`,
    accepts: (value): value is T => (names as readonly unknown[]).includes(value),
  };
}

export function whole(least: number, most: number, help: string): Field<number> {
  return {
    placeholder: "N",
    help,
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value): value is number =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

const size: Field<string> = {
  placeholder: "WIDTHxHEIGHT",
  help: "pixels of the pictures, whatever the preset says",
  expected: "WIDTHxHEIGHT in pixels, as 128x256",
  accepts: (value): value is string => typeof value === "string" && /^\d+x\d+$/.test(value),
};

/** The settings that determine the model. */
export const modelFields = {
  preset: oneOf(presets, "sizes and defaults: 64x32, 128x64 or 256x256 pixels (height x width)"),
  fidelity: oneOf(fidelities, "follow the paper (default) or the authors' released code"),
  configuration: oneOf(variantNames, "the method (full, the default) or one of its ablations"),
  width: whole(1, 256, "channels of the first layer"),
  size,
  norm: oneOf(fidelityChoices.norm, "normalisation, whatever the fidelity says"),
  regions: oneOf(
    fidelityChoices.regions,
    "regions of the body's parts, whatever the fidelity says",
  ),
  sampling: oneOf(
    fidelityChoices.sampling,
    "how deformed features are sampled, whatever the fidelity says",
  ),
  fusion: oneOf(fidelityChoices.fusion, "how the parts of a deformed skip are joined"),
  dropout: oneOf(fidelityChoices.dropout, "the networks with dropout; both is an ablation"),
};

/** What was chosen of a table of fields. */
export type Choice<Fields> = {
  readonly [K in keyof Fields]?: Fields[K] extends Field<infer T> ? T : never;
};

/**
 * Checks the settings that `given` has a value for. `describe` names a field in errors: `--width`.
 * @throws TypeError for a field that is not in the table or has an ill-typed value.
 */
export function checkFields<Fields extends Record<string, Field<unknown>>>(
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

/** The settings that lead to a model. */
export function modelSettings(model: ModelConfiguration): Required<Choice<typeof modelFields>> {
  const { preset, fidelity, configuration, width } = model;
  const { norm, regions, sampling, fusion, dropout } = model;
  const size = sizeText(model.size);
  return { preset, fidelity, configuration, width, size, norm, regions, sampling, fusion, dropout };
}

/** 12, 0.5, .5, 4e-4 */
const decimal = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The settings among command-line texts, `--width 16`, or other texts that `describe` names. Texts of
 * other names are passed over. @throws Error as `checkFields`.
 */
export function settingsFromTexts<Fields extends Record<string, Field<unknown>>>(
  fields: Fields,
  texts: Readonly<Record<string, string | undefined>>,
  describe = (name: string) => `--${name}`,
): Choice<Fields> {
  const values = Object.entries(texts)
    .filter(([name]) => Object.hasOwn(fields, name))
    .map(([name, text]) => {
      const isNumber = fields[name].placeholder === "N" && decimal.test(text ?? "");
      return [name, isNumber ? Number(text) : text];
    });
  return checkFields(fields, Object.fromEntries(values), describe);
}

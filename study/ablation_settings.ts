/** What an ablation is told, and what is kept of it in its folder. */
import { join, resolve } from "node:path";
import { filesOf } from "../evaluate/tools.ts";
import { type Choice, type Field, whole } from "../model/settings.ts";
import {
  fieldsFromFile,
  settledSettings,
  trainingFields,
  trainingPlan,
  type TrainingSettings,
} from "../train/options.ts";
import { isThere } from "../data/files/look.ts";
import { makeFolderFor, writeJson } from "../data/files/write.ts";

// The variants differ in the first three; their networks differ too, so no weights fit all of them. The paper is of people.
const {
  configuration: _configuration,
  fusion: _fusion,
  dropout: _dropout,
  from: _from,
  skeleton: _skeleton,
  ...shared
} = trainingFields;

function text(placeholder: string, help: string): Field<string> {
  return {
    placeholder,
    help,
    expected: "a text",
    accepts: (value): value is string => typeof value === "string" && value !== "",
  };
}

/** The settings of `train`, but for what the variants differ in, and those for judging. */
export const ablationFields = {
  ...shared,
  metrics: text("A,B", "what to judge by, as evaluate takes it (all that need no weights)"),
  lpips: text("FILES", "weights for lpips, as evaluate takes them"),
  inception: text("FILE", "weights for fid and is, as evaluate takes them"),
  "test-pairs": whole(1, 1e9, "judge this many test pairs, spread over all (all)"),
};
export type AblationSettings = Choice<typeof ablationFields>;

const file = (folder: string) => join(folder, "ablation.json");

/**
 * Fills in what is left open. Where the folder has an ablation, it goes on, and settings need not be given again.
 * @throws Error where others are given.
 */
export async function settleAblation(
  folder: string,
  given: AblationSettings,
): Promise<AblationSettings> {
  // An older version left out the settings that it did not have.
  const before = await isThere(file(folder))
    ? await settle(await fieldsFromFile(ablationFields, file(folder)))
    : null;
  const settings = await settle({ ...before, ...given });
  if (before) requireAlike(folder, before, settings);
  return settings;
}

/** Keeps what `settleAblation` gave, so that the ablation can go on. */
export async function keepAblation(folder: string, settings: AblationSettings): Promise<void> {
  await makeFolderFor(file(folder));
  await writeJson(file(folder), settings);
}

/** The settings that all variants train with. */
export function sharedTraining(settings: AblationSettings): TrainingSettings {
  const entries = Object.entries(settings).filter(([name]) => Object.hasOwn(shared, name));
  return Object.fromEntries(entries);
}

async function settle(settings: AblationSettings): Promise<AblationSettings> {
  const { lpips, inception } = settings;
  // The paper's ablation is of its own recipe.
  const training = { recipe: "paper", ...sharedTraining(settings) } as const;
  const plan = await trainingPlan(training);
  return {
    ...settings,
    ...sharedTraining(settledSettings(training, plan)),
    ...(lpips && { lpips: filesOf(lpips).map((path) => resolve(path)).join() }),
    ...(inception && { inception: resolve(inception) }),
  };
}

function requireAlike(folder: string, before: AblationSettings, now: AblationSettings): void {
  const names = Object.keys({ ...before, ...now }) as (keyof AblationSettings)[];
  const differences = names.filter((name) => before[name] !== now[name])
    .map((name) => `${name} ${before[name] ?? "left out"} (now ${now[name] ?? "left out"})`);
  if (differences.length === 0) return;
  throw new Error(
    `${folder} holds another ablation: ${differences.join(", ")}; give another --out`,
  );
}

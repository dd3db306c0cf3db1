/** What an ablation is told, and what is kept of it in its folder. */
import { join } from "node:path";
import { type Choice, type Field, whole } from "../model/settings.ts";
import { fieldsFromFile, settledSettings, trainingFields, trainingPlan } from "../train/options.ts";
import { writeText } from "./files.ts";

const { configuration: _configuration, fusion: _fusion, dropout: _dropout, ...shared } =
  trainingFields;

const metrics: Field<string> = {
  placeholder: "A,B",
  help: "what to judge by, as evaluate takes it (all that need no weights)",
  expected: "names of metrics",
  accepts: (value): value is string => typeof value === "string",
};

/** The settings of `train`, but for what the variants differ in, and two for judging. */
export const ablationFields = {
  ...shared,
  metrics,
  "test-pairs": whole(1, 1e9, "judge this many test pairs, spread over all (all)"),
};
export type AblationSettings = Choice<typeof ablationFields>;

/**
 * Fills in what is left open and keeps it in the ablation's folder; where it is there already, the ablation goes on, and
 * settings need not be given again. Throws an Error where others are given.
 */
export async function settleAblation(
  folder: string,
  given: AblationSettings,
): Promise<AblationSettings> {
  const path = join(folder, "ablation.json");
  const before = await exists(path) ? await fieldsFromFile(ablationFields, path) : null;
  const settings = await settle({ ...before, ...given });
  if (before) requireAlike(folder, before, settings);
  else await writeText(path, JSON.stringify(settings, null, 2) + "\n");
  return settings;
}

async function settle(settings: AblationSettings): Promise<AblationSettings> {
  const { metrics, "test-pairs": testPairs, ...training } = settings;
  const plan = await trainingPlan(training);
  const { configuration: _, fusion: __, dropout: ___, ...settled } = settledSettings(
    training,
    plan,
  );
  const judging = { metrics, "test-pairs": testPairs };
  return { ...settled, ...JSON.parse(JSON.stringify(judging)) };
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

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** What a checkpoint tells of the run that left it. */
import { digestLists } from "../data/sets/digest.ts";
import { type Checkpoint, checkpointModel, modelMetadata } from "../model/checkpoint.ts";
import { digestVggWeights } from "../networks/files/vgg19.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import type { TrainingPlan } from "./options.ts";
import { paperRecipe, type Recipe } from "./recipe.ts";

/**
 * What a checkpoint's metadata say of the run, but for the step: all that two runs must share for one
 * to go on with the other's checkpoint.
 */
export async function runMetadata(
  { model, recipe, batch, seed, data }: TrainingPlan,
  trainingPairs: number,
  vgg: VggWeights | null,
): Promise<Record<string, string>> {
  return {
    ...modelMetadata(model),
    ...recipeMetadata(recipe),
    batch: String(batch),
    seed: String(seed),
    data: data === null ? "figures" : "folder",
    ...(data === null ? {} : { lists: (await digestLists(data, "train")).slice(0, 16) }),
    pairs: String(trainingPairs),
    vgg: vgg ? (await digestVggWeights(vgg)).slice(0, 16) : "none",
  };
}

/**
 * @throws Error that lists how the run that left the checkpoint differs from this one. Settings of the
 * model that an older checkpoint does not name are the defaults; the lists of its data are not known.
 */
export function requireSameRun(
  checkpoint: Checkpoint,
  run: Readonly<Record<string, string>>,
): void {
  const before: Readonly<Record<string, string>> = {
    ...(run.lists === undefined ? {} : { lists: run.lists }),
    ...recipeMetadata(paperRecipe),
    ...checkpoint.metadata,
    ...modelMetadata(checkpointModel(checkpoint)),
  };
  const changed = Object.keys(run).filter((name) => before[name] !== run[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name] ?? "unknown"} (now ${run[name]})`);
  throw new Error(`${checkpoint.path} comes from a run with other settings: ${list.join(", ")}`);
}

function recipeMetadata(recipe: Recipe): Record<string, string> {
  return Object.fromEntries(Object.entries(recipe).map(([name, value]) => [name, String(value)]));
}

import { packBatch } from "../data/batch.ts";
import type { Batch, Dataset } from "../data/types.ts";
import { mirrorPair } from "../data/mirror.ts";
import { batchIndices, hashText } from "../data/sets/sampler.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { Recipe } from "./recipe.ts";

/** What a training step takes; both are the same where the recipe wants one batch. */
export interface StepBatches {
  readonly forDiscriminator: Batch;
  readonly forGenerator: Batch;
}

/** What tells the batches of a run. */
export interface BatchPlan {
  readonly model: ModelConfiguration;
  readonly recipe: Recipe;
  /** Pairs in a batch. */
  readonly batch: number;
  readonly seed: number;
}

/** The batches of step `step`, counted from 0: a pure function of its arguments. */
export async function stepBatches(
  dataset: Dataset,
  plan: BatchPlan,
  step: number,
): Promise<StepBatches> {
  const forGenerator = await drawBatch(dataset, plan, "generator", step);
  const forDiscriminator = plan.recipe.batches === "one"
    ? forGenerator
    : await drawBatch(dataset, plan, "discriminator", step);
  return { forDiscriminator, forGenerator };
}

async function drawBatch(
  dataset: Dataset,
  { seed, batch, model, recipe }: BatchPlan,
  stream: string,
  step: number,
): Promise<Batch> {
  const draw = { seed, stream, batchSize: batch, pairCount: dataset.pairCount("train") };
  const indices = batchIndices(draw, step);
  const pairs = await Promise.all(indices.map(async (index, i) => {
    const pair = await dataset.pair("train", index);
    const isMirrored = recipe.mirroring === "on" &&
      hashText(`${seed}/${stream}/mirror/${step * batch + i}`) % 2 === 1;
    return isMirrored ? mirrorPair(pair, dataset.skeleton) : pair;
  }));
  return packBatch(pairs, dataset.skeleton, model.regions);
}

import { packBatch } from "../data/batch.ts";
import type { Batch, Dataset } from "../data/types.ts";
import { batchIndices } from "../data/sets/sampler.ts";
import type { TrainingPlan } from "./options.ts";

/** What a training step takes. */
export interface StepBatches {
  readonly forDiscriminator: Batch;
  readonly forGenerator: Batch;
}

/** The batches of step `step`, counted from 0: a pure function of its arguments. */
export async function stepBatches(
  dataset: Dataset,
  plan: TrainingPlan,
  step: number,
): Promise<StepBatches> {
  return {
    forDiscriminator: await drawBatch(dataset, plan, "discriminator", step),
    forGenerator: await drawBatch(dataset, plan, "generator", step),
  };
}

async function drawBatch(
  dataset: Dataset,
  { seed, batch, model }: TrainingPlan,
  stream: string,
  step: number,
): Promise<Batch> {
  const draw = { seed, stream, batchSize: batch, pairCount: dataset.pairCount("train") };
  const indices = batchIndices(draw, step);
  const pairs = await Promise.all(indices.map((index) => dataset.pair("train", index)));
  return packBatch(pairs, dataset.skeleton, model.regions);
}

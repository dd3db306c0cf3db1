import { packBatch } from "../data/batch.ts";
import type { Batch, Dataset } from "../data/types.ts";
import { mirrorPair } from "../data/mirror.ts";
import { recolourPair } from "../data/recolour.ts";
import { zoomPair } from "../data/zoom.ts";
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
    const draw = (what: string) => hashText(`${seed}/${stream}/${what}/${step * batch + i}`);
    const isMirrored = recipe.mirroring === "on" && draw("mirror") % 2 === 1;
    const mirrored = isMirrored ? mirrorPair(pair, dataset.skeleton) : pair;
    const isZoomed = recipe.zooming === "on" && draw("zoom") % 3 === 0;
    const zoomed = isZoomed ? zoomPair(mirrored, dataset.skeleton, draw("box")) : mirrored;
    const isRecoloured = recipe.recolouring === "on" && draw("recolour") % 3 === 0;
    return isRecoloured ? recolourPair(zoomed, draw("colours")) : zoomed;
  }));
  return packBatch(pairs, dataset.skeleton, model.regions);
}

/** Prepares batches in a thread of its own; see batch_queue.ts. */
import { answerWith } from "../data/files/worker.ts";
import type { Batch, Dataset } from "../data/types.ts";
import type { BatchRequest } from "./batch_queue.ts";
import { type StepBatches, stepBatches } from "./batches.ts";
import { openDataset } from "./dataset.ts";

let dataset: Promise<Dataset> | null = null;

const buffers = (batch: Batch) =>
  Object.values(batch).filter(ArrayBuffer.isView).map(({ buffer }) => buffer);

answerWith<BatchRequest, StepBatches>(
  async ({ plan, step }) => {
    dataset ??= openDataset(plan.data, plan.model);
    return await stepBatches(await dataset, plan, step);
  },
  // Both may be the same batch, and nothing may be transferred twice.
  (batches) => [...new Set(Object.values(batches).flatMap(buffers))],
);

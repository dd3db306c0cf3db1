/// <reference lib="deno.worker" />
/** Prepares batches in a thread of its own; see batch_queue.ts. */
import type { Batch, Dataset } from "../data/types.ts";
import type { BatchReply, BatchRequest } from "./batch_queue.ts";
import { stepBatches } from "./batches.ts";
import { openDataset } from "./dataset.ts";

let dataset: Promise<Dataset> | null = null;

self.onmessage = async ({ data: { plan, step } }: MessageEvent<BatchRequest>) => {
  const reply = (reply: BatchReply, transfer: ArrayBufferLike[] = []) =>
    self.postMessage(reply, transfer as ArrayBuffer[]);
  try {
    dataset ??= openDataset(plan.data, plan.model);
    const batches = await stepBatches(await dataset, plan, step);
    const transfer = new Set(Object.values(batches).flatMap(buffers));
    reply({ step, batches }, [...transfer]);
  } catch (error) {
    reply({ step, error });
  }
};

function buffers(batch: Batch): ArrayBufferLike[] {
  return Object.values(batch).filter(ArrayBuffer.isView).map(({ buffer }) => buffer);
}

/** Trains on GPUs that fail at one call after another: what they say, what they leave, and how it goes on. */
import { join } from "node:path";
import { stepBatches } from "../../train/batches.ts";
import type { BatchRequest } from "../../train/batch_queue.ts";
import { openDataset } from "../../train/dataset.ts";
import { trainingLoop } from "../../train/loop.ts";
import { TrainingProgress } from "../../train/progress.ts";
import { isComplete, RunFolder } from "../../train/run_folder.ts";
import { startRun } from "../../train/start.ts";
import { isThere } from "../../data/files/look.ts";
import type { Ask } from "../../data/files/worker_pool.ts";
import { type Fault, onFailingGpu } from "../failing_gpu.ts";
import type { Account } from "./account.ts";
import { additional, differing, type Left, leftIn, tornFiles } from "./left.ts";

/** The smallest run that saves twice. */
export const settings = {
  width: 1,
  batch: 1,
  steps: 2,
  every: 2,
  vgg: "none",
  seed: 3,
} as const;
const silent = new TrainingProgress(settings, 0, undefined, () => {}, true);

/** What a fault must be called. */
export const messages: Readonly<Record<Fault, RegExp>> = {
  "lost": /^GPU error near [^\n]+: the GPU was lost: the test wants it$/,
  "out of memory": /^GPU error near [^\n]+: out of memory; lower the batch or the width$/,
  "hangs": /^GPU error near [^\n]+: no answer for 10 minutes$/,
};
const kinds = ["lost", "out of memory", "hangs"] as const;

/** Trains on a GPU that fails at a call, and gives what it says; an empty text where it does not fail. */
export async function failingTraining(
  fault: Fault,
  at: number,
  out: string,
  resume = false,
): Promise<{ said: string; calls: number }> {
  let said = "";
  const calls = await onFailingGpu(fault, at, async () => {
    await train(out, resume).catch((error) => said = error.message);
  });
  return { said, calls };
}

async function train(out: string, resume: boolean): Promise<void> {
  using run = await startRun({ settings: resume ? {} : settings, out, resume });
  await trainingLoop(run, silent, new AbortController().signal);
}

/** Fails at one call of a run after another until it is enough, spread over all of them, in one way after another. */
export async function gpuFaults(
  folder: string,
  isEnough: (tries: number) => boolean,
): Promise<Account> {
  using _batches = batchesInThisThread();
  const path = join(folder, "straight");
  const { calls } = await failingTraining("lost", Infinity, path);
  const straight = await leftIn(path);
  const goesOn = resuming(straight);
  const failures: string[] = [];
  const stride = strideOver(calls);
  let tries = 0;
  for (; tries < calls && !isEnough(tries); tries++) {
    const at = 1 + tries * stride % calls, fault = kinds[tries % kinds.length];
    const wrong = await fail(fault, at, join(folder, "failing"), goesOn)
      .catch((error: Error) => error.message);
    if (wrong !== null) failures.push(`${fault} at call ${at}: ${wrong}`);
  }
  return { what: `GPUs that fail at ${tries} of ${calls} calls`, tries, failures };
}

/** Steps of this length, taken round `count` places, come to all of them, and lie far apart from the first on. */
function strideOver(count: number): number {
  const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);
  let stride = Math.max(1, Math.round(count * 0.618));
  while (divisor(stride, count) !== 1) stride++;
  return stride;
}

/** What goes wrong when training fails and goes on; null where all is right. */
async function fail(
  fault: Fault,
  at: number,
  out: string,
  goesOn: (out: string) => Promise<string | null>,
): Promise<string | null> {
  const { said } = await failingTraining(fault, at, out);
  if (!messages[fault].test(said)) return `said ${JSON.stringify(said)}`;
  if (!await isThere(out)) return null; // it failed before there was a run
  const wrong = await goesOn(out);
  await Deno.remove(out, { recursive: true });
  return wrong;
}

/**
 * Says of a folder that a training has left whether it is whole and goes on to the bits of `straight`. What goes on from
 * the same bytes need not be tried twice.
 */
function resuming(straight: Left): (out: string) => Promise<string | null> {
  const known = new Map<string, string | null>();
  return async (out) => {
    const left = await leftIn(out);
    const [torn] = await tornFiles(left);
    if (torn !== undefined) return `${torn} is torn`;
    const digest = await digestOf(left);
    if (!known.has(digest)) known.set(digest, await resume(out, straight));
    return known.get(digest)!;
  };
}

async function resume(out: string, straight: Left): Promise<string | null> {
  const folder = new RunFolder(out);
  const hasBegun = await isThere(folder.checkpoint);
  if (!hasBegun || !await isComplete(folder, settings.steps)) {
    const { said } = await failingTraining("lost", Infinity, out, hasBegun);
    if (said !== "") return `cannot go on: ${said}`;
  }
  const left = await leftIn(out);
  const wrong = [...additional(left, straight), ...differing(left, straight)];
  return wrong.length === 0 ? null : `resumed, it leaves another ${wrong.join(", ")}`;
}

async function digestOf(left: Left): Promise<string> {
  const all: string[] = [];
  for (const [path, bytes] of [...left].sort()) {
    if (path === "log.jsonl") continue; // it has seconds
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    all.push(`${path} ${new Uint8Array(digest).toHex()}`);
  }
  return all.join("\n");
}

/** Prepares batches without workers, whose start takes longer than the training of a small model, until it is disposed of. */
export function batchesInThisThread(): Disposable {
  const { Worker } = globalThis;
  globalThis.Worker = BatchesHere as unknown as typeof Worker;
  return { [Symbol.dispose]: () => void (globalThis.Worker = Worker) };
}

/** Answers as train/batches_worker.ts does. */
class BatchesHere {
  onmessage: ((event: { data: unknown }) => void) | null = null;

  async postMessage({ id, request: { plan, step } }: Ask<BatchRequest>): Promise<void> {
    const dataset = await openDataset(plan.data, plan.model);
    const result = await stepBatches(dataset, plan, step);
    this.onmessage?.({ data: { id, result } });
  }

  terminate(): void {
    this.onmessage = null;
  }
}

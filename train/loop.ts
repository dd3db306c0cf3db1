import { isThere } from "../data/files/look.ts";
import type { Dataset, Pair } from "../data/types.ts";
import { BatchQueue } from "./batch_queue.ts";
import { writeCheckpoint, writeModel } from "./write_checkpoint.ts";
import type { TrainingLog } from "./log.ts";
import type { LossRow } from "./loss_ring.ts";
import type { TrainingPlan } from "./options.ts";
import type { TrainingProgress } from "./progress.ts";
import type { RunFolder } from "./run_folder.ts";
import { writeSampleSheet } from "./samples.ts";
import type { Trainer } from "./trainer.ts";

/** Losses are read, and so the GPU waited for, about this often, and after no more steps than these. */
const READ_SECONDS = 1;
const READ_STEPS = 64;

/** A run that is ready to go; disposed of, it leaves its folder and its device to others. */
export interface TrainingRun extends Disposable {
  readonly plan: TrainingPlan;
  readonly trainer: Trainer;
  readonly dataset: Dataset;
  readonly folder: RunFolder;
  /** For checkpoints, but for the step. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly log: TrainingLog;
  /** Held-out pairs of the sample sheets. */
  readonly samples: readonly Pair[];
}

/** A loss is not a finite number. */
export class Divergence extends Error {}

/**
 * Takes the steps that are left, and leaves a checkpoint and a sample sheet every `plan.every` steps and at the end,
 * those of an earlier process that was killed before it wrote them included, and a checkpoint when it is stopped. What a
 * step does depends on nothing but the plan, its number and the state before it.
 * @throws Divergence where a loss is not a finite number; the last checkpoint then stays.
 *
 * @param stop ends the loop after the step at hand
 */
export async function trainingLoop(
  run: TrainingRun,
  progress: TrainingProgress,
  stop: AbortSignal,
): Promise<void> {
  const { trainer, plan: { steps, every }, log } = run;
  await completeSave(run);
  if (trainer.stepsDone === steps) return;
  using batches = new BatchQueue(run.plan, trainer.stepsDone);
  let block = 1;
  while (trainer.stepsDone < steps && !stop.aborted) {
    const nextStop = Math.min(steps, (Math.floor(trainer.stepsDone / every) + 1) * every);
    const start = performance.now();
    const before = trainer.stepsDone;
    const end = Math.min(nextStop, before + block);
    while (trainer.stepsDone < end && !stop.aborted) {
      const { forDiscriminator, forGenerator } = await batches.next();
      trainer.step(forDiscriminator, forGenerator);
    }
    const rows = await trainer.readLosses();
    requireFinite(rows);
    log.append(rows);
    progress.update(rows);
    const seconds = (performance.now() - start) / 1000;
    block = blockLength(block, (end - before) / seconds);
    if (trainer.stepsDone === nextStop) await saveWithSheet(run);
    else if (stop.aborted) await save(run);
  }
}

/** Steps until the next reading; grows by doubling, since the first steps also compile the kernels. */
function blockLength(before: number, stepsPerSecond: number): number {
  const wanted = Math.round(stepsPerSecond * READ_SECONDS);
  return Math.max(1, Math.min(wanted, 2 * before, READ_STEPS));
}

function requireFinite(rows: readonly LossRow[]): void {
  for (const { step, ...losses } of rows) {
    const wrong = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
    if (!wrong) continue;
    const [name, value] = wrong;
    throw new Divergence(
      `the ${name} loss of step ${step} is ${value}: the training has diverged; ` +
        "the last checkpoint is kept",
    );
  }
}

/** Saves the state as the run's newest checkpoint, and the networks alone beside it. */
export async function save(
  { trainer, folder, metadata }: Pick<TrainingRun, "trainer" | "folder" | "metadata">,
): Promise<void> {
  const step = String(trainer.stepsDone);
  await writeModel(folder.model, trainer.model);
  await writeCheckpoint(folder.checkpoint, trainer.device, trainer.state, { ...metadata, step });
}

/** Writes what the last step has not left yet because the run was killed while it saved. */
async function completeSave(run: TrainingRun): Promise<void> {
  const { trainer: { stepsDone }, plan: { steps, every }, folder } = run;
  const hasSheet = stepsDone > 0 && (stepsDone === steps || stepsDone % every === 0);
  if (hasSheet && !await isThere(folder.sheet(stepsDone))) await saveWithSheet(run);
  else if (!await isThere(folder.model)) await save(run);
}

/** The checkpoint comes last: where it is, all else of its step is. */
async function saveWithSheet(run: TrainingRun): Promise<void> {
  const { trainer, folder, samples, dataset: { skeleton }, plan } = run;
  const outputs = await trainer.painter.paint(samples, plan.batch);
  await writeSampleSheet(folder.sheet(trainer.stepsDone), skeleton, samples, outputs);
  await save(run);
}

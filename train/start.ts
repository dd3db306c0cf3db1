import { isThere } from "../data/files/look.ts";
import { removeUnfinished, writeJson, writeText } from "../data/files/write.ts";
import { readCheckpoint } from "../repose/files/open_studio.ts";
import { formatSkeleton } from "../pose/formats/skeleton_json.ts";
import { isHuman } from "../pose/skeleton.ts";
import { restoreState } from "./checkpoint.ts";
import { heldOutPairs, openDataset } from "./dataset.ts";
import { openDevice } from "../repose/files/open_device.ts";
import { TrainingLog } from "./log.ts";
import { save, type TrainingRun } from "./loop.ts";
import {
  settingsFromFile,
  settledSettings,
  type TrainingPlan,
  trainingPlan,
  type TrainingSettings,
} from "./options.ts";
import { requireSameRun, runMetadata } from "./run_metadata.ts";
import { requireMemory } from "./memory.ts";
import { createRunFolder, findRunFolder, isComplete, type RunFolder } from "./run_folder.ts";
import { lockRun } from "./run_lock.ts";
import { Trainer } from "./trainer.ts";
import { widened } from "./widen.ts";
import { loadVggWeights } from "../networks/files/vgg19.ts";

const SHEET_PAIRS = 8;

/** What a run is started with. */
export interface Start {
  readonly settings: TrainingSettings;
  /** The run's folder; null for a new one in `runs`, or the last one there when resuming. */
  readonly out: string | null;
  readonly resume: boolean;
}

/** A run that has no folder yet, unless it goes on with an earlier one. */
interface PreparedRun extends Omit<TrainingRun, "folder" | "log" | typeof Symbol.dispose> {
  readonly settings: TrainingSettings;
}

/**
 * Makes a run ready: checks everything that can be wrong before it makes the run's folder, and saves
 * the first checkpoint, so that a run can be resumed from its beginning on.
 * @throws Error of one line that says what is wrong.
 */
export async function startRun(start: Start): Promise<TrainingRun> {
  using held = new DisposableStack();
  const resumed = resumedFolder(start);
  // Before its checkpoint is read, which another process might still replace.
  if (resumed) held.use(lockRun(resumed));
  const { settings, ...run } = await prepareRun(start, resumed);
  const { trainer, plan } = run;
  held.defer(() => trainer.device.close());
  const folder = resumed ?? createRunFolder(start.out, plan.model.preset);
  if (!resumed) held.use(lockRun(folder));
  await removeUnfinished(folder.path);
  await writeJson(folder.settings, settledSettings(settings, plan));
  const { skeleton } = plan.model;
  if (!isHuman(skeleton)) await writeText(folder.skeleton, formatSkeleton(skeleton));
  const log = held.use(await TrainingLog.open(folder.log, trainer.stepsDone));
  if (trainer.stepsDone === 0) await save({ ...run, folder });
  const kept = held.move();
  return { ...run, folder, log, [Symbol.dispose]: () => kept.dispose() };
}

/** The folder of the run to go on with; null for a new one. */
export function resumedFolder({ out, resume }: Start): RunFolder | null {
  return resume ? findRunFolder(out) : null;
}

/** As `startRun`, but writes nothing. */
export async function prepareRun(
  { settings }: Start,
  resumed: RunFolder | null,
): Promise<PreparedRun> {
  if (resumed && settings.from !== undefined) {
    throw new Error("--from is where a run begins: leave it out, or --resume");
  }
  const before = resumed ? await settingsOf(resumed) : {};
  const merged = { ...before, ...settings };
  const plan = await trainingPlan(merged);
  const dataset = await openDataset(plan.data, plan.model);
  const samples = await heldOutPairs(dataset, SHEET_PAIRS);
  const vgg = plan.vgg === null ? null : await loadVggWeights(plan.vgg);
  const run = await runMetadata(plan, dataset.pairCount("train"), vgg);
  const checkpoint = resumed && await readCheckpoint(resumed.checkpoint);
  if (checkpoint) requireSameRun(checkpoint, run);

  const device = await openDevice(checkpoint?.metadata.kernels);
  requireMemory(device, plan);
  const trainer = Trainer.create(device, plan.model, { ...plan, vgg });
  if (checkpoint) {
    trainer.stepsDone = restoreState(device, trainer.state, checkpoint);
    await requireWork(trainer, plan, resumed!);
  } else if (plan.from !== null) {
    trainer.beginWith(widened(await readCheckpoint(plan.from), plan.model));
  }
  trainer.prepare(plan.batch);
  await device.finish();
  return {
    plan,
    trainer,
    dataset,
    metadata: { ...run, kernels: device.kind },
    samples,
    settings: merged,
  };
}

/** Runs of older versions name no recipe: they knew the paper's only. */
async function settingsOf({ settings, skeleton }: RunFolder): Promise<TrainingSettings> {
  const kept = await isThere(skeleton) ? { skeleton } : {};
  const before = await settingsFromFile(settings);
  return { ...before, recipe: before.recipe ?? "paper", ...kept };
}

/** @throws Error where all steps are done and all is there that they leave. */
async function requireWork(
  { stepsDone }: Trainer,
  { steps }: TrainingPlan,
  folder: RunFolder,
): Promise<void> {
  if (stepsDone < steps || (stepsDone === steps && !await isComplete(folder, steps))) return;
  throw new Error(
    `${folder.checkpoint} has ${stepsDone} of ${steps} steps: give --steps more to go on`,
  );
}

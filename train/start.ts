import { writeJson } from "../data/files/write.ts";
import { Device } from "../engine/device.ts";
import type { Checkpoint } from "../model/checkpoint.ts";
import { readCheckpoint } from "../repose/files/open_studio.ts";
import { restoreState } from "./checkpoint.ts";
import { heldOutPairs, openDataset } from "./dataset.ts";
import { debugOptions } from "../repose/files/debug_options.ts";
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
import { createRunFolder, findRunFolder, type RunFolder } from "./run_folder.ts";
import { Trainer } from "./trainer.ts";
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
interface PreparedRun extends Omit<TrainingRun, "folder" | "log"> {
  readonly settings: TrainingSettings;
  readonly resumed: RunFolder | null;
}

/**
 * Makes a run ready: checks everything that can be wrong before it makes the run's folder, and saves
 * the first checkpoint, so that a run can be resumed from its beginning on.
 * @throws Error of one line that says what is wrong.
 */
export async function startRun(start: Start): Promise<TrainingRun> {
  const { resumed, settings, ...run } = await prepareRun(start);
  return await openFolder(
    run,
    resumed ?? createRunFolder(start.out, run.plan.model.preset),
    settings,
  );
}

/** As `startRun`, but writes nothing. */
export async function prepareRun({ settings, out, resume }: Start): Promise<PreparedRun> {
  const resumed = resume ? findRunFolder(out) : null;
  const before = resumed ? await settingsOf(resumed) : {};
  const merged = { ...before, ...settings };
  const plan = await trainingPlan(merged);
  const dataset = await openDataset(plan.data, plan.model);
  const samples = await heldOutPairs(dataset, SHEET_PAIRS);
  const vgg = plan.vgg === null ? null : await loadVggWeights(plan.vgg);
  const metadata = await runMetadata(plan, dataset.pairCount("train"), vgg);
  const checkpoint = resumed && await readCheckpoint(resumed.checkpoint);
  if (checkpoint) requireSameRun(checkpoint, metadata);

  const device = await Device.open(debugOptions());
  const trainer = Trainer.create(device, plan.model, { ...plan, vgg });
  if (checkpoint) restore(trainer, checkpoint, plan);
  else if (plan.from !== null) trainer.beginWith(await readCheckpoint(plan.from));
  return { plan, trainer, dataset, metadata, samples, settings: merged, resumed };
}

/** Runs of older versions name no recipe: they knew the paper's only. */
async function settingsOf({ settings }: RunFolder): Promise<TrainingSettings> {
  return { recipe: "paper", ...await settingsFromFile(settings) };
}

function restore(trainer: Trainer, checkpoint: Checkpoint, { steps }: TrainingPlan): void {
  trainer.stepsDone = restoreState(trainer.device, trainer.state, checkpoint);
  if (trainer.stepsDone < steps) return;
  throw new Error(
    `${checkpoint.path} has ${trainer.stepsDone} of ${steps} steps: give --steps more to go on`,
  );
}

async function openFolder(
  run: Omit<TrainingRun, "folder" | "log">,
  folder: RunFolder,
  settings: TrainingSettings,
): Promise<TrainingRun> {
  await writeJson(folder.settings, settledSettings(settings, run.plan));
  const { stepsDone } = run.trainer;
  const opened = { ...run, folder, log: await TrainingLog.open(folder.log, stepsDone) };
  if (stepsDone === 0) await save(opened);
  return opened;
}

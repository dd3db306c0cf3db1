/** Trains and judges the variants of the ablation, one after the other; goes on where it was stopped. */
import { join } from "node:path";
import { isThere } from "../data/files/look.ts";
import { pictureProgress } from "../data/files/progress.ts";
import type { Pair } from "../data/types.ts";
import { digestWeights } from "../evaluate/digest.ts";
import { chooseMetrics, type Metric } from "../evaluate/metrics.ts";
import { Tools, type WeightFiles } from "../evaluate/tools.ts";
import { type ModelConfiguration, modelConfiguration } from "../model/configuration.ts";
import { openPeopleFinder, readCheckpoint } from "../repose/files/open_studio.ts";
import { heldOutPairs, openDataset, openTestDataset } from "../train/dataset.ts";
import { openDevice } from "../repose/files/open_device.ts";
import { readLog } from "../train/log.ts";
import { Divergence, trainingLoop } from "../train/loop.ts";
import { trainingPlan, type TrainingSettings } from "../train/options.ts";
import { type DescribeLeft, TrainingProgress } from "../train/progress.ts";
import { RunFolder } from "../train/run_folder.ts";
import { startRun } from "../train/start.ts";
import { loadVggWeights } from "../networks/files/vgg19.ts";
import {
  type AblationSettings,
  keepAblation,
  settleAblation,
  sharedTraining,
} from "./ablation_settings.ts";
import { type Judgement, judgeRun, type Judging, withTestPairs } from "./judge.ts";
import { readRun, type StudiedRun } from "./run.ts";
import { Schedule } from "./schedule.ts";
import { type AblationVariant, lacksVgg, variants } from "./variants.ts";

/** Rows of the figure of samples. */
const SAMPLES = 6;

/** Those who watch an ablation. */
export interface Watcher {
  /** Ends the ablation soon, and keeps what is done. */
  readonly stop: AbortSignal;
  say(line: string): void;
  /** Where progress is written: the standard output. */
  readonly write?: (text: string) => void;
}

/** A variant and what came of it. */
export interface AblatedVariant {
  readonly variant: AblationVariant;
  /** Or why there is nothing, in a few words. */
  readonly outcome: { readonly run: StudiedRun; readonly judgement: Judgement } | string;
}

export interface Ablation {
  readonly settings: AblationSettings;
  readonly samples: readonly Pair[];
  readonly rows: readonly AblatedVariant[];
}

/**
 * Runs an ablation into `folder`, a run's folder for each variant: all from the same seed, on the same batches, judged on
 * the same pairs. Without VGG-19 weights the perceptual loss is left out, and so is a variant that diverges.
 * @throws Error of one line for what is wrong, and the signal's reason where it is stopped.
 */
export async function ablate(
  folder: string,
  given: AblationSettings,
  watcher: Watcher,
): Promise<Ablation> {
  const settings = await settleAblation(folder, given);
  const judging = await openJudging(settings);
  await keepAblation(folder, settings);
  const lacking = variants.filter((variant) => lacksVgg(variant, settings));
  lacking.forEach(({ label }) => watcher.say(`${label} is LEFT OUT: ${missingVgg}`));
  const count = variants.length - lacking.length;
  const schedule = new Schedule(settings.steps!, count);
  const rows: AblatedVariant[] = [];
  let number = 0;
  for (const variant of variants) {
    if (lacking.includes(variant)) {
      rows.push({ variant, outcome: "no VGG-19 weights" });
      continue;
    }
    watcher.say(`${variant.label}, ${++number} of ${count}: ${variant.what}`);
    const runFolder = new RunFolder(join(folder, variant.name));
    const training = { ...sharedTraining(settings), ...variant.choice };
    try {
      await trainRun(runFolder, training, schedule, watcher);
      const judgement = await judge(runFolder, judging, schedule, watcher);
      const run = await readRun(runFolder.path, variant.label);
      rows.push({ variant, outcome: { run, judgement } });
    } catch (error) {
      if (!(error instanceof Divergence)) throw error;
      watcher.say(`${variant.label} is LEFT OUT: ${error.message}`);
      rows.push({ variant, outcome: "diverged" });
    }
  }
  return { settings, samples: judging.samples, rows };
}

const missingVgg = "it needs VGG-19 weights; fetch them with ./run weights vgg19, or name " +
  "a file with --vgg, and give another --out";

/** Opens what all runs are judged by, and finds out before the training whether all that they need is there. */
async function openJudging(settings: AblationSettings): Promise<Judging> {
  const model = modelConfiguration({ ...settings, preset: settings.preset! });
  const { data = null, seed = 0 } = settings;
  await openDataset(data, model);
  const all = await openTestDataset(data, null, model);
  const dataset = withTestPairs(all, settings["test-pairs"]);
  const metrics = chooseMetrics(settings.metrics, model.size);
  const vgg = settings.vgg === "none" ? null : settings.vgg ?? null;
  if (vgg !== null) await loadVggWeights(vgg);
  const { lpips, inception } = settings;
  const files = { lpips, inception, vgg: vgg ?? undefined };
  await tryMetrics(metrics, model, files);
  const weights = await digestWeights({ lpips, inception });
  const samples = await heldOutPairs(all, SAMPLES);
  return { data, dataset, metrics, weights, samples, seed, files };
}

/** @throws Error where the weights of a metric cannot be had */
async function tryMetrics(
  metrics: readonly Metric[],
  model: ModelConfiguration,
  files: WeightFiles,
): Promise<void> {
  const demanding = metrics.filter(({ needs }) => needs !== null);
  if (demanding.length === 0) return;
  const device = await openDevice();
  try {
    const tools = new Tools(device, model, openPeopleFinder(device), files);
    for (const metric of demanding) await metric.open(tools);
  } finally {
    device.close();
  }
}

/** Judges a trained run; throws the signal's reason where it is stopped. */
async function judge(
  folder: RunFolder,
  judging: Judging,
  schedule: Schedule,
  watcher: Watcher,
): Promise<Judgement> {
  const start = performance.now();
  const show = pictureProgress(watcher.write);
  const judgement = await judgeRun(folder, judging, (done, total) => {
    show(done, total);
    watcher.stop.throwIfAborted();
  });
  schedule.judged((performance.now() - start) / 1000);
  return judgement;
}

/** Takes the steps that are left of a run; throws the signal's reason where it is stopped. */
async function trainRun(
  folder: RunFolder,
  settings: TrainingSettings,
  schedule: Schedule,
  { stop, write }: Watcher,
): Promise<void> {
  const { steps } = await trainingPlan(settings);
  const done = await stepsDone(folder);
  if (done === steps) return schedule.trained(await secondsOf(folder));
  using run = await startRun({ settings, out: folder.path, resume: done !== null });
  const describeLeft: DescribeLeft = (seconds, rate) => schedule.describe(seconds, 1 / rate);
  const progress = new TrainingProgress(run.plan, run.trainer.stepsDone, describeLeft, write);
  try {
    await trainingLoop(run, progress, stop);
  } finally {
    progress.end();
  }
  stop.throwIfAborted();
  schedule.trained(await secondsOf(folder));
}

/** That the training of a run took. */
async function secondsOf({ log }: RunFolder): Promise<number> {
  return (await readLog(log)).rows.at(-1)?.seconds ?? 0;
}

/** Null where the run was not begun. */
async function stepsDone({ checkpoint }: RunFolder): Promise<number | null> {
  if (!await isThere(checkpoint)) return null;
  return Number((await readCheckpoint(checkpoint)).metadata.step);
}

import { writeJson, writeText } from "../data/files/write.ts";
import { measureCeilings } from "../kernels/ceilings.ts";
import { meanSsim } from "../evaluate/ssim.ts";
import { stepBatches } from "../train/batches.ts";
import { heldOutPairs, heldOutSplit } from "../train/dataset.ts";
import { trainingLoop, type TrainingRun } from "../train/loop.ts";
import { settingsFromFile, trainingFields } from "../train/options.ts";
import { settingsFromTexts } from "../model/settings.ts";
import { chromeTrace, kernelTable, PROFILED_STEPS, profileSteps } from "../train/profile.ts";
import { profileFolder, RunFolder } from "../train/run_folder.ts";
import { prepareRun, resumedFolder, type Start, startRun } from "../train/start.ts";
import { Interrupt, INTERRUPTED } from "./interrupt.ts";
import { TrainingProgress } from "../train/progress.ts";
import { type Command, gibibytes } from "./arguments.ts";

const SCORED_PAIRS = 128;

export const train: Command = {
  usage: "train [OPTIONS]",
  purpose: "Trains a model: on figures that the program draws itself, or on your pictures.",
  options: {
    ...trainingFields,
    out: { placeholder: "DIR", help: "the run's folder (a new one: runs/PRESET)" },
    config: { placeholder: "FILE", help: "settings as a JSON object; those given here win" },
    resume: { help: "go on with the run in --out, or with the last one" },
    profile: { help: "instead of training, measure each kernel for some steps" },
  },
  files({ texts: { out, from, vgg, config, skeleton }, switches }) {
    if (out === undefined) return {};
    const folder = new RunFolder(out);
    const begins = [folder.checkpoint, folder.model, folder.log, folder.settings, folder.summary];
    return {
      reads: [from, vgg, config, skeleton],
      writes: switches.has("profile") ? [folder.trace] : switches.has("resume") ? [] : begins,
      folders: [out],
    };
  },
  async run({ texts, switches }) {
    const fromFile = texts.config === undefined ? {} : await settingsFromFile(texts.config);
    const settings = { ...fromFile, ...settingsFromTexts(trainingFields, texts) };
    const out = texts.out ?? null;
    const start = { settings, out, resume: switches.has("resume") };
    if (switches.has("profile")) return await profile(start);
    using run = await startRun(start);
    console.log(describe(run));
    const stopped = await trainUntilInterrupted(run);
    if (stopped) {
      console.log(
        `stopped after step ${run.trainer.stepsDone}; go on with: ` +
          `./run train --resume --out ${run.folder.path}`,
      );
      Deno.exitCode = INTERRUPTED;
      return;
    }
    console.log(await score(run));
    console.log(`GPU buffers: ${gibibytes(run.trainer.device.pool.peakBytes)} at most`);
  },
};

/** Prints what the kernels of a step take, and leaves nothing but the trace. */
async function profile(start: Start): Promise<void> {
  const resumed = resumedFolder(start);
  const { trainer, dataset, plan } = await prepareRun(start, resumed);
  const { trace } = resumed ?? profileFolder(start.out);
  const batches = await stepBatches(dataset, plan, trainer.stepsDone);
  const spans = await profileSteps(trainer, batches);
  console.log(kernelTable(spans, PROFILED_STEPS, await measureCeilings(trainer.device)));
  await writeText(trace, chromeTrace(spans));
  console.log(`${trace} has each dispatch: open it in chrome://tracing or ui.perfetto.dev`);
}

function describe({ plan, trainer, dataset, folder }: TrainingRun): string {
  const { preset, fidelity, configuration, width, reconstruction } = plan.model;
  const lines = [
    `training ${preset} (configuration ${configuration}, fidelity ${fidelity}, width ${width}) on ` +
    `${trainer.device.name}, kernels for ${trainer.device.kind}`,
    `steps ${trainer.stepsDone} to ${plan.steps} of ${plan.batch} pairs, from ` +
    `${dataset.pairCount("train")} pairs of ${plan.data ?? "figures that the program draws"}`,
    `results in ${folder.path}`,
  ];
  if (plan.vgg === null && reconstruction.kind === "nearest-patch") {
    lines.push("no VGG-19 weights: the reconstruction loss compares 3x3 colour patches");
  }
  if (heldOutSplit(dataset) === "train") {
    lines.push("no test pairs: sample sheets and SSIM are of training pairs");
  }
  return lines.join("\n");
}

/** Whether Ctrl-C ended the loop. */
async function trainUntilInterrupted(run: TrainingRun): Promise<boolean> {
  using interrupt = new Interrupt();
  const progress = new TrainingProgress(run.plan, run.trainer.stepsDone);
  try {
    await trainingLoop(run, progress, interrupt.signal);
  } finally {
    progress.end();
  }
  return interrupt.signal.aborted;
}

/** Judges the outputs for held-out pairs, beside the sources as they are, and writes the summary. */
async function score({ dataset, trainer, plan, folder }: TrainingRun): Promise<string> {
  const pairs = await heldOutPairs(dataset, SCORED_PAIRS);
  const outputs = await trainer.painter.paint(pairs, plan.batch);
  const targets = pairs.map(({ target }) => target.picture);
  const ssim = meanSsim(outputs, targets);
  const sourceSsim = meanSsim(pairs.map(({ source }) => source.picture), targets);
  const summary = { step: trainer.stepsDone, pairs: pairs.length, ssim, sourceSsim };
  await writeJson(folder.summary, summary);
  return `SSIM over ${pairs.length} ${heldOutSplit(dataset)} pairs: output ${ssim.toFixed(3)}, ` +
    `source ${sourceSsim.toFixed(3)}; see ${folder.sheet(trainer.stepsDone)}`;
}

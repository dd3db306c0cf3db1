/** Training on GPUs that fail: the last checkpoint stays whole, and resuming gives the bits of an unbroken run. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { isThere } from "../../data/files/look.ts";
import { readCheckpoint } from "../../repose/files/open_studio.ts";
import { trainingLoop } from "../../train/loop.ts";
import { isComplete, RunFolder } from "../../train/run_folder.ts";
import { TrainingProgress } from "../../train/progress.ts";
import { startRun } from "../../train/start.ts";
import { inFolder } from "../data/fixtures.ts";
import { type Fault, onFailingGpu } from "../failing_gpu.ts";

const settings = { width: 2, batch: 1, steps: 2, every: 1, vgg: "none", seed: 3 } as const;
const silent = new TrainingProgress(settings, 0, undefined, () => {}, true);

/** Calls that are tried of each kind of fault; the long campaign (tests/hostile) tries more. */
const FAULTS = Number(Deno.env.get("REPOSE_FAULTS") ?? 1);
/** Where the calls of a kind lie between those of its neighbours, 0..1. */
const shares: Readonly<Record<Fault, number>> = {
  "lost": 0.25,
  "out of memory": 0.6,
  "hangs": 0.9,
};

async function train(out: string, resume: boolean): Promise<void> {
  using run = await startRun({ settings: resume ? {} : settings, out, resume });
  await trainingLoop(run, silent, new AbortController().signal);
}

const messages: Readonly<Record<Fault, RegExp>> = {
  "lost": /^GPU error near [^\n]+: the GPU was lost: the test wants it$/,
  "out of memory": /^GPU error near [^\n]+: out of memory; lower the batch or the width$/,
  "hangs": /^GPU error near [^\n]+: no answer for 10 minutes$/,
};

/** Trains on a GPU that fails, and gives what it says. */
async function failingTraining(fault: Fault, at: number, out: string): Promise<string> {
  let said = "";
  await onFailingGpu(fault, at, async () => {
    await train(out, false).catch((error) => said = error.message);
  });
  return said;
}

Deno.test("training: a GPU that fails at any call ends it with a word; resumed, it gives the same bits", async () => {
  await inFolder(async (folder) => {
    const checkpoint = (name: string) => join(folder, name, "checkpoint.safetensors");
    const onGoodGpu = (out: string, resume: boolean) =>
      onFailingGpu("lost", Infinity, () => train(join(folder, out), resume));
    const calls = await onGoodGpu("straight", false);
    const straight = await Deno.readFile(checkpoint("straight"));

    for (const fault of ["lost", "out of memory", "hangs"] as const) {
      for (let i = 0; i < FAULTS; i++) {
        const at = 1 + Math.floor((i + shares[fault]) / FAULTS * (calls - 1));
        const name = `${fault} at ${at} of ${calls}`;
        assertMatch(await failingTraining(fault, at, join(folder, name)), messages[fault], name);
        const hasBegun = await isThere(checkpoint(name));
        if (hasBegun) await readCheckpoint(checkpoint(name));
        if (!hasBegun || !await isComplete(new RunFolder(join(folder, name)), settings.steps)) {
          await onGoodGpu(hasBegun ? name : `${name} again`, hasBegun);
        }
        assertEquals(
          await Deno.readFile(checkpoint(hasBegun ? name : `${name} again`)),
          straight,
          name,
        );
      }
    }
  });
});

Deno.test("training: a GPU that cannot be opened, or has no memory for its first buffers, leaves no run", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    assertMatch(await failingTraining("out of memory", 1, out), messages["out of memory"]);
    assertEquals(
      await failingTraining("lost", 0, out),
      "the GPU cannot be opened: the test wants it",
    );
    assertEquals(Deno.readDirSync(folder).toArray(), []);
  });
});

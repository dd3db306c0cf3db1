import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readPicture } from "../../data/pictures/image_file.ts";
import { readCheckpoint } from "../../repose/files/open_studio.ts";
import { readLog } from "../../train/log.ts";
import { trainingLoop } from "../../train/loop.ts";
import { TrainingProgress } from "../../train/progress.ts";
import { startRun } from "../../train/start.ts";
import { inFolder } from "../data/fixtures.ts";

const settings = { width: 2, batch: 1, steps: 3, every: 2, vgg: "none" } as const;
const silent = new TrainingProgress(settings, 0, undefined, () => {}, true);

Deno.test("loop: leaves a row a step, sheets, and a checkpoint of the last step", async () => {
  await inFolder(async (folder) => {
    using run = await startRun({ settings, out: join(folder, "run"), resume: false });
    await trainingLoop(run, silent, new AbortController().signal);
    assertEquals((await readLog(run.folder.log)).rows.map(({ step }) => step), [1, 2, 3]);
    assertEquals((await readCheckpoint(run.folder.checkpoint)).metadata.step, "3");
    const { width, height } = await readPicture(run.folder.sheet(2));
    // 8 pairs of 4 pictures, 32x64 each, enlarged twice, white lines of 2 pixels between.
    assertEquals([width, height], [4 * (2 * 32 + 2) + 2, 8 * (2 * 64 + 2) + 2]);
    assertEquals((await readPicture(run.folder.sheet(3))).width, width);
  });
});

Deno.test("loop: no checkpoint without its sheet, as a run that seems done is not gone on with", async () => {
  await inFolder(async (folder) => {
    using run = await startRun({ settings, out: join(folder, "run"), resume: false });
    await Deno.mkdir(run.folder.sheet(3)); // where no file can be written
    await assertRejects(() => trainingLoop(run, silent, new AbortController().signal));
    assertEquals((await readCheckpoint(run.folder.checkpoint)).metadata.step, "2");
  });
});

Deno.test("loop: a run that is stopped saves the step at hand", async () => {
  await inFolder(async (folder) => {
    using run = await startRun({ settings, out: join(folder, "run"), resume: false });
    const stop = new AbortController();
    const stopping = new TrainingProgress(settings, 0, undefined, () => stop.abort(), true);
    await trainingLoop(run, stopping, stop.signal);
    assertEquals(run.trainer.stepsDone, 1);
    assertEquals((await readCheckpoint(run.folder.checkpoint)).metadata.step, "1");
  });
});

Deno.test("loop: losses that are not finite end the run and leave the last checkpoint", async () => {
  await inFolder(async (folder) => {
    using run = await startRun({ settings, out: join(folder, "run"), resume: false });
    const weight = run.trainer.state.get("generator.decoder.1.weight")!;
    run.trainer.device.write(weight, new Float32Array(weight.size).fill(NaN));
    await assertRejects(
      () => trainingLoop(run, silent, new AbortController().signal),
      Error,
      "loss of step 1 is NaN: the training has diverged",
    );
    assertEquals((await readCheckpoint(run.folder.checkpoint)).metadata.step, "0");
  });
});

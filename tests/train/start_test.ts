import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { modelConfiguration } from "../../model/configuration.ts";
import { requireMemory, trainingMemory } from "../../train/memory.ts";
import { trainingLoop } from "../../train/loop.ts";
import { trainingPlan, type TrainingSettings } from "../../train/options.ts";
import { TrainingProgress } from "../../train/progress.ts";
import { RunFolder } from "../../train/run_folder.ts";
import { lockRun } from "../../train/run_lock.ts";
import { type Start, startRun } from "../../train/start.ts";
import { countingDevice } from "../../engine/counting_device.ts";
import { Device } from "../../engine/device.ts";
import { kindsLike } from "../../kernels/tuning.ts";
import { inFolder, withVariable } from "../data/fixtures.ts";
import { writeMarketFolder } from "./market_folder.ts";

const settings = { width: 2, batch: 1, steps: 2, every: 2, vgg: "none" } as const;

/** Starts a run, and stops it before its first step. */
async function begin(start: Start): Promise<void> {
  using _run = await startRun(start);
}

/** Starts a run and takes the steps that are left. */
async function train(start: Start): Promise<void> {
  using run = await startRun(start);
  const silent = new TrainingProgress(run.plan, 0, undefined, () => {}, true);
  await trainingLoop(run, silent, new AbortController().signal);
}

Deno.test("start: a run has its folder for itself, and clears away what a process that was killed left", async () => {
  await inFolder(async (out) => {
    await begin({ settings, out, resume: false });
    const folder = new RunFolder(out), resume = { settings: {}, out, resume: true };
    assert(await Deno.stat(folder.lock));
    const torn = join(out, `.repose-${crypto.randomUUID()}.tmp`),
      others = [".mine.tmp", "notes.txt"];
    for (const file of [torn, ...others.map((name) => join(out, name))]) {
      await Deno.writeTextFile(file, "");
    }
    {
      using _other = lockRun(folder);
      await assertRejects(() => begin(resume), Error, "is being trained by another process");
    }
    await assertRejects(
      () => begin({ ...resume, settings: { from: folder.model } }),
      Error,
      "--from is where a run begins",
    );
    await begin(resume);
    await assertRejects(() => Deno.stat(torn), Deno.errors.NotFound);
    for (const name of others) await Deno.stat(join(out, name));
  });
});

Deno.test("start: what a run was killed before it wrote is written by the next", async () => {
  await inFolder(async (out) => {
    await train({ settings, out, resume: false });
    const folder = new RunFolder(out), resume = { settings: {}, out, resume: true };
    const left = [folder.model, folder.checkpoint, folder.sheet(2)];
    const read = () => Promise.all(left.map((path) => Deno.readFile(path)));
    const before = await read();
    await Deno.remove(folder.model);
    await train(resume);
    assertEquals(await read(), before);
    await Deno.remove(folder.sheet(2));
    await train(resume);
    assertEquals(await read(), before);

    await Deno.writeTextFile(folder.summary, '{"step": 1}');
    await begin(resume);
    await Deno.writeTextFile(folder.summary, '{"step": 2}');
    await assertRejects(() => begin(resume), Error, "2 of 2 steps: give --steps more to go on");
  });
});

Deno.test("start: a run goes on as the kind of device that it began as", async () => {
  const device = await Device.open();
  const [, other] = kindsLike(device.kind);
  device.close();
  await inFolder(async (out) => {
    await withVariable("REPOSE_KIND", other, () => begin({ settings, out, resume: false }));
    using run = await startRun({ settings: {}, out, resume: true });
    assertEquals(run.trainer.device.kind, other);
    assertEquals(run.metadata.kernels, other);
  });
});

Deno.test("start: a run goes on with its own pairs alone, wherever they lie", async () => {
  await inFolder(async (root) => {
    const [data, same, other] = ["data", "same", "other"].map((name) => join(root, name));
    for (const folder of [data, same, other]) await writeMarketFolder(folder, { train: ["0001"] });
    const list = join(other, "annotation-train.csv");
    await Deno.writeTextFile(list, (await Deno.readTextFile(list)) + "\n");
    const out = join(root, "run"), own: TrainingSettings = { ...settings, preset: "demo", data };
    await begin({ settings: own, out, resume: false });
    const goOn = (data: string) => begin({ settings: { data }, out, resume: true });
    await assertRejects(() => goOn(other), Error, "comes from a run with other settings: lists ");
    await goOn(same);
  });
});

Deno.test("start: a batch that does not fit is refused with the largest that does, and leaves no folder", async () => {
  await inFolder(async (root) => {
    const out = join(root, "run");
    const large = { ...settings, width: 16, size: "256x512", batch: 1024 };
    await assertRejects(
      () => startRun({ settings: large, out, resume: false }),
      RangeError,
      "batches of 1024 pairs do not fit into the memory of ",
    );
    assertEquals(Deno.readDirSync(root).toArray(), []);
  });
});

Deno.test("start: the largest batch that fits is the last before a tensor that the device does not bind", async () => {
  const plan = await trainingPlan({ width: 2, batch: 100, vgg: "none" });
  const largest = 20_000_000;
  const { message } = assertThrows(
    () => requireMemory(countingDevice("gpu", largest), plan),
    RangeError,
  );
  const most = Number(/the largest batch that fits is (\d+)$/.exec(message)?.[1]);
  const bytes = (batch: number) =>
    trainingMemory(
      modelConfiguration({ preset: "demo", width: 2 }),
      batch,
      plan.recipe,
      "gpu",
      false,
      largest,
    );
  assert(bytes(most) > 0);
  assertThrows(() => bytes(most + 1), RangeError);
});

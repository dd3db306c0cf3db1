import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { makeBatch } from "../../data/batch.ts";
import { figures } from "../../data/figures/figures.ts";
import { type Fidelity, modelConfiguration, type Variant } from "../../model/configuration.ts";
import { trainingMemory } from "../../train/memory.ts";
import { Trainer } from "../../train/trainer.ts";
import { device } from "../op_check.ts";

const demo = (configuration: Variant = "full", fidelity: Fidelity = "paper") =>
  modelConfiguration({ preset: "demo", width: 4, configuration, fidelity });

const data = figures({ size: demo().size, seed: 1 });

async function batchOf(index: number, style: "paper" | "released" = "paper") {
  const pairs = await Promise.all([2 * index, 2 * index + 1].map((i) => data.pair("train", i)));
  return makeBatch(pairs, data.skeleton, style);
}

async function weights(trainer: Trainer): Promise<number[]> {
  return [...await trainer.state.get("generator.decoder.1.weight")!.read()];
}

Deno.test("live bytes after eight steps are those after one", async () => {
  const trainer = Trainer.create(device, demo(), { seed: 1, vgg: null });
  const [a, b] = [await batchOf(0), await batchOf(1)];
  trainer.step(a, b);
  const { liveBytes, allocatedBytes } = device.pool;
  for (let i = 0; i < 7; i++) trainer.step(b, a);
  await device.finish();
  assertEquals(device.pool.liveBytes, liveBytes);
  assertEquals(device.pool.allocatedBytes, allocatedBytes);
});

Deno.test("the same seed and batches give the same bits; another seed does not", async () => {
  const run = async (seed: number) => {
    const trainer = Trainer.create(device, demo(), { seed, vgg: null });
    for (let i = 0; i < 3; i++) trainer.step(await batchOf(2 * i), await batchOf(2 * i + 1));
    return { weights: await weights(trainer), losses: await trainer.readLosses() };
  };
  const first = await run(1);
  assertEquals(await run(1), first);
  assertNotEquals((await run(2)).weights, first.weights);
});

Deno.test("every variant and fidelity that needs no VGG weights takes a step with finite losses", async () => {
  for (
    const [configuration, fidelity] of [
      ["full", "released"],
      ["dsc", "paper"],
      ["baseline", "paper"],
    ] as const
  ) {
    const trainer = Trainer.create(device, demo(configuration, fidelity), { seed: 1, vgg: null });
    trainer.step(await batchOf(0, fidelity), await batchOf(1, fidelity));
    const [{ discriminator, adversarial, reconstruction }] = await trainer.readLosses();
    for (const loss of [discriminator, adversarial, reconstruction]) {
      assert(Number.isFinite(loss) && loss > 0, `${configuration} ${fidelity}: loss ${loss}`);
    }
  }
});

Deno.test("training on one batch makes the generator fit it", async () => {
  const trainer = Trainer.create(device, demo("dsc"), { seed: 1, vgg: null });
  const batch = await batchOf(0);
  for (let i = 0; i < 30; i++) trainer.step(batch, batch);
  const losses = await trainer.readLosses();
  assertEquals(losses.map(({ step }) => step), Array.from({ length: 30 }, (_, i) => i + 1));
  assert(losses[29].reconstruction < 0.7 * losses[0].reconstruction, JSON.stringify(losses[29]));
});

Deno.test("training memory: what a step takes on the counting device is what it takes on a GPU", async () => {
  const configuration = demo();
  const counted = trainingMemory(configuration, 2);
  const before = device.pool.liveBytes;
  device.pool.peakBytes = before;
  const trainer = Trainer.create(device, configuration, { seed: 1, vgg: null });
  trainer.step(await batchOf(0), await batchOf(1));
  const taken = device.pool.peakBytes - before;
  // The count includes VGG features, which this run lacks.
  assert(counted >= taken && counted < 3 * taken, `counted ${counted}, taken ${taken}`);
});

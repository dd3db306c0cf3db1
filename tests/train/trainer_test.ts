import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { packBatch } from "../../data/batch.ts";
import { figures } from "../../data/figures/figures.ts";
import { Device } from "../../engine/device.ts";
import { type Fidelity, modelConfiguration, type Variant } from "../../model/configuration.ts";
import { trainingMemory } from "../../train/memory.ts";
import { paperRecipe } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";
import { device } from "../op_check.ts";

const demo = (configuration: Variant = "full", fidelity: Fidelity = "paper") =>
  modelConfiguration({ preset: "demo", width: 4, configuration, fidelity });

const training = (seed: number, recipe = paperRecipe) => ({ recipe, steps: 100, seed, vgg: null });

const data = figures({ size: demo().size, seed: 1 });

async function batchOf(index: number, style: "paper" | "released" = "paper", count = 2) {
  const indices = Array.from({ length: count }, (_, i) => 2 * index + i);
  const pairs = await Promise.all(indices.map((i) => data.pair("train", i)));
  return packBatch(pairs, data.skeleton, style);
}

async function weights(trainer: Trainer): Promise<number[]> {
  return [...await trainer.state.get("generator.decoder.1.weight")!.read()];
}

Deno.test("memory after 40 steps is that after 10, with a picture painted now and then", async () => {
  const trainer = Trainer.create(device, demo("dsc"), training(1));
  const [a, b] = [await batchOf(0), await batchOf(1)];
  const pair = await data.pair("train", 0);
  const stepTo = async (last: number) => {
    while (trainer.stepsDone < last) {
      trainer.step(a, b);
      if (trainer.stepsDone % 10 === 0) await trainer.painter.paint([pair]);
    }
    await trainer.readLosses();
    const { liveBytes, allocatedBytes, peakBytes } = device.pool;
    return { liveBytes, allocatedBytes, peakBytes };
  };
  const early = await stepTo(10);
  assertEquals(await stepTo(40), early);
});

Deno.test("captured steps give the bits of steps that run op by op", async () => {
  const run = async (eager: boolean) => {
    const device = await Device.open({ eager });
    const trainer = Trainer.create(device, demo(), training(1));
    for (let i = 0; i < 4; i++) trainer.step(await batchOf(2 * i), await batchOf(2 * i + 1));
    const losses = await trainer.readLosses();
    const state = await Promise.all(
      [...trainer.state].map(async ([name, tensor]) => [name, await tensor.read()] as const),
    );
    device.close();
    return { losses, state };
  };
  const captured = await run(false), eager = await run(true);
  assertEquals(captured.losses, eager.losses);
  for (const [i, [name, values]] of captured.state.entries()) {
    const wrong = values.findIndex((value, at) => value !== eager.state[i][1][at]);
    assertEquals(wrong, -1, `${name} differs at ${wrong}`);
  }
});

Deno.test("a batch of another size is refused, and the trainer goes on as if it had not come", async () => {
  const run = async (spoil: (trainer: Trainer) => Promise<void>) => {
    const trainer = Trainer.create(device, demo("dsc"), training(1));
    trainer.step(await batchOf(0), await batchOf(1));
    await spoil(trainer);
    trainer.step(await batchOf(2), await batchOf(3));
    return { losses: await trainer.readLosses(), weights: await weights(trainer) };
  };
  const untroubled = await run(() => Promise.resolve());
  const [two, three] = [await batchOf(4), await batchOf(5, "paper", 3)];
  const refused = /^a step for batches of 2 pairs of 64x32 .* was given one of 3 pairs of 64x32 /;
  const spoilt = await run((trainer) => {
    for (const [a, b] of [[two, three], [three, two]]) {
      assertMatch(assertThrows(() => trainer.step(a, b), RangeError).message, refused);
    }
    return Promise.resolve();
  });
  assertEquals(spoilt, untroubled);
});

Deno.test("the same seed and batches give the same bits; another seed does not", async () => {
  const run = async (seed: number) => {
    const trainer = Trainer.create(device, demo(), training(seed));
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
    const trainer = Trainer.create(device, demo(configuration, fidelity), training(1));
    trainer.step(await batchOf(0, fidelity), await batchOf(1, fidelity));
    const [{ discriminator, adversarial, reconstruction }] = await trainer.readLosses();
    for (const loss of [discriminator, adversarial, reconstruction]) {
      assert(Number.isFinite(loss) && loss > 0, `${configuration} ${fidelity}: loss ${loss}`);
    }
  }
});

Deno.test("dropout in both networks: the discriminator drops too, and the weights begin alike", async () => {
  const run = async (dropout: "generator" | "both") => {
    const configuration = modelConfiguration({ preset: "demo", width: 4, dropout });
    const trainer = Trainer.create(device, configuration, training(1));
    const before = await weights(trainer);
    trainer.step(await batchOf(0), await batchOf(1));
    const [{ discriminator, adversarial, reconstruction }] = await trainer.readLosses();
    return { before, discriminator, adversarial, reconstruction };
  };
  const usual = await run("generator"), both = await run("both");
  assertEquals(both.before, usual.before);
  assertNotEquals(both.discriminator, usual.discriminator);
  assertEquals(await run("both"), both);
});

Deno.test("training on one batch makes the generator fit it", async () => {
  const trainer = Trainer.create(device, demo("dsc"), training(1));
  const batch = await batchOf(0);
  for (let i = 0; i < 30; i++) trainer.step(batch, batch);
  const losses = await trainer.readLosses();
  assertEquals(losses.map(({ step }) => step), Array.from({ length: 30 }, (_, i) => i + 1));
  assert(losses[29].reconstruction < 0.7 * losses[0].reconstruction, JSON.stringify(losses[29]));
});

Deno.test("training memory: what a step takes on the counting device is what it takes on a GPU", async () => {
  const configuration = demo("dsc");
  const before = device.pool.liveBytes;
  device.pool.peakBytes = before;
  const trainer = Trainer.create(device, configuration, training(1));
  trainer.step(await batchOf(0), await batchOf(1));
  assertEquals(
    trainingMemory(configuration, 2, paperRecipe, device.kind),
    device.pool.peakBytes - before,
  );
});

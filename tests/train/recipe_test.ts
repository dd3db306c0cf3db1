import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { figures } from "../../data/figures/figures.ts";
import { Device } from "../../engine/device.ts";
import { type Checkpoint, generatorValues } from "../../model/checkpoint.ts";
import { type ModelChoice, modelConfiguration } from "../../model/configuration.ts";
import { storedFloat32, type StoredTensor } from "../../engine/safetensors.ts";
import { restoreState } from "../../train/checkpoint.ts";
import { stepBatches } from "../../train/batches.ts";
import { trainingPlan } from "../../train/options.ts";
import { averagingRate, learningRate, paperRecipe, recipeOf } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";
import { widened } from "../../train/widen.ts";
import { device } from "../op_check.ts";

const model = modelConfiguration({ preset: "demo", width: 4 });
const data = figures({ size: model.size, seed: 1 });
const plan = { ...await trainingPlan({ width: 4, batch: 2, steps: 6, vgg: "none" }), vgg: null };

/** A trainer that has taken steps up to `last`, from a checkpoint where one is given. */
async function trained(last: number, from: Checkpoint | null = null, on = device) {
  const trainer = Trainer.create(on, model, plan);
  if (from) trainer.stepsDone = restoreState(on, trainer.state, from);
  while (trainer.stepsDone < last) {
    const { forDiscriminator, forGenerator } = await stepBatches(data, plan, trainer.stepsDone);
    trainer.step(forDiscriminator, forGenerator);
  }
  return trainer;
}

async function checkpointOf(trainer: Trainer): Promise<Checkpoint> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of trainer.state) {
    tensors.set(name, storedFloat32(await tensor.read(), tensor.shape));
  }
  return {
    path: "memory",
    metadata: { step: String(trainer.stepsDone), width: String(trainer.configuration.width) },
    tensors,
  };
}

Deno.test("recipe: modern is the default, and each field can be chosen on its own", () => {
  assertEquals(recipeOf({}).recipe, "modern");
  assertEquals(recipeOf({ recipe: "paper" }), paperRecipe);
  const { averaging, ...others } = recipeOf({ recipe: "paper", averaging: "on" });
  assertEquals(averaging, "on");
  assertEquals({ ...others, averaging: "off" }, { ...paperRecipe });
});

Deno.test("recipe: a falling rate stays for two thirds and ends near zero", () => {
  const falling = { ...recipeOf({}), rate: 0.001 };
  const rates = Array.from({ length: 300 }, (_, i) => learningRate(falling, i + 1, 300));
  assertEquals(rates.slice(0, 200), Array(200).fill(0.001));
  assertAlmostEquals(rates[250], 0.0005);
  assertAlmostEquals(rates[299], 0.00001);
  assertEquals(learningRate({ ...falling, schedule: "constant" }, 300, 300), 0.001);
});

Deno.test("recipe: the average forgets the first weights soon and then moves by a thousandth", () => {
  assertAlmostEquals(averagingRate(1), 0.9);
  assert(averagingRate(100) < 0.1);
  assertAlmostEquals(averagingRate(1e6), 0.001);
});

Deno.test("recipe: the paper's draws a batch for each network, modern one for both, half of it mirrored", async () => {
  const modern = await stepBatches(data, plan, 3);
  assert(modern.forDiscriminator === modern.forGenerator);
  const paper = await stepBatches(data, { ...plan, recipe: paperRecipe }, 3);
  assertNotEquals(paper.forDiscriminator.sourcePixels, paper.forGenerator.sourcePixels);
  let mirrored = 0;
  for (let step = 0; step < 40; step++) {
    const [one, other] = await Promise.all([
      stepBatches(data, { ...plan, batch: 1 }, step),
      stepBatches(data, { ...plan, batch: 1, recipe: paperRecipe }, step),
    ]);
    const [modern, paper] = [one, other].map(({ forGenerator }) => forGenerator.sourceJoints);
    if (modern.some((value, i) => value !== paper[i])) mirrored++;
  }
  assert(mirrored > 10 && mirrored < 30, `${mirrored} of 40 pairs are mirrored`);
});

for (const field of ["recolouring", "zooming"] as const) {
  Deno.test(`recipe: with ${field} a third of the pairs look otherwise`, async () => {
    const recipe = recipeOf({ [field]: "on" });
    let changed = 0;
    for (let step = 0; step < 60; step++) {
      const [one, other] = await Promise.all([
        stepBatches(data, { ...plan, batch: 1 }, step),
        stepBatches(data, { ...plan, batch: 1, recipe }, step),
      ]);
      const [before, after] = [one, other].map(({ forGenerator }) => forGenerator.targetPixels);
      if (before.some((value, i) => value !== after[i])) changed++;
    }
    assert(changed > 10 && changed < 30, `${changed} of 60 pairs look otherwise`);
  });
}

Deno.test("recipe: the averaged weights follow the formula, paint, and are what a checkpoint's generator is", async () => {
  const name = "generator.decoder.1.weight";
  const trainer = await trained(0);
  let average = [...await trainer.state.get(name)!.read()];
  for (let step = 1; step <= 3; step++) {
    const { forDiscriminator, forGenerator } = await stepBatches(data, plan, step);
    trainer.step(forDiscriminator, forGenerator);
    const raw = await trainer.state.get(name)!.read();
    average = average.map((value, i) => value + averagingRate(step) * (raw[i] - value));
  }
  const kept = await trainer.state.get(`average.${name}`)!.read();
  for (const [i, value] of kept.entries()) assertAlmostEquals(value, average[i], 1e-6);
  assertNotEquals(kept, await trainer.state.get(name)!.read());
  assert(trainer.painter.parameters.get(name) === trainer.state.get(`average.${name}`));
  const values = generatorValues(await checkpointOf(trainer), model);
  assertEquals(values.get(name)!.data, kept);
});

Deno.test("recipe: modern, resumed in the middle, gives the bits of the unbroken run, eager or captured", async () => {
  const unbroken = await checkpointOf(await trained(6));
  const resumed = await checkpointOf(await trained(6, await checkpointOf(await trained(3))));
  assertEquals(resumed, unbroken);
  const eager = await Device.open({ eager: true });
  assertEquals(await checkpointOf(await trained(6, null, eager)), unbroken);
  eager.close();
});

Deno.test("recipe: a run that begins with another's weights paints what the other painted", async () => {
  const before = await trained(4);
  const trainer = Trainer.create(device, model, { ...plan, seed: 9 });
  trainer.beginWith(await checkpointOf(before));
  const pairs = [await data.pair("test", 0)];
  assertEquals(await trainer.painter.paint(pairs, 1), await before.painter.paint(pairs, 1));
  const discriminator = "discriminator.1.weight";
  assertEquals(
    await trainer.state.get(discriminator)!.read(),
    await before.state.get(discriminator)!.read(),
  );
});

Deno.test("recipe: weights of another model are refused by name", async () => {
  const checkpoint = await checkpointOf(await trained(0));
  const begin = (choice: Partial<ModelChoice>) => {
    const other = modelConfiguration({ preset: "demo", width: 4, ...choice });
    Trainer.create(device, other, plan).beginWith(widened(checkpoint, other));
  };
  assertThrows(() => begin({ width: 3 }), Error, "it can become wider, but not 3");
  assertThrows(
    () => begin({ norm: "layer" }),
    Error,
    "memory: average.generator.appearance.1.norm.weight has",
  );
});

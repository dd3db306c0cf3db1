import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  settingsFromFile,
  settledSettings,
  trainingFields,
  trainingPlan,
} from "../../train/options.ts";
import { settingsFromTexts } from "../../model/settings.ts";
import { inFolder } from "../data/fixtures.ts";
import { writeMarketFolder } from "./market_folder.ts";

Deno.test("settings from texts: numbers become numbers, other names are passed over", () => {
  const texts = {
    width: "16",
    rate: "4e-4",
    steps: "1e3",
    l1: ".5",
    fidelity: "released",
    data: "12",
    out: "somewhere",
    seed: undefined,
  };
  assertEquals(settingsFromTexts(trainingFields, texts), {
    width: 16,
    rate: 0.0004,
    steps: 1000,
    l1: 0.5,
    fidelity: "released",
    data: "12",
  });
});

Deno.test("settings from texts: what does not fit is named with what would", () => {
  const refusals: [Record<string, string>, string][] = [
    [{ width: "0" }, "--width must be a whole number from 1 to 256, not 0"],
    [{ width: "wide" }, '--width must be a whole number from 1 to 256, not "wide"'],
    [{ steps: "1.5" }, "--steps must be a whole number"],
    [{ seed: "-1" }, "--seed must be a whole number from 0"],
    [{ preset: "toString" }, "--preset must be one of demo, market, deepfashion"],
    [{ rate: "4e" }, '--rate must be a number above 0, at most 0.1, not "4e"'],
    [{ data: "" }, "--data must be a path"],
  ];
  for (const [texts, message] of refusals) {
    assertThrows(() => settingsFromTexts(trainingFields, texts), TypeError, message);
  }
});

Deno.test("settings from a file: a wrong file, field or type is named", async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "settings.json");
    const refusals: [string, string][] = [
      ["{", "is not JSON"],
      ["[1]", "must hold one JSON object"],
      ["null", "must hold one JSON object"],
      ['{"widht": 16}', '"widht" is not a setting; there are preset, '],
      ['{"toString": 1}', '"toString" is not a setting'],
      ['{"width": "16"}', '"width" must be a whole number from 1 to 256, not "16"'],
      ['{"fusion": ["max"]}', '"fusion" must be one of max, average, not ["max"]'],
      ['{"norm": null}', '"norm" must be one of instance, layer, not null'],
    ];
    for (const [text, message] of refusals) {
      await Deno.writeTextFile(file, text);
      const error = await assertRejects(() => settingsFromFile(file), Error, message);
      assertEquals(error.message.startsWith(file), true);
    }
    await Deno.writeTextFile(file, '{"width": 16, "regions": "released"}');
    assertEquals(await settingsFromFile(file), { width: 16, regions: "released" });
    await assertRejects(
      () => settingsFromFile(join(folder, "none")),
      Error,
      "cannot read the settings",
    );
  });
});

Deno.test("plan: defaults come from the preset, fields of their own win over the fidelity", async () => {
  const plan = await trainingPlan({
    fidelity: "released",
    fusion: "average",
    steps: 25,
    vgg: "none",
  });
  assertEquals(plan.model.preset, "demo");
  assertEquals([plan.model.norm, plan.model.fusion], ["layer", "average"]);
  assertEquals([plan.steps, plan.batch, plan.seed, plan.every], [25, plan.model.batch, 0, 3]);
  assertEquals([plan.data, plan.vgg], [null, null]);
});

Deno.test("plan: the settled settings lead to the same plan", async () => {
  const settings = { width: 3, seed: 7, every: 4, vgg: "some/weights", norm: "layer" } as const;
  const plan = await trainingPlan(settings);
  const settled = settledSettings(settings, plan);
  const again = await trainingPlan(JSON.parse(JSON.stringify(settled)));
  assertEquals(settledSettings(settled, again), settled);
  assertEquals(again, { ...plan, vgg: settled.vgg! });
});

Deno.test("plan: pictures tell the preset by their size", async () => {
  await inFolder(async (folder) => {
    const vgg = "none";
    await assertRejects(() => trainingPlan({ data: folder, vgg }), Error, "has no pictures");
    await assertRejects(
      () => trainingPlan({ data: join(folder, "none"), vgg }),
      Error,
      "cannot open the data set",
    );
    await writeMarketFolder(folder, { test: ["0001"] }, { width: 64, height: 128 });
    assertEquals((await trainingPlan({ data: folder, vgg })).model.preset, "market");
    await writeMarketFolder(folder, { train: ["0002"] }, { width: 32, height: 64 });
    await assertRejects(() => trainingPlan({ data: folder, vgg }), Error, "--preset market");
    assertEquals((await trainingPlan({ data: folder, preset: "demo", vgg })).model.preset, "demo");
  });
});

Deno.test("plan: VGG-19 weights are used where they are at hand, and asked for but for the demo", async () => {
  const before = Deno.env.get("XDG_CACHE_HOME");
  await inFolder(async (cache) => {
    Deno.env.set("XDG_CACHE_HOME", cache);
    assertEquals((await trainingPlan({ preset: "demo" })).vgg, null);
    assertEquals((await trainingPlan({ preset: "market", configuration: "dsc" })).vgg, null);
    assertEquals((await trainingPlan({ preset: "market", vgg: "none" })).vgg, null);
    await assertRejects(() => trainingPlan({ preset: "market" }), Error, "./run weights vgg19");

    const file = join(cache, "repose", "vgg19.safetensors");
    await Deno.mkdir(join(cache, "repose"));
    await Deno.writeTextFile(file, "");
    assertEquals((await trainingPlan({ preset: "market" })).vgg, file);
    assertEquals((await trainingPlan({ preset: "market", vgg: "none" })).vgg, null);
    assertEquals((await trainingPlan({ preset: "demo", vgg: "mine" })).vgg, "mine");
  }).finally(() => {
    if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", before);
  });
});

Deno.test("plan: --from brings the model's settings, but for those that are given", async () => {
  const from = new URL("../models/demo.safetensors", import.meta.url).pathname;
  const { model } = await trainingPlan({ from, vgg: "none" });
  assertEquals([model.preset, model.width, model.size], ["demo", 16, { width: 32, height: 64 }]);
  const larger = await trainingPlan({ from, size: "64x128", batch: 2, vgg: "none" });
  assertEquals([larger.model.size, larger.model.levels], [
    { width: 64, height: 128 },
    model.levels,
  ]);
  await assertRejects(() => trainingPlan({ from: "none", vgg: "none" }), Error, "cannot read");
});

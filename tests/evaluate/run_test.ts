import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { packBatch } from "../../data/batch.ts";
import type { Dataset, Pair } from "../../data/types.ts";
import { figures } from "../../data/figures/figures.ts";
import { Device } from "../../engine/device.ts";
import { Random } from "../../engine/random.ts";
import {
  chooseMetrics,
  type Metric,
  type SetMetric,
  type WeightedMetric,
} from "../../evaluate/metrics.ts";
import type { Tools } from "../../evaluate/tools.ts";
import { type Shard, whole } from "../../data/shard.ts";
import { recordsPath } from "../../evaluate/records.ts";
import { BATCH, evaluateShard, type Evaluation } from "../../evaluate/run.ts";
import { summarize } from "../../evaluate/summary.ts";
import { type ModelConfiguration, modelConfiguration } from "../../model/configuration.ts";
import { generator, generatorParameters } from "../../model/generator.ts";
import { BatchBuffers } from "../../model/inputs.ts";
import { initialParameters } from "../../model/parameters.ts";
import { inFolder } from "../data/fixtures.ts";

const size = { width: 32, height: 64 };
const all = figures({ size, seed: 0 });

/** The first pairs of the figures. */
function someFigures(pairs: number): Dataset {
  return { ...all, pairCount: () => pairs };
}

/** An evaluation that "paints" the source, and needs no GPU. */
function evaluation(folder: string, shard: Shard, changes: Partial<Evaluation> = {}): Evaluation {
  const pairs = 11;
  const metrics = changes.metrics ?? chooseMetrics(undefined, size);
  const run = {
    checkpoint: "c",
    data: "d",
    pairs,
    metrics: metrics.map(({ name }) => name),
    seed: 5,
  };
  return {
    run,
    shard,
    folder,
    dataset: someFigures(pairs),
    metrics,
    tools: { device: { name: "none" }, size, skeleton: all.skeleton } as unknown as Tools,
    paint: (pairs) => {
      assertEquals(pairs.length, BATCH);
      return Promise.resolve(pairs.map(({ source }) => source.picture));
    },
    onProgress: () => {},
    ...changes,
  };
}

Deno.test("evaluate: parts merge to the bits of the whole, whatever their number", async () => {
  await inFolder(async (root) => {
    await evaluateShard(evaluation(join(root, "whole"), whole));
    const expected = await summarize(join(root, "whole"));
    assertEquals(expected.results[0].rows.output, expected.results[0].rows.source);
    for (const count of [2, 5, 13]) {
      const folder = join(root, `parts-${count}`);
      for (let number = count; number >= 1; number--) {
        await evaluateShard(evaluation(folder, { number, count }));
        if (number > count - count / 2) {
          await assertRejects(() => summarize(folder), Error, "lacks");
        }
      }
      assertEquals(await summarize(folder), expected);
    }
  });
});

Deno.test("evaluate: a run that stopped anywhere goes on to the same file", async () => {
  await inFolder(async (root) => {
    const path = (name: string) => recordsPath(join(root, name), whole);
    await evaluateShard(evaluation(join(root, "whole"), whole));
    const complete = await Deno.readFile(path("whole"));
    await Deno.mkdir(join(root, "torn"));
    const lineEnd = complete.indexOf(10) + 1;
    for (
      const length of [
        0,
        30,
        lineEnd - 1,
        lineEnd,
        lineEnd + 9,
        complete.length - 1,
        complete.length,
      ]
    ) {
      await Deno.writeFile(path("torn"), complete.subarray(0, length));
      await evaluateShard(evaluation(join(root, "torn"), whole));
      assertEquals(await Deno.readFile(path("torn")), complete);
    }
    const refuse = { paint: () => Promise.reject(new Error("it paints again")) };
    await evaluateShard(evaluation(join(root, "torn"), whole, refuse));
  });
});

Deno.test("evaluate: an error of painting or judging ends the run, and what is done stays", async () => {
  await inFolder(async (folder) => {
    let batches = 0;
    const paint = (pairs: readonly Pair[]) => {
      if (++batches > 2) return Promise.reject(new Error("the GPU is gone"));
      return Promise.resolve(pairs.map(({ source }) => source.picture));
    };
    const failing = evaluation(folder, whole, { paint });
    await assertRejects(() => evaluateShard(failing), Error, "the GPU is gone");
    const lines = (await Deno.readTextFile(recordsPath(folder, whole))).split("\n");
    assertEquals(lines.length, 1 + 2 * BATCH + 1);

    const endless: Metric = {
      ...chooseMetrics("pckh", size)[0] as WeightedMetric,
      open: () => () => NaN,
    };
    const strange = evaluation(join(folder, "nan"), whole, { metrics: [endless] });
    await assertRejects(() => evaluateShard(strange), Error, "pckh of pair 0 (output) is NaN");
  });
});

Deno.test("evaluate: weights that cannot be read leave no records behind", async () => {
  await inFolder(async (folder) => {
    const unreadable: Metric = {
      ...chooseMetrics("pckh", size)[0] as WeightedMetric,
      open: () => Promise.reject(new Error("weights.pth is cut short")),
    };
    const failing = evaluation(folder, whole, { metrics: [unreadable] });
    await assertRejects(() => evaluateShard(failing), Error, "weights.pth is cut short");
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("evaluate: another run's records, broken and doubled ones are refused", async () => {
  await inFolder(async (folder) => {
    const parts = [1, 2].map((number) => ({ number, count: 2 }));
    for (const part of parts) await evaluateShard(evaluation(folder, part));
    const { run } = evaluation(folder, whole);
    const other = evaluation(folder, parts[0], { run: { ...run, checkpoint: "e", seed: 6 } });
    await assertRejects(
      () => evaluateShard(other),
      Error,
      "records-1-of-2.jsonl has the records of another run: checkpoint c (now e); seed 5 (now 6); give another --out",
    );
    const path = recordsPath(folder, parts[1]);
    const text = await Deno.readTextFile(path), lines = text.split("\n");
    const spoiled: [string, string][] = [
      [text.replace('"seed":5', '"seed":7'), "of another run: seed 7 (now 5)"],
      [lines.slice(1).join("\n"), "1 does not say which run"],
      [lines.toSpliced(3, 1).join("\n"), "2.jsonl:4 is not the record of pair 7"],
      [text.replace(/(?<=\n).*"index":7/, "{index:7"), "2.jsonl:4 is broken or cut short"],
      [text.slice(0, -5), "2.jsonl:7 is broken or cut short"],
      [text.replaceAll('"l1":{"output"', '"l1":{"outputs"'), "of pair 5 has no l1 (output)"],
      ["", "2.jsonl is empty"],
    ];
    for (const [content, message] of spoiled) {
      await Deno.writeTextFile(path, content);
      await assertRejects(() => summarize(folder), Error, message);
    }
    await Deno.writeTextFile(path, text);
    await summarize(folder);
    await evaluateShard(evaluation(folder, whole));
    await assertRejects(() => summarize(folder), Error, "as another file has");
    await assertRejects(() => summarize(join(folder, "none")), Error, "cannot read the evaluation");
    await Deno.mkdir(join(folder, "empty"));
    await assertRejects(() => summarize(join(folder, "empty")), Error, "has no records");
  });
});

Deno.test("evaluate: two processes cannot write one part", async () => {
  await inFolder(async (folder) => {
    const both = [0, 1].map(() => evaluateShard(evaluation(folder, whole)));
    const outcomes = await Promise.allSettled(both);
    const [refused] = outcomes.filter(({ status }) => status === "rejected");
    assert(outcomes.some(({ status }) => status === "fulfilled") && refused.status === "rejected");
    assert(String(refused.reason).includes("is being written by another process"));
  });
});

/** Counts how far the mean red of a set is from that of the real pictures. */
const redDistance: SetMetric = {
  ...chooseMetrics("pckh", size)[0],
  kind: "set",
  name: "red",
  needs: "nothing",
  rows: ["output", "source"],
  open: () => ({ pixels }) =>
    Float32Array.of(pixels.filter((_, i) => i % 3 === 0).reduce((a, b) => a + b), 1),
  summarize: (features, real) => {
    const mean = (all: readonly Float32Array[]) =>
      all.reduce((sum, [red]) => sum + red, 0) / all.reduce((sum, [, one]) => sum + one, 0);
    return mean(features) - mean(real);
  },
};

Deno.test("evaluate: a set's metric gets the features of all pictures and of the real ones, in order", async () => {
  await inFolder(async (folder) => {
    const metrics = [redDistance];
    for (const number of [1, 2]) {
      await evaluateShard(evaluation(folder, { number, count: 2 }, { metrics }));
    }
    const { results: [{ rows }] } = await summarize(folder, metrics);
    const { dataset, run } = evaluation(folder, whole);
    let difference = 0;
    for (let i = 0; i < run.pairs; i++) {
      const { source, target } = await dataset.pair("test", i);
      source.picture.pixels.forEach((value, j) => {
        if (j % 3 === 0) difference += value - target.picture.pixels[j];
      });
    }
    const value = difference / run.pairs;
    assertAlmostEquals(rows.source!.value!, value, 1e-9);
    assertEquals(rows, {
      output: rows.source,
      source: { value: rows.source!.value, low: null, high: null },
    });
    const path = recordsPath(folder, { number: 2, count: 2 });
    const text = await Deno.readTextFile(path);
    for (const base64 of ["AAA", "%%%"]) {
      await Deno.writeTextFile(path, text.replace(/"real":"[^"]*"/, `"real":"${base64}"`));
      await assertRejects(() => summarize(folder, metrics), Error, "of pair 5 has no red (real)");
    }
  });
});

/** The generator's output for four pairs, [4, 3, H, W], from random weights. */
async function paint(device: Device, configuration: ModelConfiguration, indices: number[]) {
  const { size, sigma } = configuration;
  const people = figures({ size, seed: 2 });
  const pairs = await Promise.all(indices.map((index) => people.pair("test", index)));
  const weights = initialParameters(new Random(device, 1), generatorParameters(configuration));
  const buffers = new BatchBuffers(device, pairs.length, size, people.skeleton);
  buffers.write(packBatch(pairs, people.skeleton, configuration.regions));
  return await device.read(generator(buffers.inputs(sigma), weights, configuration, null));
}

Deno.test("evaluate: what is painted depends on neither the batch's other pairs nor the place in it", async () => {
  const device = await Device.open();
  for (const preset of ["demo", "market"] as const) {
    for (const fidelity of ["paper", "released"] as const) {
      const configuration = modelConfiguration({ preset, fidelity, width: 4 });
      const first = await paint(device, configuration, [9, 1, 2, 3]);
      const length = first.length / 4;
      for (const place of [1, 2, 3]) {
        const indices = [4, 5, 6, 7].with(place, 9);
        const again = await paint(device, configuration, indices);
        assertEquals(again.slice(place * length, (place + 1) * length), first.slice(0, length));
      }
    }
  }
  device.close();
});

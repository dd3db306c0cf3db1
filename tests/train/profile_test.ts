import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Span } from "../../engine/profiler.ts";
import { Device } from "../../engine/device.ts";
import { figures } from "../../data/figures/figures.ts";
import { stepBatches } from "../../train/batches.ts";
import { trainingPlan } from "../../train/options.ts";
import { chromeTrace, kernelTable, PROFILED_STEPS, profileSteps } from "../../train/profile.ts";
import { Trainer } from "../../train/trainer.ts";

/** Two steps of three dispatches. */
const spans: Span[] = [0, 100].flatMap((start) => [
  { name: "cheap", start, milliseconds: 1, flops: 0, bytes: 2e6 },
  { name: "dear kernel", start: start + 1, milliseconds: 5, flops: 1e9, bytes: 0 },
  { name: "cheap", start: start + 7, milliseconds: 2, flops: 0, bytes: 1e6 },
]);
const ceilings = { flopsPerSecond: 400e9, memoryBytesPerSecond: 4e9, bytesPerSecond: 10e9 };

const cells = (line: string) => line.split(/ {2,}/);

Deno.test("kernel table: a kernel's mean over the steps and its rates, the dearest first, then all", () => {
  const [header, dear, cheap, all, note, ...more] = kernelTable(spans, 2, ceilings).split("\n");
  assertEquals(
    cells(header),
    ["kernel", "ms/step", "share", "dispatches", "GFLOP/s", "of peak", "GB/s", "of peak"],
  );
  assertEquals(cells(dear), ["dear kernel", "5.000", "62.5%", "1", "200.0", "50.0%", "-", "-"]);
  assertEquals(cells(cheap), ["cheap", "3.000", "37.5%", "2", "-", "-", "1.0", "10.0%"]);
  assertEquals(cells(all), ["all", "8.000", "100.0%", "3", "125.0", "31.3%", "0.4", "3.8%"]);
  assertEquals(
    note.split(";")[0],
    "peaks, the fastest seen: 400.0 GFLOP/s of multiply-adds, 10.0 GB/s in caches (4.0 GB/s of " +
      "copies in memory)",
  );
  assertEquals(more, []);

  const slow = { flopsPerSecond: 100e9, memoryBytesPerSecond: 0.1e9, bytesPerSecond: 0.5e9 };
  const [, fastest, faster, , peaks] = kernelTable(spans, 2, slow).split("\n");
  assertEquals(cells(fastest).slice(4, 6), ["200.0", "100.0%"]);
  assertEquals(cells(faster).slice(6), ["1.0", "100.0%"]);
  assert(peaks.includes("200.0 GFLOP/s of multiply-adds, 1.0 GB/s in caches (0.1 GB/s"), peaks);
});

Deno.test("chrome trace: a complete event for each dispatch, in microseconds", () => {
  const { traceEvents } = JSON.parse(chromeTrace(spans));
  assertEquals(traceEvents.length, spans.length);
  assertEquals(traceEvents[4], {
    name: "dear kernel",
    ph: "X",
    ts: 101_000,
    dur: 5000,
    pid: 1,
    tid: 1,
    args: { flops: 1e9, bytes: 0 },
  });
});

Deno.test("a profile of training: the same dispatches in each step, and a table that adds up", async () => {
  const device = await Device.open();
  const plan = await trainingPlan({ width: 2, batch: 1, vgg: "none" });
  const trainer = Trainer.create(device, plan.model, { ...plan, vgg: null });
  const batches = await stepBatches(figures({ size: plan.model.size, seed: 0 }), plan, 0);
  const measured = await profileSteps(trainer, batches);
  device.close();

  const names = measured.map(({ name }) => name);
  const perStep = names.length / PROFILED_STEPS;
  assertEquals(names.slice(perStep), names.slice(0, -perStep));
  assert(names.includes("adam") && names.includes("deform"));

  const lines = kernelTable(measured, PROFILED_STEPS, ceilings).split("\n").slice(1, -1).map(cells);
  const [all, ...kernels] = lines.toReversed();
  assertEquals(new Set(kernels.map(([name]) => name)), new Set(names));
  const column = (at: number) => kernels.map((line) => parseFloat(line[at]));
  assertEquals(column(1), column(1).toSorted((a, b) => a - b));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  assertAlmostEquals(sum(column(1)), parseFloat(all[1]), 0.001 * kernels.length);
  assertAlmostEquals(sum(column(2)), 100, 0.1 * kernels.length);
  assertEquals([sum(column(3)), parseFloat(all[3])], [perStep, perStep]);
});

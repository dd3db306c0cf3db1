/**
 * Whether training's memory stays what it is: GPU buffers and the JavaScript heap after 10 steps and
 * after 1,000, as JSON. A tiny model, so that it takes a minute.
 *
 * deno run -A --v8-flags=--expose-gc bench/constancy.ts
 */
import { packBatch } from "../data/batch.ts";
import { figures } from "../data/figures/figures.ts";
import { Device } from "../engine/device.ts";
import { modelConfiguration } from "../model/configuration.ts";
import { paperTraining } from "./workload.ts";
import { Trainer } from "../train/trainer.ts";

/** Steps between two readings of the losses. */
const READ_STEPS = 10;

const { gc } = globalThis as { gc?: () => void };
if (!gc) throw new Error("start it with --v8-flags=--expose-gc");

const device = await Device.open();
const configuration = modelConfiguration({ preset: "demo", width: 2 });
const trainer = Trainer.create(device, configuration, paperTraining);
const data = figures({ size: configuration.size, seed: 1 });

async function batchOf(index: number) {
  const pair = await data.pair("train", index);
  return packBatch([pair], data.skeleton, configuration.regions);
}

/** Trains up to `step`, each step on a batch of its own, and measures. */
async function memoryAt(step: number) {
  while (trainer.stepsDone < step) {
    const index = 2 * trainer.stepsDone;
    trainer.step(await batchOf(index), await batchOf(index + 1));
    if (trainer.stepsDone % READ_STEPS === 0) await trainer.readLosses();
  }
  await device.finish();
  // What waits for its finaliser is freed by the second collection.
  for (let i = 0; i < 2; i++) {
    gc!();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { liveBytes, peakBytes, allocatedBytes } = device.pool;
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { step, liveBytes, peakBytes, allocatedBytes, heapUsed, external, rss };
}

const measured = [];
for (const step of [10, 100, 300, 1000]) measured.push(await memoryAt(step));
console.log(JSON.stringify({ device: device.name, measured }, null, 2));
device.close();

/**
 * How a training step's time and memory grow with the batch, the width and the resolution: the Market
 * model, its nearest-neighbour loss on colour patches; a table, and a file in results/.
 *
 * deno run -A bench/scaling.ts
 */
import { countingDevice } from "../engine/counting_device.ts";
import { Device } from "../engine/device.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { Batch } from "../data/types.ts";
import { trainingMemory } from "../train/memory.ts";
import { paperRecipe } from "../train/recipe.ts";
import { Trainer } from "../train/trainer.ts";
import { type Cost, costOf } from "./cost.ts";
import { markdownTable, writeResults } from "./results.ts";
import { exponent, median } from "./statistics.ts";
import { benchConfiguration, paperTraining, sampleBatch } from "./workload.ts";

/** Measurements of a step, after the one that compiles. */
const ROUNDS = 5;
/** A point that takes longer gets no further measurement. */
const ENOUGH_MS = 10_000;

interface Setting {
  readonly configuration: ModelConfiguration;
  readonly batch: number;
}

/** Something that grows, the values that it takes, and what is trained with each. */
interface Series {
  readonly name: string;
  readonly values: readonly number[];
  setting(value: number): Setting;
}

const everySeries: readonly Series[] = [
  {
    name: "batch, at width 16",
    values: [1, 2, 4, 8, 16],
    setting: (batch) => ({ configuration: benchConfiguration(16), batch }),
  },
  {
    name: "width, at batch 2",
    values: [8, 16, 32, 64],
    setting: (width) => ({ configuration: benchConfiguration(width), batch: 2 }),
  },
  {
    // Four levels are what a discriminator of 64 x 32 pixels has room for; the rest is as for Market.
    name: "pixels, twice as high as wide, at width 8, batch 2 and 4 discriminator levels",
    values: [32, 64, 128, 256].map((width) => 2 * width * width),
    setting: (pixels) => {
      const width = Math.sqrt(pixels / 2);
      const size = { width, height: 2 * width };
      return {
        configuration: { ...benchConfiguration(8), discriminatorLevels: 4, size },
        batch: 2,
      };
    },
  },
];

/** Of a step; bytes are the most that the device's buffers took, and what they take with VGG features. */
interface Point extends Cost {
  readonly value: number;
  readonly bytes: number;
  readonly bytesWithVgg: number;
}

const columns = {
  "wall ms": "wall",
  "CPU ms": "cpu",
  MiB: "bytes",
  "MiB with VGG": "bytesWithVgg",
} as const;
type Column = (typeof columns)[keyof typeof columns];

/** @throws Error when the device takes other memory than a device that only counts. */
async function measure(value: number, { configuration, batch }: Setting): Promise<Point> {
  const pictures = await sampleBatch(configuration, batch);
  const device = await Device.open();
  const step = stepOn(device, configuration, pictures);
  const counting = countingDevice(device.kind);
  stepOn(counting, configuration, pictures)();
  const finish = () => device.finish();
  await costOf(step, finish, true);
  const costs: Cost[] = [];
  const start = performance.now();
  do costs.push(await costOf(step, finish, false)); while (
    costs.length < ROUNDS && performance.now() - start < ENOUGH_MS
  );
  device.close();
  const bytes = device.pool.peakBytes;
  if (bytes !== counting.pool.peakBytes) {
    throw new Error(`a step took ${bytes} bytes, not the ${counting.pool.peakBytes} expected`);
  }
  return {
    value,
    wall: median(costs.map(({ wall }) => wall)),
    cpu: median(costs.map(({ cpu }) => cpu)),
    bytes,
    bytesWithVgg: trainingMemory(configuration, batch, paperRecipe, device.kind),
  };
}

function stepOn(device: Device, configuration: ModelConfiguration, batch: Batch): () => void {
  const trainer = Trainer.create(device, configuration, paperTraining);
  return () => trainer.step(batch, batch);
}

/** How a column grows over the whole series, or between some neighbours. */
function growth(points: readonly Point[], column: Column): number {
  return exponent(points.map(({ value }) => value), points.map((point) => point[column]));
}

/** Behind each value stands the exponent of its growth since the row above. */
function table({ name }: Series, points: readonly Point[]): string {
  const cell = (point: Point, i: number, column: Column) => {
    const value = (point[column] / (column.startsWith("bytes") ? 2 ** 20 : 1)).toFixed(0);
    const neighbours = points.slice(i - 1, i + 1);
    return i === 0 ? value : `${value} (${growth(neighbours, column).toFixed(2)})`;
  };
  const names = Object.values(columns);
  return markdownTable([
    [name, ...Object.keys(columns)],
    ...points.map((point, i) => [
      String(point.value),
      ...names.map((column) => cell(point, i, column)),
    ]),
    ["exponent of all", ...names.map((column) => growth(points, column).toFixed(2))],
  ]);
}

const device = await Device.open();
const { name } = device;
device.close();
const results = [];
for (const series of everySeries) {
  const points: Point[] = [];
  for (const value of series.values) points.push(await measure(value, series.setting(value)));
  console.log(`${table(series, points)}\n`);
  const exponents = Object.values(columns).map((column) => [column, growth(points, column)]);
  results.push({ name: series.name, points, exponents: Object.fromEntries(exponents) });
}
await writeResults(`scaling ${name}`, { device: name, series: results });

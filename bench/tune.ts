/**
 * What kernels/tuning.ts rests on: convolutions of the model with one entry of the table
 * changed at a time, by the clock of the device; tables, and a file in results/.
 *
 * deno run -A bench/tune.ts [--quick]
 */
import { parseArgs } from "node:util";
import { Device } from "../engine/device.ts";
import { sizeOf } from "../engine/tensor.ts";
import { tune, type Tuning, tunings } from "../kernels/tuning.ts";
import { layerPass } from "./layer_pass.ts";
import { convolutions, type Layer, type Pass, passes } from "./layers.ts";
import { markdownTable, writeResults } from "./results.ts";
import { geometricMean } from "./statistics.ts";
import { benchConfiguration } from "./workload.ts";

/** Alternatives take turns, which last about so long from the second on; the fastest launch of all counts. */
const TURNS = 5;
const TURN_MS = 100;

/** Layers by width: 3x3, 4x4 of stride 2, transposed 4x4 of large maps and of small ones. */
const everyLayer = [
  [16, "generator.appearance.0"],
  [16, "generator.appearance.2"],
  [16, "generator.decoder.3"],
  [16, "generator.decoder.1"],
  [64, "generator.decoder.3"],
] as const;
const QUICK_LAYERS = 3;

/** An entry of the table with another value. */
interface Alternative {
  readonly name: string;
  readonly entry: Partial<Tuning>;
}

function alternative(entry: Partial<Tuning>): Alternative {
  const [[name, value]] = Object.entries(entry);
  return { name: `${name} ${value instanceof Function ? value(0) : value}`, entry };
}

/** What is tried of each pass. */
function alternatives(pass: Pass, { wantedGroups }: Tuning): Alternative[] {
  const ofBoth: Partial<Tuning>[] = [
    ...[8, 16, 32, 64].map((group) => ({ group })),
    { space: "uniform" },
    { space: "storage" },
    ...[wantedGroups / 4, wantedGroups * 4].map((wantedGroups) => ({ wantedGroups })),
  ];
  const ofGather: Partial<Tuning>[] = [
    ...([[2, 4], [4, 4], [2, 8], [1, 8]] as const).map((tile) => ({ tile: () => tile })),
    ...[4, 8, 16].map((count) => ({ channels: () => count })),
  ];
  const ofWeights: Partial<Tuning>[] = [
    ...[64, 128, 256].map((sums) => ({ sums })),
    ...[256, 512, 1024, 2048].map((products) => ({ products })),
    ...[false, true].map((copiesLarge) => ({ copiesLarge })),
  ];
  return [...(pass === "weight" ? ofWeights : ofGather), ...ofBoth].map(alternative);
}

/**
 * Milliseconds of a pass of a layer: as the table is, and with each alternative. The same kernels on other
 * buffers may differ by a sixth where maps are small; so alternatives that are what the table says count
 * for it, the fastest of them.
 */
interface Trial {
  readonly layer: string;
  readonly pass: Pass;
  readonly flops: number;
  readonly own: number;
  readonly others: Readonly<Record<string, number>>;
}

async function tryOut(device: Device, width: number, layer: Layer, pass: Pass): Promise<Trial> {
  const table = tunings[device.kind];
  const choices = alternatives(pass, table);
  const ofTable = choices.map(({ entry }) =>
    Object.entries(entry).every(([key, value]) => `${table[key as keyof Tuning]}` === `${value}`)
  );
  const launches = choices.map(({ entry }) => {
    tune(device, entry);
    return layerPass(device, layer, pass);
  });
  launches.forEach((launch) => launch());
  await device.finish();
  const times = launches.map(() => Infinity);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, launch] of launches.entries()) {
      const count = Math.max(1, Math.ceil(TURN_MS / times[i]));
      times[i] = Math.min(times[i], await fastest(device, launch, count));
    }
  }
  const others = choices.map(({ name }, i) => [name, times[i]]).filter((_, i) => !ofTable[i]);
  return {
    layer: `${layer.name}, width ${width}`,
    pass,
    flops: flopsOf(layer),
    own: Math.min(...times.filter((_, i) => ofTable[i])),
    others: Object.fromEntries(others),
  };
}

/** Milliseconds of the fastest of `count` launches. */
async function fastest(device: Device, launch: () => void, count: number): Promise<number> {
  const spans = await device.profile(() => {
    for (let i = 0; i < count; i++) launch();
  });
  const sums = new Array<number>(count).fill(0);
  spans.forEach(({ milliseconds }, i) =>
    sums[Math.floor(i * count / spans.length)] += milliseconds
  );
  return Math.min(...sums);
}

/** Every weight meets every pixel of the small map. */
function flopsOf({ transposed, input, output, weight }: Layer): number {
  const [batch, , height, width] = transposed ? input : output;
  return 2 * sizeOf(weight) * batch * height * width;
}

function trialTable(trials: readonly Trial[]): string {
  const gigaflops = (flops: number, milliseconds: number) =>
    (flops / milliseconds / 1e6).toFixed(1);
  return markdownTable([
    ["layer", "pass", "GFLOP/s", "best alternative", "GFLOP/s", "the table's part"],
    ...trials.map(({ layer, pass, flops, own, others }) => {
      const [[best, time]] = Object.entries(others).sort(([, a], [, b]) => a - b);
      const rates = [gigaflops(flops, own), best, gigaflops(flops, time)];
      return [layer, pass, ...rates, percent(time / own)];
    }),
  ]);
}

/** How fast each alternative is beside the table, over the trials of all gathers or weights gradients. */
function alternativeTable(title: string, trials: readonly Trial[]): string {
  return markdownTable([
    [title, "mean speed", "least", "most"],
    ...Object.keys(trials[0].others).map((name) => {
      const speeds = trials.map(({ own, others }) => own / others[name]);
      return [
        name,
        ...[geometricMean(speeds), Math.min(...speeds), Math.max(...speeds)].map(percent),
      ];
    }),
  ]);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)}%`;
}

async function tuneAll(quick: boolean): Promise<void> {
  const trials: Trial[] = [];
  let name = "";
  for (const [width, wanted] of quick ? everyLayer.slice(0, QUICK_LAYERS) : everyLayer) {
    const layer = convolutions(benchConfiguration(width)).find(({ name }) => name === wanted)!;
    // A device for each layer: closing it frees what the trials took.
    const device = await Device.open();
    for (const pass of passes) {
      console.log(`${wanted}, width ${width}, ${pass} ...`);
      trials.push(await tryOut(device, width, layer, pass));
    }
    name = device.name;
    device.close();
  }
  console.log(`\n${trialTable(trials)}`);
  const weights = trials.filter(({ pass }) => pass === "weight");
  const gathers = trials.filter(({ pass }) => pass !== "weight");
  console.log(`\n${alternativeTable("forward and gradient of the input", gathers)}`);
  console.log(`\n${alternativeTable("gradient of the weights", weights)}`);
  await writeResults(`tune ${name}`, { device: name, trials });
}

const { values: { quick } } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
});
await tuneAll(quick);

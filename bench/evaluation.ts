/**
 * How fast test pairs are painted and judged, or what memory they take, from 100 to the paper's 12,000; a table, and a
 * file in results/. Each line is a process of its own.
 *
 * deno run -A bench/evaluation.ts speed|memory
 */
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/types.ts";
import { figures } from "../data/figures/figures.ts";
import { Device } from "../engine/device.ts";
import { Random } from "../engine/random.ts";
import { chooseMetrics } from "../evaluate/metrics.ts";
import { Tools } from "../evaluate/tools.ts";
import { BATCH, evaluateShard } from "../evaluate/run.ts";
import { summarize } from "../evaluate/summary.ts";
import { modelConfiguration, type Preset } from "../model/configuration.ts";
import { generatorParameters } from "../model/generator.ts";
import { Painter } from "../repose/painter.ts";
import { initialParameters } from "../model/parameters.ts";
import { markdownTable, writeResults } from "./results.ts";

interface Line {
  readonly preset: Preset;
  readonly width: number;
  readonly pairs: number;
}

const parts: Readonly<Record<string, readonly Line[]>> = {
  speed: [
    { preset: "demo", width: 16, pairs: 400 },
    { preset: "market", width: 16, pairs: 400 },
  ],
  memory: [100, 3_000, 12_000].map((pairs) => ({ preset: "demo", width: 1, pairs })),
};
/** Pairs that come back again and again, so that drawing them counts for nothing. */
const DRAWN = 50;
/** Pairs before the clock starts: they compile the kernels and start the workers. */
const WARM_UP = 50;

interface Measurement extends Line {
  readonly picturesPerSecond: number;
  /** Of the results from the records. */
  readonly summarySeconds: number;
  readonly peakBytes: number;
}

/** Random weights: what is painted does not matter to the time that it takes. */
async function measure(line: Line): Promise<Measurement> {
  const folder = await Deno.makeTempDir();
  const configuration = modelConfiguration(line);
  const { size } = configuration;
  const device = await Device.open();
  const weights = initialParameters(new Random(device, 1), generatorParameters(configuration));
  const painter = new Painter(device, configuration, weights);
  const metrics = chooseMetrics(undefined, size);
  const unused = () => Promise.reject(new Error("no metric here needs weights"));
  let start = 0;
  await evaluateShard({
    run: {
      checkpoint: "random",
      data: "figures",
      pairs: line.pairs,
      metrics: metrics.map(({ name }) => name),
      seed: 0,
    },
    shard: { number: 1, count: 1 },
    folder,
    dataset: await fewFigures(figures({ size, seed: 0 }), line.pairs),
    metrics,
    tools: new Tools(device, configuration, unused),
    paint: (pairs) => painter.paint(pairs, BATCH),
    onProgress: (done) => {
      if (done === WARM_UP) start = performance.now();
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const summaryStart = performance.now();
  await summarize(folder);
  const summarySeconds = (performance.now() - summaryStart) / 1000;
  device.close();
  await Deno.remove(folder, { recursive: true });
  return {
    ...line,
    picturesPerSecond: (line.pairs - WARM_UP) / seconds,
    summarySeconds,
    peakBytes: await peakBytes(),
  };
}

async function fewFigures(all: Dataset, pairs: number): Promise<Dataset> {
  const indices = Array.from({ length: DRAWN }, (_, i) => i);
  const drawn = await Promise.all(indices.map((index) => all.pair("test", index)));
  return {
    ...all,
    pairCount: () => pairs,
    pair: (_, index) => Promise.resolve(drawn[index % DRAWN]),
  };
}

/** The most memory that this process has had; Linux only. */
async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

async function inProcess(line: Line): Promise<Measurement> {
  const config = fileURLToPath(import.meta.resolve("./deno.json"));
  const script = fileURLToPath(import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", config, script, JSON.stringify(line)],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function table(measurements: readonly Measurement[]): string {
  return markdownTable([
    ["model", "width", "pairs", "pictures/s", "summary, s", "peak, MiB"],
    ...measurements.map((m) => [
      m.preset,
      String(m.width),
      String(m.pairs),
      m.picturesPerSecond.toFixed(1),
      m.summarySeconds.toFixed(2),
      (m.peakBytes / 2 ** 20).toFixed(0),
    ]),
  ]);
}

const [part = ""] = Deno.args;
if (part.startsWith("{")) console.log(JSON.stringify(await measure(JSON.parse(part))));
else if (!Object.hasOwn(parts, part)) throw new Error("say what to measure: speed or memory");
else {
  const measurements: Measurement[] = [];
  for (const line of parts[part]) measurements.push(await inProcess(line));
  console.log(table(measurements));
  await writeResults(`evaluation ${part}`, { measurements });
}

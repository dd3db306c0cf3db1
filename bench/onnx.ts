/**
 * Exported generators: how near onnxruntime-node comes to the project's own painting, how long the bundled model takes
 * there, in onnxruntime-web and here, and how large the files are. Prints tables and writes a file to results/.
 *
 * deno run -A bench/onnx.ts [--rounds N]
 */
import { parseArgs } from "node:util";
import type * as Onnxruntime from "onnxruntime-common";
import { figures } from "../data/figures/figures.ts";
import { Device } from "../engine/device.ts";
import { float32, type StoredTensor } from "../engine/safetensors.ts";
import { onnxGenerator } from "../export/generator.ts";
import type { ModelChoice } from "../model/configuration.ts";
import { Painter } from "../repose/painter.ts";
import { largestDifference } from "../tests/data/fixtures.ts";
import { madeUpWeights, paintHere, people, type Subject } from "../tests/export/subjects.ts";
import { type Cost, costOf } from "./cost.ts";
import { rounded } from "./joints.ts";
import { recordTable, writeResults } from "./results.ts";
import { median } from "./statistics.ts";

/** Each subject's pairs; they are painted `TOGETHER` at a time. */
const PAIRS = 20;
const TOGETHER = 4;
/** One step of a byte in a picture in [-1, 1]. */
const STEP = 2 / 255;
type Inputs = ReadonlyMap<string, StoredTensor>;

/** A model in onnxruntime. */
class Session {
  private constructor(
    private readonly runtime: typeof Onnxruntime,
    private readonly session: Onnxruntime.InferenceSession,
  ) {}

  /** The packages are large, so each is fetched when it is used: no file here imports one by name. */
  static async open(
    library: "onnxruntime-node" | "onnxruntime-web",
    model: Uint8Array,
  ): Promise<Session> {
    const runtime: typeof Onnxruntime = await import(library);
    return new Session(runtime, await runtime.InferenceSession.create(model));
  }

  async paint(inputs: Inputs): Promise<Float32Array> {
    const tensors = [...inputs].map(([name, stored]) =>
      [name, new this.runtime.Tensor("float32", float32(stored), stored.shape)] as const
    );
    const { picture } = await this.session.run(Object.fromEntries(tensors));
    return picture.data as Float32Array;
  }
}

/** Figures that the project draws, painted with weights that are made up. */
async function madeUpSubject(choice: ModelChoice): Promise<Subject> {
  const weights = madeUpWeights(choice);
  const { size } = weights.configuration;
  const drawn = figures({ size, seed: 4 });
  const pairs = Array.from({ length: PAIRS }, (_, i) => drawn.pair("test", i));
  return { weights, transfers: await Promise.all(pairs) };
}

/** Pairs of the eight people of the examples, no two of them the same. */
function pairsOfPeople(): [number, number][] {
  return Array.from({ length: PAIRS }, (_, i) => {
    const apart = 1 + Math.floor(i / 8);
    return [1 + i % 8, 1 + (i + apart) % 8];
  });
}

/** Each pair's largest difference from our picture in steps of a byte: the middle one and the largest; files' sizes. */
async function compare(what: string, subject: Subject) {
  const results = [];
  for (const weights of ["float32", "float16"] as const) {
    const model = onnxGenerator(subject.weights, weights === "float16");
    const differences: number[] = [];
    results.push({
      session: await Session.open("onnxruntime-node", model),
      differences,
      row: () => ({
        what,
        weights,
        median: rounded(median(differences)),
        largest: rounded(Math.max(...differences)),
        MB: (model.length / 1e6).toFixed(1),
      }),
    });
  }
  for (let i = 0; i < PAIRS; i += TOGETHER) {
    const transfers = subject.transfers.slice(i, i + TOGETHER);
    const { painted, inputs } = await paintHere(device, { ...subject, transfers });
    const length = painted.length / TOGETHER;
    for (const { session, differences } of results) {
      const others = await session.paint(inputs);
      for (let at = 0; at < painted.length; at += length) {
        const [own, other] = [painted, others].map((all) => all.subarray(at, at + length));
        differences.push(largestDifference(own, other) / STEP);
      }
    }
  }
  return results.map(({ row }) => row());
}

/** Costs of painting `count` pictures, from pictures and joints to a picture, by who paints. */
async function race(subject: Subject, count: number, rounds: number) {
  const transfers = subject.transfers.slice(0, count);
  const { inputs } = await paintHere(device, { ...subject, transfers });
  const model = onnxGenerator(subject.weights, false);
  const painter = Painter.from(device, subject.weights);
  const [node, web] = [
    await Session.open("onnxruntime-node", model),
    await Session.open("onnxruntime-web", model),
  ];
  const contestants: Record<string, () => Promise<unknown>> = {
    "Repose": () => painter.paint(transfers, count),
    "onnxruntime-node": () => node.paint(inputs),
    "onnxruntime-web": () => web.paint(inputs),
  };
  const costs = new Map(Object.keys(contestants).map((name): [string, Cost[]] => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, paint] of Object.entries(contestants)) {
      let painting: Promise<unknown> = Promise.resolve();
      const cost = await costOf(() => painting = paint(), async () => void await painting, true);
      if (round > 0) costs.get(name)!.push(cost); // the first compiles
    }
  }
  return costs;
}

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new RangeError(`--rounds ${values.rounds} must be 1 or more`);

const device = await Device.open();
const bundled = await people(pairsOfPeople());
const subjects = {
  "the bundled model, people": bundled,
  "made-up weights, --fidelity paper": await madeUpSubject({ preset: "demo" }),
  "made-up weights, --fidelity released": await madeUpSubject({
    preset: "demo",
    fidelity: "released",
  }),
};

const agreements = [];
for (const [what, subject] of Object.entries(subjects)) {
  agreements.push(...await compare(what, subject));
}
console.log(`Steps of a byte at most in a picture, of ${PAIRS}:\n${recordTable(agreements)}`);

const times = [];
for (const count of [1, TOGETHER]) {
  for (const [who, costs] of await race(bundled, count, rounds)) {
    const [ms, leastMs, cpuMs] = [
      median(costs.map(({ wall }) => wall)),
      Math.min(...costs.map(({ wall }) => wall)),
      median(costs.map(({ cpu }) => cpu)),
    ].map(rounded);
    times.push({ pictures: count, who, ms, leastMs, cpuMs });
  }
}
console.log(`\nThe bundled model, medians of ${rounds} turns:\n${recordTable(times)}`);
await writeResults(`onnx-${device.name}`, { device: device.name, agreements, rounds, times });
Deno.exit(); // onnxruntime keeps its threads

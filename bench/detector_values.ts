/**
 * What TensorFlow.js finds with CenterNet's graph, for tests of the network: in the built-in figures with the published
 * weights, and at some cells of the heads' maps with the tests' own weights. Writes tests/networks/centernet/tensorflow.json.
 *
 * deno run -A bench/detector_values.ts
 */
import { fileURLToPath } from "node:url";
import { centerNetPath } from "../networks/files/published.ts";
import { readGraphFiles } from "../networks/files/read_weights.ts";
import { figures } from "../data/figures/figures.ts";
import type { GraphFiles } from "../networks/formats/graph_weights.ts";
import {
  CLASSES,
  FRAME,
  SIDES,
  syntheticFrame,
  syntheticModel,
} from "../tests/networks/centernet/synthetic_model.ts";
import { TfjsCenterNet } from "./peers/tfjs_centernet.ts";

const PREFIX = "tower_0/";
const sizes = [{ height: 256, width: 256 }, { height: 128, width: 64 }];
const FIGURES = 3;
const CELLS = 40;

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly quantization?: { readonly dtype: "float16" };
}

interface Stored {
  readonly spec: Spec;
  readonly bytes: Uint8Array;
}

function* storedTensors({ model, weights }: GraphFiles): Generator<Stored> {
  let begin = 0;
  for (const spec of JSON.parse(model).weightsManifest[0].weights as Spec[]) {
    const size = spec.shape.reduce((product, length) => product * length, 1);
    const end = begin + size * (spec.quantization ? 2 : 4);
    yield { spec, bytes: weights.subarray(begin, end) };
    begin = end;
  }
}

/** The published graph with other weights, where there are such. */
async function withWeights(published: GraphFiles, other: GraphFiles): Promise<GraphFiles> {
  const others = new Map(storedTensors(other).map((tensor) => [tensor.spec.name, tensor]));
  const tensors = [...storedTensors(published)].map(({ spec, bytes }) => {
    const replacement = others.get(spec.name.replace(PREFIX, ""));
    return replacement
      ? { spec: { ...replacement.spec, name: spec.name }, bytes: replacement.bytes }
      : { spec, bytes };
  });
  const weightsManifest = [{ weights: tensors.map(({ spec }) => spec) }];
  return {
    model: JSON.stringify({ ...JSON.parse(published.model), weightsManifest }),
    weights: await new Blob(tensors.map(({ bytes }) => bytes.slice())).bytes(),
  };
}

const published = await readGraphFiles(await centerNetPath());
const tfjs = await TfjsCenterNet.open(published);
const found = [];
for (const size of sizes) {
  const dataset = figures({ size, seed: 0 });
  for (let pair = 0; pair < FIGURES; pair++) {
    const { target } = await dataset.pair("test", pair);
    found.push({ size, pair, person: await tfjs.detect(target.picture) });
  }
}

const synthetic = await TfjsCenterNet.open(await withWeights(published, syntheticModel()));
const planes = syntheticFrame();
const area = FRAME * FRAME;
const { scores, sides } = await synthetic.mapsOfFrame(
  planes.map((_, i) => planes[i % 3 * area + Math.floor(i / 3)]),
);
const cellCount = sides.length / SIDES;
const cells = Array.from({ length: CELLS }, (_, i) => {
  const cell = Math.floor(i * (cellCount - 1) / (CELLS - 1));
  return { cell, score: scores[cell * CLASSES], sides: [...sides.slice(cell * SIDES).slice(0, 4)] };
});

const path = fileURLToPath(import.meta.resolve("../tests/networks/centernet/tensorflow.json"));
const values = { tensorflow: "TensorFlow.js 4.22.0, WebGPU", figures: found, synthetic: cells };
await Deno.writeTextFile(path, JSON.stringify(values, null, 2) + "\n");
console.log(`written to ${path}`);
Deno.exit(); // TensorFlow.js keeps its device

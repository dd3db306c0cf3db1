/** The network against what TensorFlow.js finds with the published graph; bench/detector_values.ts writes the values. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { figures } from "../../../data/figures/figures.ts";
import { storedFloat32 } from "../../../engine/safetensors.ts";
import { PersonDetector } from "../../../networks/centernet/detector.ts";
import { centerNet } from "../../../networks/centernet/network.ts";
import { parseGraphWeights } from "../../../networks/formats/graph_weights.ts";
import { Layers } from "../../../networks/graph_layers.ts";
import { type NamedTensors, Weights } from "../../../networks/weights.ts";
import { device } from "../../op_check.ts";
import { fetchedWeights } from "../fetched_weights.ts";
import { FRAME, SIDES, syntheticFrame, syntheticModel } from "./synthetic_model.ts";
import tensorflow from "./tensorflow.json" with { type: "json" };

const layersOf = (tensors: NamedTensors) =>
  new Layers(device, new Weights(tensors, "CenterNet", "others"));

Deno.test("centernet: with made-up weights, TensorFlow.js's maps", async () => {
  const layers = layersOf(parseGraphWeights(syntheticModel()));
  const maps = centerNet(layers, device.tensor([1, 3, FRAME, FRAME], syntheticFrame()));
  assertEquals(maps.shape, [1, 1 + SIDES, 128, 128]);
  const values = await maps.read();
  const area = 128 * 128;
  for (const { cell, score, sides } of tensorflow.synthetic) {
    assertAlmostEquals(1 / (1 + Math.exp(-values[cell])), score, 1e-5, `score of cell ${cell}`);
    sides.forEach((side, i) =>
      assertAlmostEquals(16 * values[(1 + i) * area + cell], side, 1e-4, `side of cell ${cell}`)
    );
  }
});

Deno.test("centernet: weights that are missing or do not fit together are refused", () => {
  const weights = parseGraphWeights(syntheticModel());
  const frame = device.empty([1, 3, FRAME, FRAME]);
  const without = new Map(weights);
  without.delete("extern1/Conv2D_bn_offset");
  assertThrows(
    () => centerNet(layersOf(without), frame),
    Error,
    "CenterNet: extern1/Conv2D_bn_offset is missing; give others",
  );
  const few = new Map(weights);
  const name = "CenternetHead/centernet_wh_output";
  few.set(`${name}/pointwise_weights`, storedFloat32(new Float32Array(22), [1, 1, 11, 2]));
  few.set(`${name}/biases`, storedFloat32(new Float32Array(2), [2]));
  assertThrows(
    () => centerNet(layersOf(few), frame),
    RangeError,
    "CenterNet: wh [1,2,128,128] must be [1,4,128,128]",
  );
});

Deno.test("centernet: with the published weights, TensorFlow.js's scores and boxes of figures", async () => {
  const weights = await fetchedWeights("centernet", "CenterNet");
  if (!weights) return;
  const detector = PersonDetector.from(device, weights);
  for (const { size, pair, person: { score, ...box } } of tensorflow.figures) {
    const { target } = await figures({ size, seed: 0 }).pair("test", pair);
    const found = await detector.detect(target.picture);
    const what = `figure ${pair} of ${size.height}x${size.width}`;
    assertAlmostEquals(found.score, score, 1e-4, what);
    for (const side of ["left", "top", "right", "bottom"] as const) {
      assertAlmostEquals(found[side], box[side], 0.02, `${side} of ${what}`);
    }
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import { parseCenterNetWeights } from "../../../networks/centernet/weights.ts";
import type { GraphFiles } from "../../../networks/formats/graph_weights.ts";
import { parseMoveNetWeights } from "../../../networks/movenet/weights.ts";

/** Two tensors as halves, one as integers, one as floats. */
const entries = [
  {
    name: "StatefulPartitionedCall/kpt",
    shape: [1, 2],
    dtype: "float32",
    quantization: { dtype: "float16", original_dtype: "float32" },
  },
  { name: "ConstantFolding/StatefulPartitionedCall/steps", shape: [], dtype: "int32" },
  { name: "plain", shape: [2], dtype: "float32" },
];
const bytes = new Uint8Array(16);
new Uint16Array(bytes.buffer).set([0x3c00, 0xc100]); // 1 and -2.5
new Int32Array(bytes.buffer)[1] = 7;
new Float32Array(bytes.buffer).set([0.5, -8], 2);

const text = (weights: unknown) => JSON.stringify({ weightsManifest: [{ weights }] });
const files: GraphFiles = { model: text(entries), weights: bytes };

Deno.test("graph weights: halves and floats by their names, integers left out", () => {
  const weights = parseMoveNetWeights(files);
  assertEquals([...weights], [
    ["kpt", { shape: [1, 2], data: new Float32Array([1, -2.5]) }],
    ["plain", { shape: [2], data: new Float32Array([0.5, -8]) }],
  ]);
});

Deno.test("graph weights: what is wrong with the files is said in one line", () => {
  const changed = (change: object) => ({ model: text([{ ...entries[0], ...change }]) });
  const nan = bytes.slice();
  new Float32Array(nan.buffer)[3] = NaN;
  const infinite = bytes.slice();
  new Uint16Array(infinite.buffer)[1] = 0x7c00;
  const failures: [change: Partial<GraphFiles>, message: string][] = [
    [{ model: "" }, "the model file is not JSON; get it again"],
    [{ model: files.model.slice(0, 50) }, "the model file is not JSON"],
    [{ model: "[]" }, "the model file has no weightsManifest"],
    [{ model: "null" }, "the model file has no weightsManifest"],
    [{ model: '{"weightsManifest": [{"weights": 3}]}' }, "the model file has no weightsManifest"],
    [{ model: '{"weightsManifest": []}' }, "the model file has no weightsManifest"],
    [{ model: text([7]) }, "the model lists 7, which is not read"],
    [changed({ name: 4 }), "which is not read"],
    [changed({ dtype: "string" }), "which is not read"],
    [changed({ dtype: "int32" }), "which is not read"],
    [changed({ shape: "1,2" }), "which is not read"],
    [changed({ shape: [-1, 2] }), "which is not read"],
    [changed({ shape: [1.5, 2] }), "which is not read"],
    [changed({ shape: Array(9).fill(1) }), "which is not read"],
    [changed({ quantization: { dtype: "uint8", scale: 1, min: 0 } }), "which is not read"],
    [changed({ shape: [2 ** 31, 2 ** 31] }), "end before StatefulPartitionedCall/kpt; get them"],
    [{ weights: bytes.subarray(0, 15) }, "have 15 bytes and end before plain"],
    [{ weights: new Uint8Array() }, "have 0 bytes and end before StatefulPartitionedCall/kpt"],
    [{ weights: new Uint8Array(20) }, "have 20 bytes but the model lists 16"],
    [{ weights: nan }, "plain is not finite"],
    [{ weights: infinite }, "kpt is not finite"],
  ];
  for (const [change, message] of failures) {
    const error = assertThrows(() => parseMoveNetWeights({ ...files, ...change }), Error, message);
    assertEquals(error.message.startsWith("MoveNet: "), true, error.message);
    assertEquals(error.message.includes("\n"), false, error.message);
  }
});

Deno.test("graph weights: CenterNet's names lose only what stands before them", () => {
  const weights = [{ name: "tower_0/a/tower_0/b", shape: [4], dtype: "float32" }];
  assertEquals([...parseCenterNetWeights({ model: text(weights), weights: bytes }).keys()], [
    "a/tower_0/b",
  ]);
  const broken = { model: text(weights), weights: bytes.subarray(1) };
  assertThrows(() => parseCenterNetWeights(broken), Error, "CenterNet: the weights have 15 bytes");
});

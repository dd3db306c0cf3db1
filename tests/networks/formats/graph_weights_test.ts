import { assertEquals, assertThrows } from "@std/assert";
import { type GraphFiles, parseGraphWeights } from "../../../networks/formats/graph_weights.ts";
import { Weights } from "../../../networks/weights.ts";

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
  const tensors = parseGraphWeights(files);
  assertEquals([...tensors.keys()], ["StatefulPartitionedCall/kpt", "plain"]);
  const weights = new Weights(tensors, "MoveNet", "others");
  assertEquals(weights.shape("plain"), [2]);
  assertEquals(
    weights.values("StatefulPartitionedCall/kpt", [1, 2]),
    new Float32Array([1, -2.5]),
  );
  assertEquals(weights.values("plain", [2]), new Float32Array([0.5, -8]));
});

Deno.test("graph weights: what is wrong with the files is said in one line", () => {
  const changed = (change: object) => ({ model: text([{ ...entries[0], ...change }]) });
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
  ];
  for (const [change, message] of failures) {
    const error = assertThrows(() => parseGraphWeights({ ...files, ...change }), Error, message);
    assertEquals(error.message.includes("\n"), false, error.message);
  }
});

Deno.test("weights: a tensor that is missing, of another shape or not finite is named", () => {
  const nan = bytes.slice();
  new Float32Array(nan.buffer)[3] = NaN;
  const infinite = bytes.slice();
  new Uint16Array(infinite.buffer)[1] = 0x7c00;
  const refused = (weights: Uint8Array<ArrayBuffer>, name: string, message: string) => {
    const read = new Weights(parseGraphWeights({ ...files, weights }), "Net", "Net's own");
    assertThrows(() => read.values(name, [2]), Error, `Net: ${name} ${message}; give Net's own`);
  };
  refused(bytes, "other", "is missing but must be [2]");
  refused(bytes, "StatefulPartitionedCall/kpt", "has the shape [1,2] but must be [2]");
  refused(nan, "plain", "is not all finite");
  const half = new Weights(parseGraphWeights({ ...files, weights: infinite }), "Net", "Net's own");
  assertThrows(() => half.values("StatefulPartitionedCall/kpt", [1, 2]), Error, "not all finite");
});

/**
 * The weights of MoveNet (single pose, Lightning or Thunder) from the TensorFlow.js graph models that are
 * published: a JSON file whose `weightsManifest` lists the tensors, and a binary file with their values one
 * after the other, most as float16. The graph itself stands in network.ts.
 */
import { float32 } from "../../engine/safetensors.ts";
import { type Shape, sizeOf } from "../../engine/tensor.ts";

/** The two files of a published MoveNet. */
export interface MoveNetFiles {
  /** The text of `movenet-*.json`. */
  readonly model: string;
  /** The bytes of `movenet-*.bin`. */
  readonly weights: Uint8Array;
}

/** Values of a tensor, the last axis fastest; a convolution's axes are height, width, inputs, outputs. */
export interface WeightTensor {
  readonly shape: Shape;
  readonly data: Float32Array<ArrayBuffer>;
}

/** The tensors of floats by their names, without the parts that all names begin with. */
export type MoveNetWeights = ReadonlyMap<string, WeightTensor>;

/** A tensor as the manifest lists it. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly half: boolean;
}

const largestRank = 8;
const commonPrefix =
  /^(ConstantFolding\/)?StatefulPartitionedCall\/(center_net_mobile_net_v2fpn_feature_extractor\/model_1\/)?/;

/**
 * Reads the weights.
 * Throws an Error of one line where the files are cut short, damaged or no TensorFlow.js graph model.
 */
export function parseMoveNetWeights({ model, weights }: MoveNetFiles): MoveNetWeights {
  const tensors = new Map<string, WeightTensor>();
  let begin = 0;
  for (const { name, shape, dtype, half } of manifestOf(model)) {
    const end = begin + sizeOf(shape) * (half ? 2 : 4);
    if (end > weights.length) {
      fail(`the weights have ${weights.length} bytes and end before ${name}; get them again`);
    }
    if (dtype === "float32") {
      const stored = { dtype: half ? "F16" : "F32", shape, data: weights.subarray(begin, end) };
      const data = new Float32Array(float32(stored));
      if (!data.every(Number.isFinite)) fail(`${name} is not finite; get the weights again`);
      tensors.set(name.replace(commonPrefix, ""), { shape, data });
    }
    begin = end;
  }
  if (begin < weights.length) {
    fail(`the weights have ${weights.length} bytes but the model lists ${begin}`);
  }
  return tensors;
}

function manifestOf(model: string): Entry[] {
  let document: unknown;
  try {
    document = JSON.parse(model);
  } catch {
    fail("the model file is not JSON; get it again");
  }
  const groups = field(document, "weightsManifest");
  const lists = Array.isArray(groups) ? groups.map((group) => field(group, "weights")) : [];
  if (lists.length === 0 || !lists.every(Array.isArray)) {
    fail("the model file has no weightsManifest; give a graph model of TensorFlow.js");
  }
  return lists.flat().map(entryOf);
}

function entryOf(item: unknown): Entry {
  const [name, shape, dtype] = ["name", "shape", "dtype"].map((key) => field(item, key));
  const quantization = field(item, "quantization");
  const stored = field(quantization, "dtype");
  const valid = typeof name === "string" && isShape(shape) &&
    (dtype === "float32" || dtype === "int32") &&
    (quantization === undefined || stored === "float16" && dtype === "float32");
  if (!valid) fail(`the model lists ${JSON.stringify(item)?.slice(0, 200)}, which is not read`);
  return { name, shape, dtype, half: stored === "float16" };
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= largestRank &&
    value.every((length) => Number.isSafeInteger(length) && length > 0);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function fail(what: string): never {
  throw new Error(`MoveNet: ${what}`);
}

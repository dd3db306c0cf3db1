/**
 * The weights of networks that are published as TensorFlow.js graph models: a JSON file whose `weightsManifest` lists
 * the tensors, and a binary file with their values one after the other, some as float16. The graph itself is not read;
 * it stands in each network's own network.ts.
 */
import { float32 } from "../../engine/safetensors.ts";
import { type Shape, sizeOf } from "../../engine/tensor.ts";

/** The two files of a graph model. */
export interface GraphFiles {
  /** The text of the JSON file. */
  readonly model: string;
  /** The bytes of the binary file. */
  readonly weights: Uint8Array;
}

/** A network that is published as such files. */
export interface PublishedNetwork {
  /** Shows in errors. */
  readonly name: string;
  /** Which files to give, for errors. */
  readonly files: string;
  /** What the tensors' names begin with, which is left out. */
  readonly prefix: RegExp;
}

/** Values of a tensor, the last axis fastest; a convolution's axes are height, width, inputs, outputs. */
export interface WeightTensor {
  readonly shape: Shape;
  readonly data: Float32Array<ArrayBuffer>;
}

/** The tensors of floats by their names. */
export type GraphWeights = ReadonlyMap<string, WeightTensor>;

/** A tensor as the manifest lists it. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly half: boolean;
}

const largestRank = 8;

/**
 * Reads the weights.
 * Throws an Error of one line where the files are cut short, damaged or no TensorFlow.js graph model.
 */
export function parseGraphWeights(
  { model, weights }: GraphFiles,
  { name: network, prefix }: PublishedNetwork,
): GraphWeights {
  const fail = (what: string): never => {
    throw new Error(`${network}: ${what}`);
  };
  const tensors = new Map<string, WeightTensor>();
  let begin = 0;
  for (const { name, shape, dtype, half } of manifestOf(model, fail)) {
    const end = begin + sizeOf(shape) * (half ? 2 : 4);
    if (end > weights.length) {
      fail(`the weights have ${weights.length} bytes and end before ${name}; get them again`);
    }
    if (dtype === "float32") {
      const stored = { dtype: half ? "F16" : "F32", shape, data: weights.subarray(begin, end) };
      const data = new Float32Array(float32(stored));
      if (!data.every(Number.isFinite)) fail(`${name} is not finite; get the weights again`);
      tensors.set(name.replace(prefix, ""), { shape, data });
    }
    begin = end;
  }
  if (begin < weights.length) {
    fail(`the weights have ${weights.length} bytes but the model lists ${begin}`);
  }
  return tensors;
}

type Fail = (what: string) => never;

function manifestOf(model: string, fail: Fail): Entry[] {
  const groups = field(parseJson(model, fail), "weightsManifest");
  const lists = Array.isArray(groups) ? groups.map((group) => field(group, "weights")) : [];
  if (lists.length === 0 || !lists.every(Array.isArray)) {
    return fail("the model file has no weightsManifest; give a graph model of TensorFlow.js");
  }
  return lists.flat().map((item) =>
    entryOf(item) ??
      fail(`the model lists ${JSON.stringify(item)?.slice(0, 200)}, which is not read`)
  );
}

function parseJson(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail("the model file is not JSON; get it again");
  }
}

function entryOf(item: unknown): Entry | null {
  const [name, shape, dtype] = ["name", "shape", "dtype"].map((key) => field(item, key));
  const quantization = field(item, "quantization");
  const stored = field(quantization, "dtype");
  const valid = typeof name === "string" && isShape(shape) &&
    (dtype === "float32" || dtype === "int32") &&
    (quantization === undefined || stored === "float16" && dtype === "float32");
  return valid ? { name, shape, dtype, half: stored === "float16" } : null;
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

/**
 * The weights of networks that are published as TensorFlow.js graph models: a JSON file whose `weightsManifest` lists
 * the tensors, and a binary file with their values one after the other, some as float16. The graph itself is not read;
 * it stands in each network's own network.ts.
 */
import type { StoredTensor } from "../../engine/safetensors.ts";
import { sizeOf } from "../../engine/tensor.ts";
import type { NamedTensors } from "../weights.ts";

/** The two files of a graph model. */
export interface GraphFiles {
  /** The text of the JSON file. */
  readonly model: string;
  /** The bytes of the binary file. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** A tensor as the manifest lists it. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly half: boolean;
}

const LARGEST_RANK = 8;

/**
 * Reads the tensors of floats; a convolution's axes are height, width, inputs, outputs.
 * @throws Error of one line where the files are cut short, damaged or no TensorFlow.js graph model
 */
export function parseGraphWeights({ model, weights }: GraphFiles): NamedTensors {
  const tensors = new Map<string, StoredTensor>();
  let begin = 0;
  for (const { name, shape, dtype, half } of manifestOf(model)) {
    const end = begin + sizeOf(shape) * (half ? 2 : 4);
    if (end > weights.length) {
      throw new Error(
        `the weights have ${weights.length} bytes and end before ${name}; get them again`,
      );
    }
    const data = weights.subarray(begin, end);
    if (dtype === "float32") tensors.set(name, { dtype: half ? "F16" : "F32", shape, data });
    begin = end;
  }
  if (begin < weights.length) {
    throw new Error(`the weights have ${weights.length} bytes but the model lists ${begin}`);
  }
  return tensors;
}

function manifestOf(model: string): Entry[] {
  const groups = field(parseJson(model), "weightsManifest");
  const lists = Array.isArray(groups) ? groups.map((group) => field(group, "weights")) : [];
  if (lists.length === 0 || !lists.every(Array.isArray)) {
    throw new Error("the model file has no weightsManifest; give a graph model of TensorFlow.js");
  }
  return lists.flat().map((item) => {
    const entry = entryOf(item);
    if (entry) return entry;
    throw new Error(`the model lists ${JSON.stringify(item)?.slice(0, 200)}, which is not read`);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("the model file is not JSON; get it again");
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
  return Array.isArray(value) && value.length <= LARGEST_RANK &&
    value.every((length) => Number.isSafeInteger(length) && length > 0);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

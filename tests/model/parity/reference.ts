/** Results of an independent float64 computation of the model, as files hold them. */
import { float32, parseSafetensors, type StoredTensor } from "../../../engine/safetensors.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { madeUp } from "../../networks/made_up.ts";
import { relativeError } from "../../op_check.ts";
import { sharedPath } from "../../shared.ts";

export type Fidelity = "paper" | "released";

/** The file in this folder, which make_reference.py wrote and describes: synthetic pictures and poses. */
export function ownReference(fidelity: Fidelity): Reference {
  return new Reference(new URL(`market-${fidelity}.safetensors`, import.meta.url).pathname);
}

/** A larger file with photos, every value in full; null, with a word on standard error, where it is not there. */
export function sharedReference(fidelity: Fidelity): Reference | null {
  const path = sharedPath(`reference/market-${fidelity}.safetensors`);
  return path ? new Reference(path) : null;
}

export class Reference {
  readonly metadata: Readonly<Record<string, string>>;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  constructor(path: string) {
    const { metadata, tensors } = parseSafetensors(Deno.readFileSync(path));
    this.metadata = metadata;
    this.#tensors = tensors;
  }

  /** @throws Error when the file has no such tensor. */
  stored(name: string): StoredTensor {
    const found = this.#tensors.get(name);
    if (!found) throw new Error(`the reference has no ${name}`);
    return found;
  }

  /** Values of any number type. */
  values(name: string): ArrayLike<number> {
    const tensor = this.stored(name);
    if (tensor.dtype === "I32") return new Int32Array(tensor.data.slice().buffer);
    return tensor.dtype === "U8" ? tensor.data : float32(tensor);
  }

  /** The poses of one side of all pairs; files hold y, x of each joint, and -1, -1 of a missing one. */
  poses(side: "source" | "target"): Joints[] {
    const name = `joints.${side}`;
    const values = this.values(name);
    const [count] = this.stored(name).shape;
    return Array.from({ length: count }, (_, pair) =>
      human.joints.map((_, joint) => {
        const at = (pair * human.joints.length + joint) * 2;
        return values[at] < 0 ? null : { x: values[at + 1], y: values[at] };
      }));
  }

  /** Masks of 0 and 1, of which the file holds a bit each. */
  mask(name: string): Uint8Array {
    const { data } = this.stored(name);
    return Uint8Array.from(
      { length: data.length * 8 },
      (_, i) => (data[i >> 3] >> (7 - i & 7)) & 1,
    );
  }

  /** The largest difference of a tensor from the file's, relative to the file's largest value. */
  async error(name: string, tensor: Tensor): Promise<number> {
    const expected = float32(this.stored(name));
    return relativeError(signedSums(name, await tensor.read(), expected.length), expected);
  }
}

/** `count` sums of consecutive values, each with a made-up sign: what a file holds of a large tensor. */
function signedSums(name: string, values: Float32Array, count: number): ArrayLike<number> {
  if (values.length === count) return values;
  const signs = float32(madeUp(`sign.${name}`, [values.length], 0, 1));
  const run = values.length / count;
  const sums = new Float64Array(count);
  values.forEach((value, i) => sums[Math.floor(i / run)] += signs[i] < 0 ? -value : value);
  return sums;
}

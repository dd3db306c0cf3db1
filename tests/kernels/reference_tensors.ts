import { assert } from "@std/assert";
import { float32, parseSafetensors } from "../../engine/safetensors.ts";
import { sharedPath } from "../shared.ts";

/** Reads tensors of a Market reference file by name; null, with a word on standard error, without the file. */
export function referenceTensors(
  style: "paper" | "released",
): ((name: string) => { shape: readonly number[]; data: Float32Array }) | null {
  const path = sharedPath(`reference/market-${style}.safetensors`);
  if (!path) return null;
  const { tensors } = parseSafetensors(Deno.readFileSync(path));
  return (name) => {
    const stored = tensors.get(name);
    assert(stored, `the reference has no tensor ${name}`);
    return { shape: stored.shape, data: float32(stored) };
  };
}

/** The files hold joints as y, x; kernels take x, y. Missing ones are -1, -1 in both. */
export function swapAxes(joints: Float32Array): Float64Array {
  return Float64Array.from(joints, (_, i) => joints[i ^ 1]);
}

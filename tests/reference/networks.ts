import { float32, parseSafetensors } from "../../engine/safetensors.ts";

const { tensors } = parseSafetensors(
  Deno.readFileSync(new URL("networks.safetensors", import.meta.url)),
);

/** What networks.py wrote under a name. */
export function referenceValues(name: string): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`networks.safetensors has no ${name}; run networks.py`);
  return float32(tensor);
}

import type { TensorStorage } from "./pool.ts";
import { Tensor } from "./tensor.ts";

/** The whole storages of the tensors in a value: a tensor, or maps, arrays and records of such values. */
export function storagesIn(
  value: unknown,
  found: Set<TensorStorage> = new Set(),
): Set<TensorStorage> {
  if (value instanceof Tensor) found.add(value.storage.whole);
  else if (value instanceof Map) { for (const item of value.values()) storagesIn(item, found); }
  else if (Array.isArray(value)) { for (const item of value) storagesIn(item, found); }
  else if (value !== null && typeof value === "object") {
    for (const item of Object.values(value)) storagesIn(item, found);
  }
  return found;
}

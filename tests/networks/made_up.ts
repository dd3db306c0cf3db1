/**
 * Weights and pictures that tests/reference/networks.py makes too, from the same names: nothing large need be stored.
 * Value i of a name is a hash of both, uniform in [-1, 1) in steps of 2^-23.
 */
import type { Picture } from "../../data/types.ts";
import { storedFloat32, type StoredTensor } from "../../engine/safetensors.ts";
import { type Shape, sizeOf } from "../../engine/tensor.ts";

/** FNV-1a. */
function seedOf(name: string): number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return seed >>> 0;
}

/** MurmurHash3's last mixing of seed and place. */
function hash(seed: number, i: number): number {
  let h = (seed + Math.imul(i, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function value(seed: number, i: number): number {
  return (hash(seed, i) >>> 8) / 2 ** 23 - 1;
}

/** centre + spread * value, rounded to float32 once. */
export function madeUp(name: string, shape: Shape, centre: number, spread: number): StoredTensor {
  const seed = seedOf(name);
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    values[i] = centre + spread * value(seed, i);
  }
  return storedFloat32(values, shape);
}

/** A filter that keeps the spread of what it is applied to (He et al., 2015). */
export function madeUpFilter(name: string, shape: Shape): StoredTensor {
  return madeUp(name, shape, 0, Math.sqrt(6 / sizeOf(shape.slice(1))));
}

export function madeUpPicture(name: string, width: number, height: number): Picture {
  const seed = seedOf(name);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => hash(seed, i) >>> 24);
  return { width, height, pixels };
}

/** Rows of values of one name, in float64. */
export function madeUpRows(name: string, count: number, length: number): number[][] {
  const seed = seedOf(name);
  return Array.from(
    { length: count },
    (_, row) => Array.from({ length }, (_, i) => value(seed, row * length + i)),
  );
}

import type { Array64 } from "../op_check.ts";

export function maxPool2d({ shape, data }: Array64): Array64 {
  const [batch, channels, height, width] = shape;
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const result = new Float64Array(batch * channels * rows * columns).fill(-Infinity);
  for (const [i, value] of data.entries()) {
    const u = Math.floor(Math.floor(i / width) % height / 2);
    const v = Math.floor(i % width / 2);
    if (u >= rows || v >= columns) continue;
    const at = (Math.floor(i / (height * width)) * rows + u) * columns + v;
    result[at] = Math.max(result[at], value);
  }
  return { shape: [batch, channels, rows, columns], data: result };
}

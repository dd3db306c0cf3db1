import type { Array64 } from "../op_check.ts";

/** x [N, C, H, W] times factors [N, C, 1, 1]. */
export function scaleChannels({ shape, data }: Array64, factors: Array64): Array64 {
  const area = shape[2] * shape[3];
  return { shape, data: data.map((value, i) => value * factors.data[Math.floor(i / area)]) };
}

import type { Array64 } from "../op_check.ts";

/** A [N, C, H, W] array made value by value. */
export function image64(
  shape: readonly [batch: number, channels: number, height: number, width: number],
  value: (n: number, c: number, y: number, x: number) => number,
): Array64 {
  const [batch, channels, height, width] = shape;
  const data = new Float64Array(batch * channels * height * width);
  let i = 0;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) data[i++] = value(n, c, y, x);
      }
    }
  }
  return { shape, data };
}

/** The value at a pixel; zero outside the picture. */
export function at64({ shape, data }: Array64, n: number, c: number, y: number, x: number): number {
  const [, channels, height, width] = shape;
  const inside = y >= 0 && y < height && x >= 0 && x < width;
  return inside ? data[((n * channels + c) * height + y) * width + x] : 0;
}

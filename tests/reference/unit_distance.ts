import type { Array64 } from "../op_check.ts";

/** unit_distance by its definition: x [2, C, H, W], w [C]. */
export function unitDistance({ shape, data }: Array64, w: Array64): Array64 {
  const [, channels, height, width] = shape;
  const area = height * width;
  const unit = (picture: number, pixel: number) => {
    const values = Array.from(
      { length: channels },
      (_, c) => data[(picture * channels + c) * area + pixel],
    );
    const length = Math.hypot(...values) + 1e-10;
    return values.map((value) => value / length);
  };
  const distances = Float64Array.from({ length: area }, (_, pixel) => {
    const [a, b] = [unit(0, pixel), unit(1, pixel)];
    return w.data.reduce((sum, weight, c) => sum + weight * (a[c] - b[c]) ** 2, 0);
  });
  return { shape: [1, 1, height, width], data: distances };
}

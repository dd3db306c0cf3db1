import type { Picture } from "../../data/types.ts";
import type { Square } from "../../kernels/crop_and_resize.ts";
import type { Array64 } from "../op_check.ts";
import { image64 } from "./image.ts";

/** A square of a picture at `side` pixels, in [-1, 1], each pixel from all of the picture's by their weights. */
export function cropAndResize(
  { width, height, pixels }: Picture,
  { left, top, size }: Square,
  side: number,
): Array64 {
  const scale = size / side;
  const reach = Math.max(1, scale);
  const shares = (first: number, out: number, length: number) => {
    const centre = first + (out + 0.5) * scale - 0.5;
    if (centre < -0.5 || centre > length - 0.5) return null;
    const weights = Array.from(
      { length },
      (_, i) => Math.max(0, 1 - Math.abs(i - centre) / reach),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
  return image64([1, 3, side, side], (_, channel, u, v) => {
    const rows = shares(top, u, height);
    const columns = shares(left, v, width);
    if (!rows || !columns) return -1;
    let sum = 0;
    rows.forEach((row, i) =>
      columns.forEach((column, j) => sum += row * column * pixels[(i * width + j) * 3 + channel])
    );
    return sum / 127.5 - 1;
  });
}

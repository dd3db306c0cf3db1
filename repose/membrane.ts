import type { Size } from "../pose/types.ts";

/** Of the search: enough for a shape that fills a frame of 256 x 256 pixels. */
const SWEEPS = 150;
const RELAXATION = 1.9;

/**
 * Replaces colours [H, W, 3] inside a shape by the smoothest continuation of those outside (the membrane of Pérez et al.,
 * "Poisson Image Editing", 2003, equation 2 without guidance), found by successive over-relaxation.
 */
export function continueInto(
  values: Float32Array,
  { width, height }: Size,
  isInside: (pixel: number) => boolean,
): void {
  const inside: number[] = [];
  const sums = [0, 0, 0];
  values.forEach((value, i) => {
    if (isInside(Math.floor(i / 3))) inside.push(i);
    else sums[i % 3] += value;
  });
  const outside = Math.max(1, (values.length - inside.length) / 3);
  for (const i of inside) values[i] = sums[i % 3] / outside; // a beginning that little is left of to do
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const i of inside) {
      const at = Math.floor(i / 3), x = at % width, y = Math.floor(at / width);
      const left = x > 0 ? i - 3 : i, right = x + 1 < width ? i + 3 : i;
      const above = y > 0 ? i - 3 * width : i, below = y + 1 < height ? i + 3 * width : i;
      const mean = (values[left] + values[right] + values[above] + values[below]) / 4;
      values[i] += RELAXATION * (mean - values[i]);
    }
  }
}

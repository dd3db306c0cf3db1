import type { Array64 } from "../op_check.ts";
import { at64, image64 } from "./image.ts";

/**
 * Bilinear resize of pixels whose first lies `inset` pixels from the edge, as the sum over all pixels of value times
 * triangle.
 */
export function resizeBilinear(
  x: Array64,
  toHeight: number,
  toWidth: number,
  inset: number,
): Array64 {
  const [batch, channels, height, width] = x.shape;
  const shares = (from: number, to: number, out: number) => {
    const centre = Math.min(Math.max((out + inset) * from / to - inset, 0), from - 1);
    return Array.from({ length: from }, (_, i) => Math.max(0, 1 - Math.abs(i - centre)));
  };
  return image64([batch, channels, toHeight, toWidth], (n, c, u, v) => {
    const columns = shares(width, toWidth, v);
    return shares(height, toHeight, u).reduce(
      (sum, share, i) =>
        sum + share * columns.reduce((row, share, j) => row + share * at64(x, n, c, i, j), 0),
      0,
    );
  });
}

import type { Array64 } from "../op_check.ts";
import { image64 } from "./image.ts";

/**
 * 1 where the full-resolution point of a pixel is inside its convex quad of either winding, or within
 * 1e-4 pixels of its edges.
 */
export function regionMasksReference(
  regions: Array64,
  { height, width }: { height: number; width: number },
  level: number,
  style: "paper" | "released",
): Array64 {
  const [batch, parts] = regions.shape;
  const toFull = (v: number) => style === "paper" ? (v + 0.5) * 2 ** level - 0.5 : v * 2 ** level;
  return image64([batch, parts, height, width], (n, r, y, x) => {
    const quad = regions.data.subarray((n * parts + r) * 8, (n * parts + r + 1) * 8);
    const sides = [0, 1, 2, 3].map((k) => {
      const [x0, y0] = quad.subarray(2 * k);
      const [x1, y1] = quad.subarray(2 * ((k + 1) % 4));
      const area = (x1 - x0) * (toFull(y) - y0) - (y1 - y0) * (toFull(x) - x0);
      return area / Math.hypot(x1 - x0, y1 - y0);
    });
    return sides.every((side) => side >= -1e-4) || sides.every((side) => side <= 1e-4) ? 1 : 0;
  });
}

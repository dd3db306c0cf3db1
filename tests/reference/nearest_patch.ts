import type { Array64 } from "../op_check.ts";
import { at64 } from "./image.ts";

/** Mean over pixels of the least L1 distance over channels to b in the window, inside the picture. */
export function nearestPatchReference(a: Array64, b: Array64, window: number): Array64 {
  const [batch, channels, height, width] = a.shape;
  const half = (window - 1) / 2;
  let total = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let least = Infinity;
        for (let v = Math.max(0, y - half); v <= Math.min(height - 1, y + half); v++) {
          for (let u = Math.max(0, x - half); u <= Math.min(width - 1, x + half); u++) {
            let distance = 0;
            for (let c = 0; c < channels; c++) {
              distance += Math.abs(at64(a, n, c, y, x) - at64(b, n, c, v, u));
            }
            least = Math.min(least, distance);
          }
        }
        total += least;
      }
    }
  }
  return { shape: [1], data: Float64Array.of(total / (batch * height * width)) };
}

import type { DeformOptions } from "../../kernels/deform.ts";
import type { Array64 } from "../op_check.ts";
import { at64, image64 } from "./image.ts";

/** The deformable skip with every part's deformed features made in full, then fused. */
export function deformReference(
  features: Array64,
  maps: Array64,
  masks: Array64,
  { level, sampling, maskOn, fusion, identity }: DeformOptions,
): Array64 {
  const [batch, channels, height, width] = features.shape;
  const parts = masks.shape[1];
  const shape = [batch, channels, height, width] as const;
  const scale = 2 ** level;

  const sourcePoint = (n: number, h: number, y: number, x: number) => {
    const [a, b, c, d, e, f] = maps.data.subarray((n * parts + h) * 6);
    if (sampling === "nearest") {
      return { x: a * x + b * y + c / scale, y: d * x + e * y + f / scale };
    }
    const full = { x: (x + 0.5) * scale - 0.5, y: (y + 0.5) * scale - 0.5 };
    return {
      x: (a * full.x + b * full.y + c + 0.5) / scale - 0.5,
      y: (d * full.x + e * full.y + f + 0.5) / scale - 0.5,
    };
  };
  const deformed = (h: number) => {
    const masked = image64(
      shape,
      (n, c, y, x) =>
        at64(features, n, c, y, x) * (maskOn === "source" ? at64(masks, n, h, y, x) : 1),
    );
    return image64(shape, (n, c, y, x) => {
      const value = sample(masked, n, c, sourcePoint(n, h, y, x), sampling);
      return maskOn === "target" ? value * at64(masks, n, h, y, x) : value;
    });
  };
  const copies = Array.from({ length: parts }, (_, h) => deformed(h));
  if (identity) copies.unshift(features);

  return image64(shape, (n, c, y, x) => {
    const values = copies.map((copy) => at64(copy, n, c, y, x));
    if (fusion === "max") return Math.max(...values);
    let count = identity ? 1 : 0;
    for (let h = 0; h < parts; h++) count += maskOn === "source" ? 1 : at64(masks, n, h, y, x);
    return count === 0 ? 0 : values.reduce((sum, value) => sum + value) / count;
  });
}

function sample(
  image: Array64,
  n: number,
  c: number,
  { x, y }: { x: number; y: number },
  sampling: DeformOptions["sampling"],
): number {
  if (sampling === "nearest") return at64(image, n, c, roundAway(y), roundAway(x));
  const left = Math.floor(x), top = Math.floor(y);
  const fx = x - left, fy = y - top;
  return (1 - fy) *
      ((1 - fx) * at64(image, n, c, top, left) + fx * at64(image, n, c, top, left + 1)) +
    fy * ((1 - fx) * at64(image, n, c, top + 1, left) + fx * at64(image, n, c, top + 1, left + 1));
}

/** Halves go away from zero, and so does what is less than a half by 2e-5 at most. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.50002);
}

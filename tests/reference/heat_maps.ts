import type { Array64 } from "../op_check.ts";
import { image64 } from "./image.ts";

/** exp(-|p - joint|^2 / (2 sigma^2)); zero for a missing joint. */
export function heatMapsReference(
  joints: Array64,
  { height, width }: { height: number; width: number },
  sigma: number,
): Array64 {
  const [batch, count] = joints.shape;
  return image64([batch, count, height, width], (n, k, y, x) => {
    const [jx, jy] = joints.data.subarray((n * count + k) * 2);
    return jx < 0 ? 0 : Math.exp(-((x - jx) ** 2 + (y - jy) ** 2) / (2 * sigma ** 2));
  });
}

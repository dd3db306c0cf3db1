import type { Joints } from "./types.ts";

/**
 * The pose in a picture that was scaled by `scale` and then moved by (dx, dy) pixels, as a
 * letterbox does. Pixel centres are integers, so x' = (x + 0.5) scale - 0.5 + dx.
 */
export function transformJoints(joints: Joints, scale: number, dx: number, dy: number): Joints {
  return joints.map((point) =>
    point && {
      x: (point.x + 0.5) * scale - 0.5 + dx,
      y: (point.y + 0.5) * scale - 0.5 + dy,
    }
  );
}

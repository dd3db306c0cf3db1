/** Poses as OpenPose writes them (BODY_18, which is the order of `human`). */
import type { Joints } from "../types.ts";

/** The text of a pose file (JSON) with one person; coordinates have two decimals, missing joints are 0, 0, 0. */
export function formatOpenPose(joints: Joints): string {
  const values = joints.flatMap((point) =>
    point ? [twoDecimals(point.x), twoDecimals(point.y), 1] : [0, 0, 0]
  );
  return `${JSON.stringify({ version: 1.3, people: [{ pose_keypoints_2d: values }] })}\n`;
}

function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}

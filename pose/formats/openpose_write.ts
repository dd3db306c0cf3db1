/** Poses as OpenPose writes them (BODY_18, which is the order of `human`). */
import type { Joints, Size } from "../types.ts";

/**
 * The text of a pose file (JSON) with one person; coordinates have two decimals, missing joints are 0, 0, 0.
 *
 * @param size of the picture that the pose belongs to, noted as ControlNet's programs do
 */
export function formatOpenPose(joints: Joints, { width, height }: Size): string {
  const values = joints.flatMap((point) =>
    point ? [twoDecimals(point.x), twoDecimals(point.y), 1] : [0, 0, 0]
  );
  const people = [{ pose_keypoints_2d: values }];
  const canvas = { canvas_width: width, canvas_height: height };
  return `${JSON.stringify({ version: 1.3, people, ...canvas })}\n`;
}

function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}

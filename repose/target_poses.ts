/** The poses to paint somebody in: where they come from, and how they come into the model's frame. */
import { isInside } from "../pose/formats/inside.ts";
import { personJoints, type PoseFile } from "../pose/formats/pose_json.ts";
import { frameName, parsePoseTrack } from "../pose/formats/pose_track.ts";
import { human, missingAnchors } from "../pose/skeleton.ts";
import { holdMissing, smoothOverTime } from "../pose/track.ts";
import type { Joints, Size } from "../pose/types.ts";
import { isSameSize, jointsInView, personView } from "./view.ts";

/** A pose to paint somebody in. */
export interface TargetPose {
  /** For error messages. */
  readonly name: string;
  /** All missing where nobody is seen. */
  readonly joints: Joints;
  /** Of the picture that it belongs to; null where that is not known. */
  readonly size: Size | null;
}

/** One pose, or several in order. */
export interface TargetPoses {
  readonly poses: readonly TargetPose[];
  /** Whether they came as a series, even one of a single pose. */
  readonly isSeries: boolean;
  /** Poses a second, where the file says. */
  readonly fps?: number;
}

export function onePose(pose: TargetPose): TargetPoses {
  return { poses: [pose], isSeries: false };
}

/**
 * The track or the one pose in a parsed JSON file.
 * @throws Error of one line that names the file, and in a track the frame, at fault.
 */
export function posesInDocument(document: unknown, given: PoseFile): TargetPoses {
  const { file, size } = given;
  const track = parsePoseTrack(document, given);
  if (!track) return onePose({ name: file, joints: personJoints(document, given), size });
  const poses = track.frames.map((joints, i) => ({ name: frameName(file, i), joints, size }));
  return { poses, isSeries: true, fps: track.fps };
}

/** @throws Error that begins with `name` for a pose without all of the anchor joints. */
export function requireAnchors(name: string, joints: Joints): void {
  const missing = missingAnchors(human, joints);
  if (missing.length === 0) return;
  const isNobody = joints.every((point) => point === null);
  const lack = isNobody ? "shows nobody" : `lacks ${missing.join(", ")}`;
  throw new Error(`${name} ${lack}: a pose needs ${human.anchor.join(", ")}`);
}

/**
 * Poses over time in which joints that are missing for a while stay where they were, smoothed.
 *
 * @param smooth standard deviation of the window in frames; 0: not smoothed
 * @throws Error that begins with `name` where an anchor joint is never seen
 */
export function steadyPoses(
  name: string,
  poses: readonly TargetPose[],
  smooth: number,
): TargetPose[] {
  const held = holdMissing(poses.map(({ joints }) => joints));
  const all = poses.length === 1 ? name : `${name}, in all of its ${poses.length} poses,`;
  requireAnchors(all, held[0]);
  const steady = smoothOverTime(held, smooth);
  return poses.map((pose, i) => ({ ...pose, joints: steady[i] }));
}

/**
 * Poses in the model's frame. Those that lie in a picture of its size stay as they are; any others are
 * fitted together, with one scale and place for all.
 *
 * @param usual the size that poses of an unknown picture count as of
 */
export function fitPoses(poses: readonly TargetPose[], frame: Size, usual: Size = frame): Joints[] {
  const joints = poses.map(({ joints }) => joints);
  const fitAlready = poses.every(({ joints, size }) =>
    isSameSize(size ?? usual, frame) &&
    joints.every((point) => point === null || isInside(point, frame))
  );
  if (fitAlready) return joints;
  const view = personView(joints, frame);
  return joints.map((pose) => jointsInView(pose, view));
}

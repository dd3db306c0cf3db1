/** The poses to paint somebody in: where they come from, and how they come into the model's frame. */
import { isInside } from "../pose/formats/inside.ts";
import { posedJoints, type PoseFile } from "../pose/formats/pose_json.ts";
import { frameName, parsePoseTrack } from "../pose/formats/pose_track.ts";
import { fitProportions, ofHeight, proportions } from "../pose/proportions.ts";
import { human, isHuman, missingAnchors, type Skeleton } from "../pose/skeleton.ts";
import { holdMissing, smoothOverTime } from "../pose/track.ts";
import type { Joints, Size } from "../pose/types.ts";
import { isSameSize, jointsInView, personView, type View, wholeView } from "./view.ts";

/** A pose in a picture. */
export interface PlacedPose {
  /** All missing where nobody is seen. */
  readonly joints: Joints;
  /** Of the picture that it belongs to; null where that is not known. */
  readonly size: Size | null;
}

/** Poses a second where nothing says. */
export const USUAL_FPS = 25;

/** A pose to paint somebody in. */
export interface TargetPose extends PlacedPose {
  /** For error messages. */
  readonly name: string;
}

/** One pose, or several in order. */
export interface TargetPoses {
  readonly poses: readonly TargetPose[];
  /** Whether they came as a series, even one of a single pose. */
  readonly isSeries: boolean;
  /** Whether they are one person's, in pictures of one scale. */
  readonly isMovement: boolean;
  /** Poses a second, where the file says. */
  readonly fps?: number;
}

export function onePose(pose: TargetPose): TargetPoses {
  return { poses: [pose], isSeries: false, isMovement: false };
}

/**
 * The track or the one pose in a parsed JSON file.
 * @throws Error of one line that names the file, and in a track the frame, at fault.
 */
export function posesInDocument(document: unknown, given: PoseFile): TargetPoses {
  const { file, size } = given;
  const track = parsePoseTrack(document, given);
  if (!track) return onePose({ name: file, joints: posedJoints(document, given), size });
  const poses = track.frames.map((joints, i) => ({ name: frameName(file, i), joints, size }));
  return { poses, isSeries: true, isMovement: true, fps: track.fps };
}

/** @throws Error that begins with `name` for a pose without all of the anchor joints. */
export function requireAnchors(
  name: string,
  joints: Joints,
  skeleton: Skeleton = human,
): void {
  const missing = missingAnchors(skeleton, joints);
  if (missing.length === 0) return;
  const isNobody = joints.every((point) => point === null);
  const lack = isNobody
    ? isHuman(skeleton) ? "shows nobody" : `shows no ${skeleton.name}`
    : `lacks ${missing.join(", ")}`;
  throw new Error(`${name} ${lack}: a pose needs ${skeleton.anchor.join(", ")}`);
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
  skeleton: Skeleton = human,
): TargetPose[] {
  const held = holdMissing(poses.map(({ joints }) => joints));
  const all = poses.length === 1 ? name : `${name}, in all of its ${poses.length} poses,`;
  requireAnchors(all, held[0], skeleton);
  const steady = smoothOverTime(held, smooth);
  return poses.map((pose, i) => ({ ...pose, joints: steady[i] }));
}

/**
 * Poses in the model's frame, with the proportions of the person who is painted (`fitProportions`).
 *
 * Poses that lie in a picture of the frame's size say where and how tall somebody stands in it: they keep their place on
 * the ground and their height. Others are taken closely into the frame, with one scale and place for all, which says
 * nothing of their height: they get the person's. Where the person does not fit into the frame so, as with raised arms,
 * they are taken closely into it once more.
 *
 * @param person the joints of the person in the frame; null leaves the poses in their own proportions
 * @param usual the size that poses of an unknown picture count as of
 * @param movement all poses of the one who takes these, at their scale
 * @param skeleton whose poses they are
 */
export function fitPoses(
  poses: readonly PlacedPose[],
  frame: Size,
  person: Joints | null,
  usual: Size = frame,
  movement: readonly PlacedPose[] = poses,
  skeleton: Skeleton = human,
): Joints[] {
  const [joints, all] = [poses, movement].map((poses) => poses.map(({ joints }) => joints));
  const isInFrame = lieIn(frame, joints) &&
    poses.every(({ size }) => isSameSize(size ?? usual, frame));
  const view = isInFrame ? wholeView(frame) : personView(joints, frame);
  const from = proportions(skeleton, all), to = person && proportions(skeleton, [person]);
  if (!from || !to) return isInFrame ? joints : inView(joints, view);
  const height = isInFrame ? from.height : to.height * view.box.height / frame.height;
  const fitted = inView(fitProportions(skeleton, joints, from, ofHeight(to, height)), view);
  return isInFrame || lieIn(frame, fitted) ? fitted : inView(fitted, personView(fitted, frame));
}

function lieIn(frame: Size, poses: readonly Joints[]): boolean {
  return poses.flat().every((point) => point === null || isInside(point, frame));
}

function inView(poses: readonly Joints[], view: View): Joints[] {
  return poses.map((joints) => jointsInView(joints, view));
}

/** The poses to paint somebody in: where they come from, and how they come into the model's frame. */
import { mean } from "../pose/affine.ts";
import { isInside } from "../pose/formats/inside.ts";
import { canvasOf, posedJoints, type PoseFile } from "../pose/formats/pose_json.ts";
import { frameName, parsePoseTrack } from "../pose/formats/pose_track.ts";
import { linksOf } from "../pose/links.ts";
import { fitProportions, ofHeight, proportions } from "../pose/proportions.ts";
import { human, isHuman, missingAnchors, seenJoints, type Skeleton } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
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
  /** How many people its picture shows, where one was looked at; the pose is the largest one's. */
  readonly people?: number;
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
 * The track or the one pose in a parsed JSON file; of the picture that the file notes, where its size is not given.
 * @throws Error of one line that names the file, and in a track the frame, at fault.
 */
export function posesInDocument(document: unknown, given: PoseFile): TargetPoses {
  const { file } = given;
  const size = given.size ?? canvasOf(document, file);
  const placed = { ...given, size };
  const track = parsePoseTrack(document, placed);
  if (!track) return onePose({ name: file, joints: posedJoints(document, placed), size });
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
 * the ground and their height. Others say nothing of either: they are taken into the frame with one scale and place for
 * all, get the person's height, and stand where the person stands. Where the person does not fit into the frame so, as
 * with raised arms, they are taken closely into it.
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
  if (isInFrame) return fitted;
  const placed = whereSomebodyStands(skeleton, person, fitted, frame);
  return lieIn(frame, placed) ? placed : inView(placed, personView(placed, frame));
}

/** Beside the outermost joints, for hands and feet, as a share of the frame's width. */
const ROOM = 0.04;

/**
 * Poses moved, all alike, so that their hips are above each other, on average, and the lowest foot is as low as the
 * person's, as far as the frame has room: what is painted covers the person in the source.
 */
function whereSomebodyStands(
  skeleton: Skeleton,
  person: Joints,
  poses: readonly Joints[],
  frame: Size,
): Joints[] {
  const hips = skeleton.anchor.slice(2);
  const { feet } = linksOf(skeleton);
  const points = poses.flat().filter((point) => point !== null);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const seen = (all: readonly Joints[], names: readonly string[]) =>
    all.flatMap((joints) => seenJoints(skeleton, joints, names));
  const middle = (all: readonly Joints[]) => mean(seen(all, hips)).x;
  const ground = (all: readonly Joints[]) => Math.max(...seen(all, feet).map(({ y }) => y));
  const aside = middle([person]) - middle(poses);
  const down = ground([person]) - ground(poses);
  const room = ROOM * frame.width;
  const dx = within(aside, room - Math.min(...xs), frame.width - 1 - room - Math.max(...xs));
  const dy = within(down, room - Math.min(...ys), frame.height - 1 - room - Math.max(...ys));
  return poses.map((joints) => transformJoints(joints, 1, dx, dy));
}

/** A way between two limits; none where it is not known. */
function within(way: number, least: number, most: number): number {
  return Number.isFinite(way) ? Math.max(least, Math.min(most, way)) : 0;
}

function lieIn(frame: Size, poses: readonly Joints[]): boolean {
  return poses.flat().every((point) => point === null || isInside(point, frame));
}

function inView(poses: readonly Joints[], view: View): Joints[] {
  return poses.map((joints) => jointsInView(joints, view));
}

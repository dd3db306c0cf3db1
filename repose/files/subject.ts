import type { Sample } from "../../data/dataset.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { pasteBack } from "../paste.ts";
import {
  jointsInView,
  keepInside,
  personView,
  pictureInView,
  type View,
  wholeView,
} from "../person_view.ts";
import type { Picture } from "../../data/pictures/picture.ts";
import type { Random } from "../../engine/random.ts";
import type { ModelConfiguration } from "../../model/configuration.ts";
import type { Painter } from "../painter.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { fitPoses } from "../fit_poses.ts";
import { repose } from "../repose.ts";
import type { FindPose } from "./find_pose.ts";
import { readPose, requireAnchors } from "./pose_file.ts";
import type { TargetPose } from "./target_poses.ts";

/** Poses painted at a time. */
const batch = 4;

/** The person who is painted. */
export interface Subject {
  readonly original: Picture;
  /** What the model sees of it. */
  readonly view: View;
  /** In the model's frame. */
  readonly sample: Sample;
}

/**
 * Reads a picture with a person and fits the person to the model's frame; a picture of the frame's size stays as it is.
 * Throws an Error of one line that names the file at fault.
 *
 * @param pose as `readPose` takes it; without it the pose is found in the picture
 */
export async function readSubject(
  file: string,
  pose: string | undefined,
  { size, skeleton }: ModelConfiguration,
  findPose: FindPose,
): Promise<Subject> {
  const original = await readPicture(file);
  const joints = pose === undefined
    ? await findPose(original)
    : await readPose(pose, skeleton, original);
  requireAnchors(file, skeleton, joints);
  const view = isSameSize(original, size)
    ? wholeView(size)
    : keepInside(personView([joints], size), original);
  const picture = pictureInView(original, view);
  const sample = { name: file, picture, joints: jointsInView(joints, view) };
  return { original, view, sample };
}

/** What happened to a picture that has not the model's size, for people; null where nothing did. */
export function fittingNote({ original, view: { box, frame }, sample }: Subject): string | null {
  if (isSameSize(original, frame)) return null;
  const [from, to, shown] = [original, frame, box].map(({ width, height }) => `${height}x${width}`);
  return `${sample.name} was fitted from ${from} to ${to} (height x width): ${shown} round the person`;
}

/** Whose bone lengths target poses have: those of the person who is painted, or their own. */
export type Whose = "source" | "target";

/**
 * Poses in the model's frame, by `fitPoses`. As lying in the frame count those that lie in a picture of its size, a pose
 * file counting as of the subject's picture.
 *
 * @param movement all poses that are known of who takes these
 */
export function fitTargets(
  poses: readonly TargetPose[],
  { original, view: { frame }, sample }: Subject,
  proportions: Whose,
  movement = poses,
): Joints[] {
  const [joints, all] = [poses, movement].map((poses) => poses.map(({ joints }) => joints));
  const areOfFrame = poses.every(({ size }) => isSameSize(size ?? original, frame));
  return fitPoses(joints, frame, proportions === "source" ? sample.joints : null, areOfFrame, all);
}

/**
 * Paints the subject in each pose of the model's frame.
 *
 * @param paste put each back into the subject's picture
 * @param noise draws dropout
 */
export async function* paintSubject(
  painter: Painter,
  { original, view, sample }: Subject,
  poses: readonly Joints[],
  paste: boolean,
  noise: Random | null = null,
): AsyncGenerator<Picture> {
  const { picture } = sample;
  for (let i = 0; i < poses.length; i += batch) {
    const pairs = poses.slice(i, i + batch).map((joints) => ({
      source: sample,
      target: { name: "target", picture, joints },
    }));
    for (const painted of await repose(painter, pairs, batch, noise)) {
      yield paste ? pasteBack(original, painted, view) : painted;
    }
  }
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

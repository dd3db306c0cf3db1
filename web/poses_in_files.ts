/** Poses from outside, brought into a model's frame. */
import { jointsInView, personView } from "../data/person_view.ts";
import { isInside } from "../pose/formats/inside.ts";
import { parsePoseJson } from "../pose/formats/pose_json.ts";
import { human, missingAnchors } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";

/**
 * The pose in the text of a pose file: as it is where it lies in the frame, else fitted to it.
 * Throws an Error of one line that names the file and what is wrong with it.
 */
export function poseInFile(text: string, file: string, frame: Size): Joints {
  const joints = parsePoseJson(text, { file, size: null });
  requireAnchors(joints, file);
  const isFit = joints.every((point) => point === null || isInside(point, frame));
  return isFit ? joints : fitPose(joints, frame);
}

/** A pose that was found in a photo, fitted to the frame. Throws an Error where it is no whole one. */
export function poseInPhoto(joints: Joints, file: string, frame: Size): Joints {
  requireAnchors(joints, file);
  return fitPose(joints, frame);
}

function fitPose(joints: Joints, frame: Size): Joints {
  return jointsInView(joints, personView([joints], frame));
}

function requireAnchors(joints: Joints, file: string): void {
  const missing = missingAnchors(human, joints);
  if (missing.length === 0) return;
  throw new Error(
    `${file} shows nobody with both shoulders and both hips, which a pose needs; ` +
      `not seen: ${missing.join(", ")}.`,
  );
}

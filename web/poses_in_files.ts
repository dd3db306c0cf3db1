/** Poses from outside. */
import { parseJson, personJoints } from "../pose/formats/pose_json.ts";
import { parsePoseTrack, type PoseTrack } from "../pose/formats/pose_track.ts";
import { human, missingAnchors } from "../pose/skeleton.ts";
import { holdMissing } from "../pose/track.ts";
import type { Joints } from "../pose/types.ts";

/**
 * The pose or the pose track in a file's text, in the file's pixels. What a track does not see is held.
 * Throws an Error of one line that names the file and what is wrong with it.
 */
export function posesInFile(text: string, file: string): PoseTrack {
  const document = parseJson(text, file);
  const pose = { file, size: null };
  const { frames, fps } = parsePoseTrack(document, pose) ??
    { frames: [personJoints(document, pose)] };
  const held = holdMissing(frames);
  requireAnchors(held[0], file);
  return { frames: held, fps };
}

/** Throws an Error of one line that names the file unless it shows both shoulders and both hips. */
export function requireAnchors(joints: Joints, file: string): void {
  const missing = missingAnchors(human, joints);
  if (missing.length === 0) return;
  throw new Error(
    `${file} shows nobody with both shoulders and both hips, which a pose needs; ` +
      `not seen: ${missing.join(", ")}.`,
  );
}

/** Poses over time: JSON such as `{"fps": 25, "frames": [POSE, ...]}`, each POSE being what a pose file holds. */
import { human } from "../skeleton.ts";
import type { Joints } from "../types.ts";
import { isObject } from "./keypoints.ts";
import { posedJoints, type PoseFile } from "./pose_json.ts";

export interface PoseTrack {
  /** All joints of a frame are missing where it shows nobody. */
  readonly frames: readonly Joints[];
  /** Poses a second; undefined where the file does not say. */
  readonly fps?: number;
}

const MOST_FPS = 240;

/**
 * The track that a document holds, or null where it is none, having no `frames`.
 * @throws Error of one line that names the file and the frame at fault.
 */
export function parsePoseTrack(
  document: unknown,
  { file, ...given }: PoseFile,
): PoseTrack | null {
  if (!isObject(document) || !("frames" in document)) return null;
  const { frames, fps } = document;
  if (!Array.isArray(frames) || frames.length === 0) {
    throw new Error(`${file}: "frames" must be a list of poses`);
  }
  if (fps !== undefined && !(typeof fps === "number" && fps > 0 && fps <= MOST_FPS)) {
    throw new Error(`${file}: "fps" must be a number above 0, at most ${MOST_FPS}`);
  }
  return {
    frames: frames.map((frame, i) => jointsOfFrame(frame, { file: frameName(file, i), ...given })),
    fps,
  };
}

/** What errors call a frame of a track. */
export function frameName(file: string, frame: number): string {
  return `${file}: frames[${frame}]`;
}

/**
 * The joints of one pose of a series. Pose estimators write an empty list of people, and others null, for a picture
 * without any.
 * @throws as `posedJoints`.
 */
export function jointsOfFrame(document: unknown, pose: PoseFile): Joints {
  const isNobody = document === null ||
    isObject(document) && Array.isArray(document.people) && document.people.length === 0;
  const { joints } = pose.skeleton ?? human;
  return isNobody ? joints.map(() => null) : posedJoints(document, pose);
}

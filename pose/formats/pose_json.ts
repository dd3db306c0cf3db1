/**
 * Poses in the JSON of pose estimators. Which format a file has is told by its keys and the number of
 * its joints; a file that leaves the order of its joints open is refused.
 */
import { human, isHuman, type Skeleton } from "../skeleton.ts";
import type { Joints, Point, Size } from "../types.ts";
import { checkAllInside, checkInside } from "./inside.ts";
import { isObject, type Keypoint, readKeypoints } from "./keypoints.ts";
import { namedJoints } from "./named_pose.ts";
import { orders, type PoseFormat, poseFormats } from "./orders.ts";

/** What a file says besides its text. */
export interface PoseFile {
  /** For error messages. */
  readonly file: string;
  /** Given by whoever knows it; otherwise the file's keys must tell. */
  readonly format?: PoseFormat;
  /** Of the picture that the pose belongs to; null where it is not known, so that fractions of it mean nothing. */
  readonly size: Size | null;
  /** Whose pose it is: a person's, unless given. */
  readonly skeleton?: Skeleton;
}

/**
 * The joints of the first person in OpenPose's JSON (BODY_18 or BODY_25), COCO's (17 joints), that of
 * COCO-WholeBody or DWPose (its body), or MediaPipe's (33 landmarks, in fractions of the picture).
 * A neck that the format lacks is the middle of the shoulders.
 * @throws Error of one line that names the file and the entry at fault: also where no joint was
 * seen, one lies outside the picture, or x and y are swapped.
 */
export function parsePoseJson(text: string, given: PoseFile): Joints {
  return posedJoints(parseJson(text, given.file), given);
}

/** As `parsePoseJson`, of a document that is parsed already; those of other things than people as `namedJoints`. */
export function posedJoints(document: unknown, given: PoseFile): Joints {
  const { file, size, skeleton = human } = given;
  if (isHuman(skeleton)) return personJoints(document, given);
  const joints = namedJoints(document, skeleton, file);
  if (size) checkAllInside(joints, skeleton.joints, file, size);
  return joints;
}

function personJoints(document: unknown, { file, format, size }: PoseFile): Joints {
  const found = findKeypoints(document, file, file, 0);
  const keypoints = readKeypoints(found.list, found.where, found.scores);
  if (size) checkCanvas(document, file, size);
  const points = inHumanOrder(keypoints, found, format, file);
  if (points.every((point) => point === null)) {
    throw new Error(`${found.where} has no joint that was seen`);
  }
  const joints = inPixels(points, (format ?? found.format) === "mediapipe", found.where, size);
  if (size) checkAllInside(joints, human.joints, file, size);
  joints.forEach((point, i) => point && checkInside(point, `${found.where}: ${human.joints[i]}`));
  return joints;
}

/** @throws Error that names the file where the text is not JSON. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replace(/\s+/g, " ")}`);
  }
}

interface Found {
  readonly list: readonly unknown[];
  readonly scores?: unknown;
  /** The file and the way to the list in it. */
  readonly where: string;
  /** What the key of the list says; null where it says nothing. */
  readonly format: PoseFormat | null;
}

/** Keys with a list of joints: what they are called in each format; null: the number of joints tells. */
const listKeys: Readonly<Record<string, PoseFormat | null>> = {
  pose_keypoints_2d: "openpose",
  keypoints: null,
  landmarks: "mediapipe",
  landmark: "mediapipe",
  poseLandmarks: "mediapipe",
  pose_landmarks: "mediapipe",
};
const peopleKeys = ["people", "annotations", "instance_info", "predictions"];
const DEEPEST = 8;

/** The list of the first person's joints. */
function findKeypoints(value: unknown, file: string, where: string, depth: number): Found {
  if (depth > DEEPEST) throw new Error(`${file} holds lists in lists, but no pose`);
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Error(`${where} is empty: nobody was found`);
    const [first] = value;
    if (isJointList(value)) {
      const isLandmark = isObject(first) && "visibility" in first;
      return { list: value, where, format: isLandmark ? "mediapipe" : null };
    }
    return findKeypoints(first, file, `${where}[0]`, depth + 1);
  }
  const below = (key: string) => where === file ? `${file}: ${key}` : `${where}.${key}`;
  if (isObject(value)) {
    for (const [key, format] of Object.entries(listKeys)) {
      if (!Object.hasOwn(value, key)) continue;
      const found = findKeypoints(listOf(value[key], below(key)), file, below(key), depth + 1);
      return { ...found, scores: value.keypoint_scores, format: format ?? byCount(found) };
    }
    const key = peopleKeys.find((key) => Object.hasOwn(value, key));
    if (key) return findKeypoints(listOf(value[key], below(key)), file, below(key), depth + 1);
  }
  const keys = [...peopleKeys, ...Object.keys(listKeys)].join(", ");
  throw new Error(`${where} has no pose: none of ${keys}`);
}

function isJointList([first]: readonly unknown[]): boolean {
  if (Array.isArray(first)) return typeof first[0] === "number";
  return !isObject(first) || "x" in first;
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value) && "landmark" in value) return [value];
  throw new Error(`${where} is not a list`);
}

/** The format of joints in pixels whose key is used by several. */
function byCount({ list }: Found): PoseFormat | null {
  const count = typeof list[0] === "number" ? list.length / 3 : list.length;
  const has = (format: PoseFormat) => orders[format].some((order) => order.count === count);
  return (["coco", "wholebody"] as const).find(has) ?? null;
}

function inHumanOrder(
  keypoints: readonly Keypoint[],
  { format: told, where }: Found,
  given: PoseFormat | undefined,
  file: string,
): Joints {
  const named = keypoints.every(({ name }) => name !== null);
  const names = named ? keypoints.map(({ name }) => name) : namesByOrder();
  const point = (joint: string): Point | null => {
    const keypoint = keypoints[names.indexOf(joint)];
    return keypoint?.seen ? { x: keypoint.x, y: keypoint.y } : null;
  };
  return human.joints.map((joint) =>
    joint === "neck" && !names.includes(joint)
      ? middle(point("right shoulder"), point("left shoulder"))
      : point(joint)
  );

  function namesByOrder(): readonly (string | null)[] {
    const format = given ?? told;
    if (format === null) {
      const prefixes = poseFormats.map((name) => `${name}:`).join(", ");
      throw new Error(
        `${where} has ${keypoints.length} joints and does not say in which order: put one of ` +
          `${prefixes} before ${file}`,
      );
    }
    const order = orders[format].find(({ count }) => count === keypoints.length);
    if (order) return order.joints;
    const counts = orders[format].map(({ count }) => count).join(" or ");
    throw new Error(`${where} has ${keypoints.length} joints, but ${format} has ${counts}`);
  }
}

function middle(a: Point | null, b: Point | null): Point | null {
  return a && b && { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Fractions count from the picture's edge, half a pixel before the first centre. */
function inPixels(
  joints: Joints,
  areFractions: boolean,
  where: string,
  size: Size | null,
): Joints {
  const seen = joints.filter((point) => point !== null);
  if (areFractions) {
    if (size === null) {
      throw new Error(
        `${where} holds fractions of a picture of unknown size: say it (--pose-size)`,
      );
    }
    if (seen.every(({ x, y }) => x > 2 || y > 2)) {
      throw new RangeError(`${where} must be fractions of the picture, but holds pixels`);
    }
    return joints.map((point) =>
      point && { x: point.x * size.width - 0.5, y: point.y * size.height - 0.5 }
    );
  }
  if (seen.length > 1 && seen.every(({ x, y }) => Math.abs(x) <= 1 && Math.abs(y) <= 1)) {
    throw new RangeError(
      `${where} holds fractions of the picture, but pixels are needed: multiply x by its width ` +
        `and y by its height`,
    );
  }
  return joints;
}

/**
 * The size of the picture that a pose, or a track, belongs to, as ControlNet's programs note it; null where none is.
 * @throws Error that names the file where it is no size.
 */
export function canvasOf(document: unknown, file: string): Size | null {
  const canvas = Array.isArray(document) ? document[0] : document;
  if (!isObject(canvas) || canvas.canvas_width === undefined) return null;
  const { canvas_width: width, canvas_height: height } = canvas;
  const isLength = (value: unknown): value is number => typeof value === "number" && value > 0;
  if (isLength(width) && isLength(height)) return { width, height };
  throw new Error(`${file}: canvas_width and canvas_height must be numbers above 0`);
}

function checkCanvas(document: unknown, file: string, { width, height }: Size): void {
  const canvas = canvasOf(document, file);
  if (!canvas || (canvas.width === width && canvas.height === height)) return;
  throw new Error(
    `${file} belongs to a ${canvas.width}x${canvas.height} (width x height) picture, but this ` +
      `one has ${width}x${height}`,
  );
}

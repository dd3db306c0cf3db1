/**
 * OpenPose's JSON output: `people[i].pose_keypoints_2d` is a flat list x, y, confidence per joint,
 * in pixels; a joint that was not seen has confidence 0.
 */
import { human } from "../skeleton.ts";
import type { Joints, Point, Size } from "../types.ts";
import { checkInside } from "./inside.ts";

/** Where each joint of `human` stands in OpenPose's body models, by their number of joints. */
const BODY_MODELS: ReadonlyMap<number, readonly number[]> = new Map([
  [18, human.joints.map((_, i) => i)],
  // BODY_25 has the middle of the hips as joint 8, and the feet after the ears.
  [25, human.joints.map((_, i) => i < 8 ? i : i + 1)],
]);

/**
 * The joints of the first person in OpenPose's JSON, of BODY_18 (COCO) or BODY_25.
 * Throws an Error that names the file and the entry at fault; joints outside the picture are
 * refused where `size` is given.
 */
export function parseOpenPose(text: string, file: string, size?: Size): Joints {
  const values = firstPerson(parseJson(text, file), file);
  const model = BODY_MODELS.get(values.length / 3);
  if (!model) {
    const wanted = "must have 54 (BODY_18) or 75 (BODY_25)";
    throw new Error(`${file}: people[0].pose_keypoints_2d has ${values.length} numbers, ${wanted}`);
  }
  const numbers = values.map((value, i) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const found = JSON.stringify(value).slice(0, 40);
    throw new Error(`${file}: people[0].pose_keypoints_2d[${i}] is ${found}, not a number`);
  });
  const joints = model.map((index, joint): Point | null => {
    const [x, y, confidence] = numbers.slice(3 * index, 3 * index + 3);
    if (confidence <= 0) return null;
    checkInside({ x, y }, `${file}: ${human.joints[joint]}`, size);
    return { x, y };
  });
  if (joints.every((point) => point === null)) {
    throw new Error(`${file}: people[0] has no joint that was seen`);
  }
  return joints;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replace(/\s+/g, " ")}`);
  }
}

function firstPerson(document: unknown, file: string): unknown[] {
  const people = field(document, "people");
  if (!Array.isArray(people)) throw new Error(`${file}: there is no list "people"`);
  if (people.length === 0) throw new Error(`${file}: "people" is empty: nobody was found`);
  const values = field(people[0], "pose_keypoints_2d");
  if (!Array.isArray(values)) {
    throw new Error(`${file}: people[0] has no list "pose_keypoints_2d"`);
  }
  return values;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

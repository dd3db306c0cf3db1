/** The poses of other things than people: JSON such as `{"elbow": [20.5, 31], "tip": [35, 28]}`. */
import type { Skeleton } from "../skeleton.ts";
import type { Joints, Point } from "../types.ts";
import { checkInside } from "./inside.ts";
import { isObject } from "./keypoints.ts";

/**
 * The joints that a document names, in pixels; those that it leaves out are missing.
 * @throws Error of one line that names the file and the joint at fault
 */
export function namedJoints(document: unknown, { name, joints }: Skeleton, file: string): Joints {
  if (!isObject(document)) {
    throw new Error(`${file} holds no pose: give a JSON object such as {"${joints[0]}": [20, 31]}`);
  }
  const unknown = Object.keys(document).find((joint) => !joints.includes(joint));
  if (unknown !== undefined) {
    throw new Error(`${file}: a ${name} has no joint "${unknown}" but ${joints.join(", ")}`);
  }
  return joints.map((joint) => {
    if (!Object.hasOwn(document, joint) || document[joint] === null) return null;
    const point = pointOf(document[joint]);
    if (!point) throw new Error(`${file}: "${joint}" must be [x, y] in pixels, or null`);
    checkInside(point, `${file}: ${joint}`);
    return point;
  });
}

function pointOf(value: unknown): Point | null {
  const isPair = Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
  return isPair ? { x: value[0], y: value[1] } : null;
}

/**
 * The pose list of the authors' data sets: a header `name:keypoints_y:keypoints_x`, then a line per
 * picture such as `0001.jpg: [17, -1]: [27, -1]`, where -1, -1 stands for a joint not seen.
 */
import { checkJoints, type Skeleton } from "../skeleton.ts";
import type { Joints, Point } from "../types.ts";
import { checkInside } from "./inside.ts";

/** A line of the list. */
export interface Annotation {
  readonly name: string;
  readonly joints: Joints;
}

/** Where a line comes from, for error messages; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

const COLUMNS = ["name", "keypoints_y", "keypoints_x"];
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = -1;

/** The first line of a list, without a line end. */
export const annotationHeader = COLUMNS.join(":");

/** @throws Error where the first line of a list does not name the three columns in order. */
export function checkAnnotationHeader(line: string, place: Place): void {
  const columns = line.replace(/^\uFEFF/, "").split(":").map((column) => column.trim());
  if (columns.join(":") === annotationHeader) return;
  const missing = COLUMNS.filter((column) => !columns.includes(column));
  const reason = missing.length ? `column ${missing.join(", ")} is missing` : "wrong columns";
  fail(place, `${reason}; the header must be ${annotationHeader}`);
}

/**
 * The picture's name and its joints from one line of a list.
 * @throws Error that names the file, the line, the column and the joint at fault, also for one that
 * lies outside any picture.
 */
export function parseAnnotation(line: string, skeleton: Skeleton, place: Place): Annotation {
  const fields = line.split(":").map((field) => field.trim());
  if (fields.length !== COLUMNS.length) {
    fail(place, `expected ${annotationHeader} but found ${fields.length} columns`);
  }
  const [name, ys, xs] = fields;
  if (name === "") fail(place, "the name is empty");
  const y = parseList(ys, COLUMNS[1], skeleton, place);
  const x = parseList(xs, COLUMNS[2], skeleton, place);
  const joints = skeleton.joints.map((joint, i): Point | null => {
    if (x[i] === MISSING && y[i] === MISSING) return null;
    if (x[i] === MISSING || y[i] === MISSING) {
      fail(place, `${joint} has only one coordinate: (${x[i]}, ${y[i]})`);
    }
    checkInside({ x: x[i], y: y[i] }, at(place, joint));
    return { x: x[i], y: y[i] };
  });
  return { name, joints };
}

/** The line of a list, without a line end. @throws for what could not be read back. */
export function formatAnnotation({ name, joints }: Annotation, skeleton: Skeleton): string {
  if (name.trim() === "" || /[:\r\n]/.test(name)) {
    throw new TypeError(
      `cannot write the name ${JSON.stringify(name)}: it is empty or has a colon`,
    );
  }
  checkJoints(skeleton, joints);
  joints.forEach((point, i) => point && checkInside(point, `${name}: ${skeleton.joints[i]}`));
  const list = (axis: "x" | "y") =>
    `[${joints.map((point) => point ? point[axis] : MISSING).join(", ")}]`;
  return `${name}: ${list("y")}: ${list("x")}`;
}

function parseList(text: string, column: string, skeleton: Skeleton, place: Place): number[] {
  if (!text.startsWith("[") || !text.endsWith("]")) {
    fail(place, `${column} must be a list in square brackets`);
  }
  const items = text.slice(1, -1).split(",").map((item) => item.trim());
  if (items.length !== skeleton.joints.length) {
    const wanted = `${skeleton.joints.length} numbers, one per ${skeleton.name} joint`;
    fail(place, `${column} has ${items.length} items but must have ${wanted}`);
  }
  return items.map((item, i) => {
    const value = NUMBER.test(item) ? Number(item) : NaN;
    if (Number.isFinite(value)) return value;
    fail(place, `${column} of ${skeleton.joints[i]} is ${JSON.stringify(item)}, not a number`);
  });
}

function at({ file, line }: Place, what: string): string {
  return `${file}:${line}: ${what}`;
}

function fail(place: Place, what: string): never {
  throw new Error(at(place, what));
}

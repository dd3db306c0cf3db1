/** A skeleton as JSON, with the fields of the type `Skeleton`. */
import { type Bone, human, type Part, type Skeleton } from "../skeleton.ts";
import { isObject } from "./keypoints.ts";
import { parseJson } from "./pose_json.ts";

/** Parts that features can be moved by (kernels/deform.ts). */
const MOST_PARTS = 63;
const MOST_JOINTS = 256;
/** Characters. */
const LONGEST_NAME = 64;

/** The text of a skeleton: the same skeleton gives the same text. */
export function formatSkeleton({ name, joints, anchor, mirrors, parts, bones }: Skeleton): string {
  return JSON.stringify({ name, joints, anchor, mirrors, parts, bones });
}

/**
 * The skeleton in a JSON text: names of joints; the four that a torso is spanned by; mirrors and bones, which may be
 * left out; one torso, and heads and limbs as the type `Part` says.
 * @throws Error of one line that names the file and the field at fault
 */
export function parseSkeleton(text: string, file: string): Skeleton {
  const document = parseJson(text, file);
  const fail = (what: string): never => {
    throw new Error(`${file} is no skeleton: ${what}`);
  };
  if (!isObject(document)) return fail("it must be a JSON object");
  const { name, joints, anchor, mirrors = [], parts, bones = [] } = document;
  if (!isName(name) || name === human.name) {
    return fail(
      `"name" must be a text of up to ${LONGEST_NAME} characters, other than "${human.name}"`,
    );
  }
  if (!isListOf(joints, isName) || joints.length > MOST_JOINTS || repeats(joints)) {
    return fail(
      `"joints" must list up to ${MOST_JOINTS} different names of up to ${LONGEST_NAME} characters`,
    );
  }
  const isJoint = (value: unknown): value is string => joints.includes(value as string);
  const isPair = (value: unknown): value is [string, string] =>
    isListOf(value, isJoint) && value.length === 2 && !repeats(value);
  if (!isListOf(anchor, isJoint) || anchor.length !== 4 || repeats(anchor)) {
    return fail('"anchor" must name the four joints round the torso, in order');
  }
  if (!isListOf(mirrors, isPair) || repeats(mirrors.flat())) {
    return fail('"mirrors" must list pairs of joints, each joint once');
  }
  const isBone = (value: unknown): value is Bone =>
    isObject(value) && isPair(value.joints) && isColour(value.colour);
  if (!isListOf(bones, isBone)) {
    return fail('"bones" must list {"joints": [FROM, TO], "colour": [RED, GREEN, BLUE]}');
  }
  const isPart = (value: unknown): value is Part =>
    isObject(value) && isName(value.name) && isLength(value.length) &&
    (value.kind === "torso"
      ? isListOf(value.widths, isLength) && value.widths.length === 2
      : value.kind === "head"
      ? isListOf(value.joints, isJoint) && value.joints.length > 0 && isJoint(value.base)
      : (value.kind === "upper limb" || value.kind === "lower limb") && isPair(value.joints));
  if (!isListOf(parts, isPart) || parts.length > MOST_PARTS) {
    const wrong = Array.isArray(parts) ? parts.find((part) => !isPart(part)) : undefined;
    const shown = wrong === undefined ? "" : `, not ${JSON.stringify(wrong)}`;
    return fail(`"parts" must list up to ${MOST_PARTS} torsos, heads and limbs${shown}`);
  }
  const problem = problemOf(parts, anchor);
  if (problem) return fail(problem);
  const [a, b, c, d] = anchor;
  return { name, joints, anchor: [a, b, c, d], mirrors, parts: parts.map(cleanPart), bones };
}

/** Why parts make no body, each joint at the end of one link from the torso outwards; null where they do. */
function problemOf(parts: readonly Part[], anchor: readonly string[]): string | null {
  if (parts.filter(({ kind }) => kind === "torso").length !== 1) return "it needs one torso";
  if (repeats(parts.map(({ name }) => name))) return "two of its parts have the same name";
  const limbs = parts.filter((part) => part.kind !== "torso" && part.kind !== "head");
  const heads = parts.filter((part) => part.kind === "head");
  const ends = [...limbs.map(({ joints }) => joints[1]), ...heads.flatMap(({ joints }) => joints)];
  if (repeats([...ends, ...anchor])) return "a joint is at the end of two of its parts";
  const based = heads.find(({ base }) => ends.includes(base));
  if (based) return `the ${based.name} needs a base that is at the end of no part`;
  const late = limbs.find(({ joints: [from] }, i) =>
    limbs.slice(i).some(({ joints: [, to] }) => to === from)
  );
  return late ? `the ${late.name} must come after the limb that it hangs on` : null;
}

/** The part without what else the file says of it, its fields in one order. */
function cleanPart(part: Part): Part {
  const { name, length } = part;
  if (part.kind === "torso") return { kind: part.kind, name, length, widths: part.widths };
  if (part.kind === "head") {
    return { kind: part.kind, name, joints: part.joints, base: part.base, length };
  }
  return { kind: part.kind, name, joints: part.joints, length };
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_NAME;
}

function isLength(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < 1e6;
}

function isColour(value: unknown): value is Bone["colour"] {
  const isByte = (item: unknown): item is number =>
    Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 255;
  return isListOf(value, isByte) && value.length === 3;
}

function repeats(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}

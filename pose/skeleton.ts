import type { Joints, Point, Quad } from "./types.ts";

/**
 * A part that moves as one piece. A torso is spanned by the anchor; a head is a cluster of `joints`
 * on a `base` joint; a limb runs from its first joint to its second, `lower` being the outer one.
 * Lengths are typical ones, in any unit that all parts share.
 */
export type Part =
  | {
    readonly kind: "torso";
    readonly name: string;
    /** Between the middles of the anchor's first two and last two joints. */
    readonly length: number;
    /** Between its first two joints, and between its last two. */
    readonly widths: readonly [number, number];
  }
  | {
    readonly kind: "head";
    readonly name: string;
    readonly joints: readonly string[];
    readonly base: string;
    /** From the base to the farthest of the joints. */
    readonly length: number;
  }
  | Limb;

/** A part drawn along the line between two joints. */
export interface Limb {
  /** Whether another limb hangs on it, or it is the outer one. */
  readonly kind: "upper limb" | "lower limb";
  /** Different for each part. */
  readonly name: string;
  /** Its ends, the inner one first. */
  readonly joints: readonly [from: string, to: string];
  /** Between its joints. */
  readonly length: number;
}

/** A line of the drawn skeleton; the colour is RGB, 0..255. */
export interface Bone {
  /** Its ends. */
  readonly joints: readonly [from: string, to: string];
  /** Red, green, blue. */
  readonly colour: readonly [number, number, number];
}

/** All that the program knows about a deformable object. */
export interface Skeleton {
  /** For people. */
  readonly name: string;
  /** Names of the joints, in the order of `Joints`. */
  readonly joints: readonly string[];
  /** The joints that must be seen: the corners round the torso, the two next to the head first. */
  readonly anchor: readonly [string, string, string, string];
  /** Pairs of joints that may stand in for one another. */
  readonly mirrors: readonly (readonly [string, string])[];
  /** A limb comes after the limb that it hangs on. */
  readonly parts: readonly Part[];
  /** The lines of a drawing, later ones over earlier ones. */
  readonly bones: readonly Bone[];
}

/**
 * A person: 18 joints in OpenPose's order, 10 parts in the paper's order. Lengths are shares of an adult's height: limbs
 * and trunk after Drillis and Contini ("Body Segment Parameters", 1966), but arms, widths and head between the places
 * where pose estimators put the joints.
 */
export const human: Skeleton = {
  name: "human",
  joints: [
    "nose",
    "neck",
    "right shoulder",
    "right elbow",
    "right wrist",
    "left shoulder",
    "left elbow",
    "left wrist",
    "right hip",
    "right knee",
    "right ankle",
    "left hip",
    "left knee",
    "left ankle",
    "right eye",
    "left eye",
    "right ear",
    "left ear",
  ],
  anchor: ["right shoulder", "left shoulder", "left hip", "right hip"],
  mirrors: ["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "eye", "ear"].map((
    joint,
  ) => [`right ${joint}`, `left ${joint}`] as const),
  parts: [
    { kind: "torso", name: "torso", length: 0.29, widths: [0.19, 0.095] },
    {
      kind: "head",
      name: "head",
      joints: ["nose", "right eye", "left eye", "right ear", "left ear"],
      base: "neck",
      length: 0.137,
    },
    ...bothSides("upper limb", "upper leg", ["hip", "knee"], 0.243),
    ...bothSides("lower limb", "lower leg", ["knee", "ankle"], 0.246),
    ...bothSides("upper limb", "upper arm", ["shoulder", "elbow"], 0.168),
    ...bothSides("lower limb", "lower arm", ["elbow", "wrist"], 0.142),
  ],
  // Warm colours on the person's right, cold ones on the left.
  bones: [
    { joints: ["neck", "right hip"], colour: [190, 190, 60] },
    { joints: ["neck", "left hip"], colour: [60, 190, 150] },
    { joints: ["right hip", "right knee"], colour: [230, 150, 30] },
    { joints: ["right knee", "right ankle"], colour: [250, 200, 60] },
    { joints: ["left hip", "left knee"], colour: [30, 140, 230] },
    { joints: ["left knee", "left ankle"], colour: [80, 200, 250] },
    { joints: ["neck", "right shoulder"], colour: [200, 40, 40] },
    { joints: ["right shoulder", "right elbow"], colour: [240, 60, 60] },
    { joints: ["right elbow", "right wrist"], colour: [255, 120, 120] },
    { joints: ["neck", "left shoulder"], colour: [100, 60, 220] },
    { joints: ["left shoulder", "left elbow"], colour: [130, 80, 255] },
    { joints: ["left elbow", "left wrist"], colour: [175, 140, 255] },
    { joints: ["neck", "nose"], colour: [220, 220, 220] },
    { joints: ["nose", "right eye"], colour: [250, 130, 190] },
    { joints: ["right eye", "right ear"], colour: [250, 130, 190] },
    { joints: ["nose", "left eye"], colour: [190, 130, 250] },
    { joints: ["left eye", "left ear"], colour: [190, 130, 250] },
  ],
};

/** Whether a skeleton is a person's, which pose estimators and their formats know. */
export function isHuman({ name }: Skeleton): boolean {
  return name === human.name;
}

/** A limb of the right side, and the same of the left. */
function bothSides(
  kind: Limb["kind"],
  name: string,
  [from, to]: Limb["joints"],
  length: number,
): Limb[] {
  return ["right", "left"].map((side) => ({
    kind,
    name: `${side} ${name}`,
    joints: [`${side} ${from}`, `${side} ${to}`],
    length,
  }));
}

/** Where the named joint is, null if not seen. @throws for a joint that the skeleton lacks. */
export function jointNamed(skeleton: Skeleton, joints: Joints, name: string): Point | null {
  const index = skeleton.joints.indexOf(name);
  if (index < 0) throw new RangeError(`skeleton ${skeleton.name} has no joint "${name}"`);
  return joints[index];
}

/** The named joints that were seen. */
export function seenJoints(skeleton: Skeleton, joints: Joints, names: readonly string[]): Point[] {
  return names.map((name) => jointNamed(skeleton, joints, name)).filter((point) => point !== null);
}

/** The names of the anchor joints that were not seen; only a pose with none is usable. */
export function missingAnchors(skeleton: Skeleton, joints: Joints): string[] {
  return skeleton.anchor.filter((name) => jointNamed(skeleton, joints, name) === null);
}

/** The anchor joints in their order, or null where one was not seen. */
export function anchorCorners(skeleton: Skeleton, joints: Joints): Quad | null {
  const [a, b, c, d] = skeleton.anchor.map((name) => jointNamed(skeleton, joints, name));
  return a && b && c && d ? [a, b, c, d] : null;
}

/** The pose with every mirror pair swapped: each joint stands where its partner was seen. */
export function mirrorJoints(skeleton: Skeleton, joints: Joints): Joints {
  return skeleton.joints.map((name) => {
    const pair = skeleton.mirrors.find((pair) => pair.includes(name)) ?? [name];
    return jointNamed(skeleton, joints, pair.find((other) => other !== name) ?? name);
  });
}

/** @throws RangeError where `joints` has not one entry per joint of the skeleton. */
export function checkJoints(skeleton: Skeleton, joints: Joints): void {
  if (joints.length === skeleton.joints.length) return;
  const wanted = `skeleton ${skeleton.name} has ${skeleton.joints.length} joints`;
  throw new RangeError(`${wanted} but the pose has ${joints.length}`);
}

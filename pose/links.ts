/** A body as links from the hips outwards, along which bones are measured and moved. */
import { mean } from "./affine.ts";
import { anchorCorners, type Skeleton } from "./skeleton.ts";
import type { Joints, Point } from "./types.ts";

/** The two points of a body beside its joints: the middles of the torso's lower and upper end. */
export const hipsMiddle = "middle of the hips";
const shouldersMiddle = "middle of the shoulders";

/** A line from a point of the body to one farther out. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** Links of a kind stretch alike: those of left and right, and all of a head's. */
  readonly kind: string;
  /** Whether its length is that of its kind; else it only goes with the kind. */
  readonly isBone: boolean;
}

/** What a skeleton tells of bodies. */
export interface Links {
  /** From the hips outwards: each joint and the shoulders' middle are at the end of one link. */
  readonly all: readonly Link[];
  /** The typical length of each kind, in the skeleton's unit. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly torso: string;
  readonly heads: readonly string[];
  /** The kinds of the limbs that hang on the hips. */
  readonly legs: readonly string[];
  /** The joints at the legs' ends; the hips of a skeleton without legs. */
  readonly feet: readonly string[];
}

/** @throws a TypeError for a skeleton without a torso */
export function linksOf({ name, joints, anchor, mirrors, parts }: Skeleton): Links {
  const torso = parts.find((part) => part.kind === "torso");
  if (!torso) throw new TypeError(`skeleton ${name} has no torso`);
  const heads = parts.filter((part) => part.kind === "head");
  const limbs = parts.filter((part) => part.kind !== "torso" && part.kind !== "head");
  const all: Link[] = [];
  const lengths = new Map<string, number>();
  const addBones = (kind: string, length: number, from: string, ends: readonly string[]) => {
    lengths.set(kind, length);
    all.push(...ends.map((to) => ({ from, to, kind, isBone: true })));
  };

  addBones(torso.name, torso.length, hipsMiddle, [shouldersMiddle]);
  const [upper, lower] = torso.widths;
  addBones(`${torso.name}'s upper half-width`, upper / 2, shouldersMiddle, anchor.slice(0, 2));
  addBones(`${torso.name}'s lower half-width`, lower / 2, hipsMiddle, anchor.slice(2));
  // A head's base, and what hangs on nothing, go with the torso.
  const ends = [
    ...anchor,
    ...heads.flatMap((head) => head.joints),
    ...limbs.map((l) => l.joints[1]),
  ];
  for (const to of joints.filter((joint) => !ends.includes(joint))) {
    const from = heads.some(({ base }) => base === to) ? shouldersMiddle : hipsMiddle;
    all.push({ from, to, kind: torso.name, isBone: false });
  }
  for (const { name, length, base, joints } of heads) addBones(name, length, base, joints);

  const legs = new Set<string>();
  const feet: string[] = anchor.slice(2);
  for (const { joints: [from, to], length } of limbs) {
    const kind = mirrors.find((pair) => pair.includes(to))?.[0] ?? to;
    addBones(kind, length, from, [to]);
    const leg = feet.indexOf(from);
    if (leg < 0) continue;
    legs.add(kind);
    feet[leg] = to;
  }
  const headNames = heads.map(({ name }) => name);
  return { all, lengths, torso: torso.name, heads: headNames, legs: [...legs], feet };
}

/** Where the points of a pose are that are seen; null for a pose that lacks an anchor joint. */
export function pointsOf(skeleton: Skeleton, joints: Joints): Map<string, Point> | null {
  const corners = anchorCorners(skeleton, joints);
  if (!corners) return null;
  const points = new Map([
    [shouldersMiddle, mean(corners.slice(0, 2))],
    [hipsMiddle, mean(corners.slice(2))],
  ]);
  skeleton.joints.forEach((name, i) => joints[i] && points.set(name, joints[i]));
  return points;
}

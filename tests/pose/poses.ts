import fc from "fast-check";
import { human, type Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Point, Size } from "../../pose/types.ts";

/** fast-check settings that make every run the same. */
export const runs = { seed: 20180618, numRuns: 200 };

export const size: Size = { width: 64, height: 128 };

/** A skeleton that is no person: a body with a nose and one two-piece fin a side. */
export const fish: Skeleton = {
  name: "fish",
  joints: ["snout", "gill", "top", "bottom", "tail low", "tail high", "fin", "tip", "fin'", "tip'"],
  anchor: ["top", "bottom", "tail low", "tail high"],
  mirrors: [["fin", "fin'"], ["tip", "tip'"]],
  parts: [
    { kind: "torso", name: "body", length: 34, widths: [20, 8] },
    { kind: "head", name: "snout", joints: ["snout"], base: "gill", length: 8 },
    { kind: "upper limb", name: "fin root", joints: ["gill", "fin"], length: 17 },
    { kind: "lower limb", name: "fin", joints: ["fin", "tip"], length: 16 },
    { kind: "lower limb", name: "fin'", joints: ["fin'", "tip'"], length: 16 },
  ],
  bones: [
    { joints: ["snout", "gill"], colour: [255, 0, 0] },
    { joints: ["fin", "tip"], colour: [0, 255, 0] },
  ],
};

export const swimming: Joints = [
  { x: 4, y: 30 },
  { x: 12, y: 30 },
  { x: 16, y: 20 },
  { x: 16, y: 40 },
  { x: 50, y: 34 },
  { x: 50, y: 26 },
  { x: 22, y: 44 },
  { x: 26, y: 60 },
  { x: 24, y: 16 },
  { x: 30, y: 2 },
];

/** A person who stands, seen from the front, every joint seen. */
export const standing: Joints = [
  [31, 20],
  [31, 30],
  [22, 30],
  [18, 48],
  [16, 64],
  [40, 30],
  [44, 48],
  [47, 64],
  [25, 64],
  [24, 90],
  [23, 116],
  [37, 64],
  [38, 90],
  [40, 116],
  [29, 17],
  [33, 17],
  [26, 18],
  [36, 18],
].map(([x, y]) => ({ x, y }));

/** `pose` with some joints changed. */
export function withJoints(
  pose: Joints,
  changes: Record<string, Point | null>,
  skeleton = human,
): Joints {
  for (const name of Object.keys(changes)) {
    if (!skeleton.joints.includes(name)) throw new Error(`no joint ${name}`);
  }
  return skeleton.joints.map((name, i) => name in changes ? changes[name] : pose[i]);
}

const pixel = fc.record({
  x: fc.integer({ min: 0, max: size.width - 1 }),
  y: fc.integer({ min: 0, max: size.height - 1 }),
});

/** Poses of whole-pixel joints anywhere, the anchor seen, others now and then missing. */
export const anyPose = fc.tuple(
  ...human.joints.map((name) =>
    human.anchor.includes(name) ? pixel : fc.option(pixel, { freq: 5, nil: null })
  ),
);

/** Shifts by whole pixels, so that no rounding enters. */
export const anyShift = fc.record({
  x: fc.integer({ min: -50, max: 50 }),
  y: fc.integer({ min: -50, max: 50 }),
});

export function shifted(joints: Joints, by: Point): Joints {
  return joints.map((point) => point && { x: point.x + by.x, y: point.y + by.y });
}

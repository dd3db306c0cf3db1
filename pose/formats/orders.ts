/** In which order each format lists its joints. */
import { human } from "../skeleton.ts";

/** Whose JSON a pose is in. */
export type PoseFormat = "openpose" | "coco" | "wholebody" | "mediapipe";

/** A list of `count` joints; the first ones by their names in `human`, null where it has no such joint. */
export interface Order {
  readonly count: number;
  readonly joints: readonly (string | null)[];
}

/** COCO's 17 joints by their names in `human`, in its order. */
export const cocoJoints: readonly string[] = [
  "nose",
  ...["eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"].flatMap((joint) => [
    `left ${joint}`,
    `right ${joint}`,
  ]),
];

/** BlazePose's 33 points have three on each eye, the mouth, and three on each hand. */
const blazePose: readonly (string | null)[] = [
  ...["nose", null, "left eye", null, null, "right eye", null, "left ear", "right ear"],
  ...[null, null],
  ...["shoulder", "elbow", "wrist"].flatMap((joint) => [`left ${joint}`, `right ${joint}`]),
  ...Array<null>(6).fill(null),
  ...["hip", "knee", "ankle"].flatMap((joint) => [`left ${joint}`, `right ${joint}`]),
];

/** The orders of each format; a list's number of joints says which of them it has. */
export const orders: Readonly<Record<PoseFormat, readonly Order[]>> = {
  /** BODY_18 is the order of `human`; BODY_25 has the middle of the hips as joint 8, and feet at the end. */
  openpose: [
    { count: 18, joints: human.joints },
    { count: 25, joints: [...human.joints.slice(0, 8), null, ...human.joints.slice(8)] },
  ],
  coco: [{ count: 17, joints: cocoJoints }],
  /** COCO-WholeBody begins with COCO's joints; DWPose puts the neck in and OpenPose's order on. */
  wholebody: [{ count: 133, joints: cocoJoints }, { count: 134, joints: human.joints }],
  mediapipe: [{ count: 33, joints: blazePose }],
};

export const poseFormats = Object.keys(orders) as PoseFormat[];

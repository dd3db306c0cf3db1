import type { Build } from "./identity.ts";
import type { FigurePose, LimbAngles, Sides } from "./pose.ts";
import { type Frame, moved, place, turned, type Vec3, viewFrame } from "./space.ts";

/** From where the figure is seen, in radians. */
export interface Viewpoint {
  /** 0 = it faces the camera, pi / 2 = it faces the picture's right. */
  readonly yaw: number;
  /** How far the camera looks down. */
  readonly elevation: number;
}

/** Three frames along a limb, each at its joint with -y pointing along the bone. */
export interface LimbBones {
  readonly upper: Frame;
  readonly lower: Frame;
  readonly end: Frame;
}

/** The frames of a posed body in view space (metres): x to the figure's left, y up, z to its front. */
export interface Bones {
  /** Both at the middle of the waist. */
  readonly pelvis: Frame;
  readonly chest: Frame;
  /** At the middle of the shoulder line. */
  readonly neck: Frame;
  /** At the middle of the head. */
  readonly head: Frame;
  readonly arms: Sides<LimbBones>;
  readonly legs: Sides<LimbBones>;
}

/** Height of the waist over the hip line. */
const WAIST = 0.1;

/** Bends the body into the pose and turns it to the view; its waist is at the origin. */
export function poseBones(build: Build, pose: FigurePose, view: Viewpoint): Bones {
  const pelvis = turned(turned(viewFrame, 0, view.elevation), 1, view.yaw);
  const chest = turned(turned(turned(pelvis, 0, pose.bow), 2, -pose.lean), 1, pose.turn);
  const neck = moved(chest, [0, build.torso - WAIST, 0]);
  const skull = turned(turned(moved(neck, [0, 0.04, 0]), 1, pose.look), 0, pose.nod);
  const arm = (side: 1 | -1, angles: LimbAngles) => {
    const upper = limbFrame(moved(neck, [side * build.shoulder, 0, 0]), side, angles);
    const lower = turned(moved(upper, [0, -build.upperArm, 0]), 0, -angles.bend);
    return { upper, lower, end: moved(lower, [0, -build.lowerArm, 0]) };
  };
  const leg = (side: 1 | -1, angles: LimbAngles) => {
    const upper = limbFrame(moved(pelvis, [side * build.hip, -WAIST, 0]), side, angles);
    const lower = turned(moved(upper, [0, -build.leg, 0]), 0, angles.bend);
    const ankle = moved(lower, [0, -build.leg, 0]);
    // Toes forwards; the foot follows the shin only in part, as soles stay near the ground.
    const end = turned(ankle, 0, -Math.PI / 2 - 0.6 * (angles.bend - angles.swing));
    return { upper, lower, end };
  };
  return {
    pelvis,
    chest,
    neck,
    head: moved(skull, [0, 0.03 + 0.115 * build.head, 0.015]),
    arms: { right: arm(-1, pose.arms.right), left: arm(1, pose.arms.left) },
    legs: { right: leg(-1, pose.legs.right), left: leg(1, pose.legs.left) },
  };
}

function limbFrame(socket: Frame, side: 1 | -1, { swing, spread, twist }: LimbAngles): Frame {
  return turned(turned(turned(socket, 2, side * spread), 0, -swing), 1, -side * twist);
}

/** The 18 joints in OpenPose order, in view space. */
export function jointPositions({ head, neck, arms, legs }: Bones, headSize: number): Vec3[] {
  const face = (x: number, y: number, z: number) =>
    place(head, [x * headSize, y * headSize, z * headSize]);
  const limb = ({ upper, lower, end }: LimbBones) => [upper.origin, lower.origin, end.origin];
  return [
    face(0, -0.018, 0.105),
    neck.origin,
    ...limb(arms.right),
    ...limb(arms.left),
    ...limb(legs.right),
    ...limb(legs.left),
    face(-0.032, 0.012, 0.09),
    face(0.032, 0.012, 0.09),
    face(-0.08, -0.005, -0.005),
    face(0.08, -0.005, -0.005),
  ];
}

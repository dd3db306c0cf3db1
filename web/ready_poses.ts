/** Poses to begin with, and movements: angles of the built-in figures' limbs, brought into a model's frame. */
import type { Viewpoint } from "../data/figures/bones.ts";
import { drawFigure } from "../data/figures/draw.ts";
import { sampleIdentity } from "../data/figures/identity.ts";
import type { FigurePose, LimbAngles, Sides } from "../data/figures/pose.ts";
import { KeyedRandom } from "../data/keyed_random.ts";
import { sampleScene } from "../data/figures/background.ts";
import { smoothOverTime } from "../pose/track.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints, Size } from "../pose/types.ts";

/** A figure in a pose, seen from a side. */
interface Attitude {
  readonly pose: FigurePose;
  readonly view: Viewpoint;
}

/** Poses in time, which begin again after the last. */
export interface Track {
  readonly frames: readonly Joints[];
  /** Poses a second. */
  readonly fps: number;
  /** Of the pictures that the poses lie in, where that is not the model's frame. */
  readonly size?: Size;
}

/** What ready poses belong to: no picture, so that they say nothing of where somebody stands and how tall. */
export const noPicture: Size = { width: 0, height: 0 };

const hanging = limb(0, 0.16, 0.2, 0.2);
const leg = limb(0, 0.08, 0, 0.04);

/** Upright, with hanging arms, towards the camera. */
export const standing: Attitude = attitude({});

const attitudes: Readonly<Record<string, Attitude>> = {
  Wave: attitude({ arms: { right: hanging, left: limb(0.3, 1.35, -1.6, 1.7) } }),
  "Hands up": attitude({ arms: both(limb(0.2, 2.7, 0, 0.25)) }),
  "Hands on hips": attitude({ arms: both(limb(-0.25, 0.75, 1.3, 1.65)) }),
  Point: attitude({ arms: { right: limb(0.1, 2.2, 0, 0.1), left: hanging } }),
  Step: attitude(strideAt(0.25), { yaw: 0.5 }),
  "From the side": attitude({}, { yaw: Math.PI / 2 }),
  "From behind": attitude({}, { yaw: Math.PI }),
  Stand: standing,
};

/** An attitude for each moment 0 .. 1 of a movement that ends as it begins. */
const movements: Readonly<Record<string, (moment: number) => Attitude>> = {
  Walk: (moment) => attitude(strideAt(moment), { yaw: 0.6 }),
  "Turn round": (moment) => attitude({}, { yaw: 2 * Math.PI * moment }),
  Wave: (moment) => {
    const swing = Math.sin(2 * Math.PI * moment);
    return attitude({
      lean: 0.04 * swing,
      arms: { right: hanging, left: limb(0.3, 1.35, -1.6, 1.5 + 0.6 * swing) },
    });
  },
};

/** The random stream of the page's figures, one that no training data are drawn from. */
const STREAM = 4;
/** A figure of middling build in trousers, as skirts hide knees. */
const MODEL = 9;

const FRAMES_OF_TRACK = 24;
const TRACK_FPS = 12;

export const poseNames = Object.keys(attitudes);
export const trackNames = Object.keys(movements);

/** The ready pose of a name, in a frame. */
export function readyPose(name: string, frame: Size): Joints {
  return jointsOf(attitudes[name], frame);
}

/** The movement of a name, in a frame. */
export function readyTrack(name: string, frame: Size): Track {
  const frames = Array.from(
    { length: FRAMES_OF_TRACK },
    (_, i) => jointsOf(movements[name](i / FRAMES_OF_TRACK), frame),
  );
  return { frames: smoothOverTime(frames, 0.7), fps: TRACK_FPS, size: noPicture };
}

/** Rows of the picture that joints are taken from: joints are found exactly in a small one. */
const DRAWN_ROWS = 64;

/** Where the figure has its joints; those that the body hides are missing. */
function jointsOf({ pose, view }: Attitude, { width, height }: Size): Joints {
  const random = new KeyedRandom(0, STREAM, MODEL);
  const size = { width: Math.round(width * DRAWN_ROWS / height), height: DRAWN_ROWS };
  const shot = {
    pose,
    view,
    framing: { zoom: 0.86, across: 0.5, down: 0.75 },
    scene: sampleScene(random),
    shift: { x: 0, y: 0 },
  };
  const { joints } = drawFigure(sampleIdentity(random), shot, size);
  return transformJoints(joints, height / DRAWN_ROWS, 0, 0);
}

function attitude(pose: Partial<FigurePose>, view: Partial<Viewpoint> = {}): Attitude {
  const upright = {
    ...{ bow: 0, lean: 0, turn: 0, nod: 0.05, look: 0 },
    arms: both(hanging),
    legs: both(leg),
  };
  return { pose: { ...upright, ...pose }, view: { yaw: 0, elevation: 0.1, ...view } };
}

/** A moment 0 .. 1 of walking; the right leg leads at first. */
function strideAt(moment: number): Partial<FigurePose> {
  const side = (phase: number) => Math.sin(2 * Math.PI * (moment + phase));
  const arm = (phase: number) => limb(0.45 * side(phase), 0.15, 0.2, 0.4 + 0.1 * side(phase));
  const step = (phase: number) =>
    limb(0.4 * side(phase) + 0.05, 0.03, 0, 0.1 + 0.3 * (1 - side(phase - 0.1)));
  return {
    bow: 0.05,
    turn: 0.15 * side(0),
    arms: { right: arm(0.5), left: arm(0) },
    legs: { right: step(0), left: step(0.5) },
  };
}

function limb(swing: number, spread: number, twist: number, bend: number): LimbAngles {
  return { swing, spread, twist, bend };
}

function both<T>(side: T): Sides<T> {
  return { right: side, left: side };
}

import type { KeyedRandom } from "../keyed_random.ts";

/** Angles of a limb in radians; all 0 = hanging straight down. */
export interface LimbAngles {
  /** Forwards. */
  readonly swing: number;
  /** Away from the body's middle. */
  readonly spread: number;
  /** About its own length, so that the elbow bends inwards or the knee outwards. */
  readonly twist: number;
  /** Of the elbow or the knee. */
  readonly bend: number;
}

export interface Sides<T> {
  readonly right: T;
  readonly left: T;
}

/** A pose as joint angles in radians; all 0 = standing upright. Poses may be mixed number by number. */
export interface FigurePose {
  /** The trunk: forwards, towards the left, and the shoulders turned to the left. */
  readonly bow: number;
  readonly lean: number;
  readonly turn: number;
  /** The head: downwards, and turned to the left. */
  readonly nod: number;
  readonly look: number;
  readonly arms: Sides<LimbAngles>;
  readonly legs: Sides<LimbAngles>;
}

/** A plausible pose: a stance of the legs with something for each arm to do. */
export function samplePose(random: KeyedRandom): FigurePose {
  const stance = random.pick([standing, standing, walking, walking, running])(random);
  const pose = {
    ...stance,
    lean: random.near(0, 0.06),
    nod: random.near(0.05, 0.2),
    look: random.near(0, 0.5),
  };
  return random.chance(0.5) ? pose : mirrored(pose);
}

type Stance = Pick<FigurePose, "bow" | "turn" | "arms" | "legs">;

function standing(random: KeyedRandom): Stance {
  const relaxed = random.between(0, 0.4);
  const both = random.chance(0.5) ? random.pick(gestures) : undefined;
  const arm = () => (both ?? random.pick(gestures))(random);
  return {
    bow: random.near(0, 0.06),
    turn: random.near(0, 0.2),
    arms: { right: arm(), left: arm() },
    legs: {
      right: standingLeg(random, relaxed),
      left: standingLeg(random, 0),
    },
  };
}

function standingLeg(random: KeyedRandom, relaxed: number): LimbAngles {
  return {
    swing: 0.6 * relaxed + random.near(0, 0.06),
    spread: random.between(0.02, 0.2),
    twist: random.near(-0.15, 0.15),
    bend: relaxed + random.between(0, 0.08),
  };
}

function walking(random: KeyedRandom): Stance {
  const stride = random.between(0.2, 0.45);
  const phase = random.between(0, Math.PI);
  const arms = stridingArms(random, 0.9 * stride, phase, 0.35);
  const busy = random.chance(0.3) ? { ...arms, left: random.pick(gestures)(random) } : arms;
  return {
    bow: random.between(0, 0.1),
    turn: 0.2 * Math.sin(phase),
    arms: busy,
    legs: stridingLegs(random, stride, phase, 0.7),
  };
}

function running(random: KeyedRandom): Stance {
  const stride = random.between(0.35, 0.55);
  const phase = random.between(0, Math.PI);
  return {
    bow: random.between(0.1, 0.3),
    turn: 0.3 * Math.sin(phase),
    arms: stridingArms(random, stride, phase, random.between(1.2, 1.7)),
    legs: stridingLegs(random, stride, phase, 1.5),
  };
}

/** The right leg leads by sin(phase); a leg on its way forwards bends its knee the most. */
function stridingLegs(
  random: KeyedRandom,
  stride: number,
  phase: number,
  lift: number,
): Sides<LimbAngles> {
  const leg = (phase: number): LimbAngles => ({
    swing: stride * (Math.sin(phase) + 0.15 * lift),
    spread: random.between(0, 0.07),
    twist: 0,
    bend: 0.12 + lift * stride * (1 - Math.sin(phase - 0.5)),
  });
  return { right: leg(phase), left: leg(phase + Math.PI) };
}

function stridingArms(
  random: KeyedRandom,
  stride: number,
  phase: number,
  bend: number,
): Sides<LimbAngles> {
  const arm = (phase: number): LimbAngles => ({
    swing: stride * Math.sin(phase),
    spread: random.between(0.08, 0.2),
    twist: random.between(0, 0.4),
    bend: bend * (1 + 0.25 * Math.sin(phase)),
  });
  return { right: arm(phase + Math.PI), left: arm(phase) };
}

type Gesture = (random: KeyedRandom) => LimbAngles;

/** A gesture near the given angles. */
function gesture(
  swing: number,
  spread: number,
  twist: number,
  bend: number,
  loose = 0.12,
): Gesture {
  return (random) => ({
    swing: random.near(swing, loose),
    spread: random.near(spread, loose),
    twist: random.near(twist, loose),
    bend: Math.max(0, random.near(bend, loose)),
  });
}

const hanging = gesture(0, 0.2, 0.2, 0.2, 0.15);
const onHip = gesture(-0.25, 0.75, 1.3, 1.65);
const raised = gesture(0.2, 2.65, 0, 0.4, 0.3);
const waving = gesture(0.3, 1.3, -1.6, 1.9, 0.25);
const phoning = gesture(0.7, 0.45, 0.25, 2.35);
const carrying = gesture(0.35, 0.1, 0.6, 1.45);
const pointing = gesture(1.4, 0.25, 0, 0.15, 0.3);
const aside = gesture(0, 0.6, 0, 0.3, 0.2);

const gestures: readonly Gesture[] = [
  hanging,
  hanging,
  hanging,
  onHip,
  onHip,
  raised,
  waving,
  phoning,
  carrying,
  pointing,
  aside,
];

function mirrored(pose: FigurePose): FigurePose {
  const swap = <T>({ right, left }: Sides<T>): Sides<T> => ({ right: left, left: right });
  return {
    ...pose,
    lean: -pose.lean,
    turn: -pose.turn,
    look: -pose.look,
    arms: swap(pose.arms),
    legs: swap(pose.legs),
  };
}

/** Poses of somebody who moves before a camera, as they come, brought to the person who is painted. */
import { fitProportions, ofHeight, proportions } from "../pose/proportions.ts";
import { human, jointNamed, missingAnchors } from "../pose/skeleton.ts";
import { SteadyJoints } from "../pose/steady.ts";
import type { Joints, Point, Size } from "../pose/types.ts";

/** Poses that tell the proportions of who is seen: so many, so many seconds apart. */
const REMEMBERED = 40;
const APART_SECONDS = 0.25;
/** Who walks aside stands where the person stands again after about so many seconds. */
const RETURN_SECONDS = 4;
/** How near to the frame's sides the hips come, in widths. */
const EDGE = 0.12;
/** The torso's length in widths of the shoulders, of people who face the camera. */
const TORSO_PER_SHOULDERS = 1.5;

const hips = ["right hip", "left hip"] as const;
const shoulders = ["right shoulder", "left shoulder"] as const;
const legs = ["knee", "ankle"].flatMap((name) => [`right ${name}`, `left ${name}`]);

export class LivePoses {
  readonly #steady: SteadyJoints;
  readonly #remembered: Joints[] = [];
  #rememberedAt = -Infinity;
  /** Where the hips are at rest, in the camera's pixels. */
  #rest: { readonly point: Point; readonly seconds: number } | null = null;

  /**
   * @param camera size of its pictures
   * @param frame the model's
   * @param person the joints of who is painted, in the frame
   */
  constructor(camera: Size, readonly frame: Size, readonly person: Joints) {
    this.#steady = new SteadyJoints(camera.height);
  }

  /**
   * The pose in the frame for what a camera sees: steady, with the person's proportions, where the person stands and as
   * tall. Hips that are not seen, as of people at a desk, are put below the shoulders; legs are then the person's own.
   * Null where the shoulders are not seen.
   *
   * @param seen joints in the camera's pixels
   * @param seconds when, later than before
   */
  next(seen: Joints, seconds: number): Joints | null {
    const whole = withHips(this.#steady.add(seen, seconds));
    if (!whole) return null;
    if (seconds - this.#rememberedAt >= APART_SECONDS) {
      this.#remembered.push(whole);
      this.#remembered.splice(0, this.#remembered.length - REMEMBERED);
      this.#rememberedAt = seconds;
    }
    const from = proportions(human, this.#remembered), to = proportions(human, [this.person]);
    if (!from || !to) return null;
    const [fitted] = fitProportions(human, [whole], from, ofHeight(to, to.height));
    const way = this.#way(middle(whole, hips)!, to.height / from.height, seconds);
    const at = middle(fitted, hips)!;
    const moved = fitted.map((point) =>
      point && { x: point.x + way.x - at.x, y: point.y + way.y - at.y }
    );
    return this.#withLegs(moved);
  }

  /** Where hips that are at `seen` in the camera's picture come to in the frame. */
  #way(seen: Point, scale: number, seconds: number): Point {
    const { point: before, seconds: then } = this.#rest ?? { point: seen, seconds };
    const share = 1 - Math.exp((then - seconds) / RETURN_SECONDS);
    const rest = {
      x: before.x + share * (seen.x - before.x),
      y: before.y + share * (seen.y - before.y),
    };
    this.#rest = { point: rest, seconds };
    const own = middle(this.person, hips) ?? { x: this.frame.width / 2, y: this.frame.height / 2 };
    const x = own.x + (seen.x - rest.x) * scale;
    const edge = EDGE * this.frame.width;
    return {
      x: Math.min(this.frame.width - edge, Math.max(edge, x)),
      y: own.y + (seen.y - rest.y) * scale,
    };
  }

  /** Legs of which nothing is seen hang as the person's own do. */
  #withLegs(joints: Joints): Joints {
    if (legs.some((name) => jointNamed(human, joints, name))) return joints;
    const from = middle(this.person, hips), to = middle(joints, hips);
    if (!from || !to) return joints;
    return human.joints.map((name, i) => {
      const own = this.person[i];
      return legs.includes(name)
        ? own && { x: own.x + to.x - from.x, y: own.y + to.y - from.y }
        : joints[i];
    });
  }
}

/** The pose with both hips; null where the shoulders are not seen. */
function withHips(joints: Joints): Joints | null {
  if (missingAnchors(human, joints).length === 0) return joints;
  const [right, left] = shoulders.map((name) => jointNamed(human, joints, name));
  if (!right || !left) return null;
  const down = TORSO_PER_SHOULDERS * Math.hypot(right.x - left.x, right.y - left.y);
  const across = (left.x - right.x) / 4;
  const at = {
    "right hip": { x: right.x + across, y: right.y + down },
    "left hip": { x: left.x - across, y: left.y + down },
  };
  return human.joints.map((name, i) => joints[i] ?? at[name as keyof typeof at] ?? null);
}

function middle(joints: Joints, names: readonly [string, string]): Point | null {
  const [a, b] = names.map((name) => jointNamed(human, joints, name));
  return a && b && { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

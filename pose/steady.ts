/** Poses as they come, one after the other: what trembles is smoothed, what is missing for a moment is held. */
import type { Joints, Point } from "./types.ts";

/** Speeds below are trembling: what is slower than these times a second is let through at rest. */
const REST_HZ = 1.2;
/** How much faster the filter follows for each length a second that a joint moves. */
const HZ_PER_SPEED = 8;
/** Of the filter of the speed. */
const SPEED_HZ = 1;
/** How long a joint that is not seen stays where it was, in seconds. */
const HOLD_SECONDS = 0.6;

interface Filtered {
  readonly point: Point;
  /** In lengths a second. */
  readonly speed: Point;
  readonly seconds: number;
}

/**
 * The 1-euro filter (Casiez, Roussel and Vogel, "1 Euro Filter", CHI 2012) of each joint: a low-pass whose cutoff grows
 * with the speed, so that a joint at rest does not tremble and one that moves does not lag.
 */
export class SteadyJoints {
  #joints: readonly (Filtered | null)[] = [];

  /** @param length of which speeds are counted, in the joints' unit: the height of the picture */
  constructor(readonly length: number) {}

  /** The next pose, seen at a time that is later than those before. A joint that was never seen, or not for long, is missing. */
  add(joints: Joints, seconds: number): Joints {
    this.#joints = joints.map((point, i) => {
      const before = this.#joints[i] ?? null;
      if (point) return before ? this.#filter(before, point, seconds) : begin(point, seconds);
      return before && seconds - before.seconds <= HOLD_SECONDS ? before : null;
    });
    return this.#joints.map((joint) => joint?.point ?? null);
  }

  #filter({ point: before, speed, seconds }: Filtered, now: Point, at: number): Filtered {
    const elapsed = at - seconds;
    const follow = (from: number, speed: number, to: number) => {
      const faster = lowPass(speed, (to - from) / this.length / elapsed, SPEED_HZ, elapsed);
      const cutoff = REST_HZ + HZ_PER_SPEED * Math.abs(faster);
      return { at: lowPass(from, to, cutoff, elapsed), speed: faster };
    };
    const x = follow(before.x, speed.x, now.x), y = follow(before.y, speed.y, now.y);
    return { point: { x: x.at, y: y.at }, speed: { x: x.speed, y: y.speed }, seconds: at };
  }
}

function begin(point: Point, seconds: number): Filtered {
  return { point, speed: { x: 0, y: 0 }, seconds };
}

/** Exponential smoothing with a = 1 / (1 + tau / t), tau = 1 / (2 pi f). */
function lowPass(before: number, now: number, hertz: number, elapsed: number): number {
  const share = 1 / (1 + 1 / (2 * Math.PI * hertz * elapsed));
  return before + share * (now - before);
}

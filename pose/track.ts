/** Poses over time: what was not seen is held, what trembles is smoothed. */
import type { Joints, Point } from "./types.ts";

/**
 * A joint that is missing stays where it was seen last; before it is first seen, it is where it will be. One that no
 * frame has stays missing.
 */
export function holdMissing(frames: readonly Joints[]): Joints[] {
  const firstSeen = frames[0]?.map((_, joint) =>
    frames.find((joints) => joints[joint] !== null)?.[joint] ?? null
  );
  let last: Joints = firstSeen ?? [];
  return frames.map((joints) => last = joints.map((point, joint) => point ?? last[joint]));
}

/**
 * Smooths the way of each joint by a Gaussian window over time, exp(-t^2 / 2 sigma^2) with its weights scaled to a sum
 * of 1 over the frames there are, up to 3 sigma away. It looks both ways, so movements do not lag. A frame that lacks a
 * joint still lacks it, and counts nothing for that joint.
 *
 * @param sigma in frames; 0 leaves everything as it is
 */
export function smoothOverTime(frames: readonly Joints[], sigma: number): readonly Joints[] {
  if (sigma === 0) return frames;
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: reach + 1 }, (_, t) => Math.exp(-t * t / (2 * sigma ** 2)));
  return frames.map((joints, frame) =>
    joints.map((point, joint) => {
      if (point === null) return null;
      const begin = Math.max(0, frame - reach);
      const near = frames.slice(begin, frame + reach + 1).map((joints) => joints[joint]);
      return mean(near, (i) => weights[Math.abs(begin + i - frame)]);
    })
  );
}

function mean(points: Joints, weight: (index: number) => number): Point {
  let x = 0, y = 0, total = 0;
  points.forEach((point, i) => {
    if (point === null) return;
    x += point.x * weight(i);
    y += point.y * weight(i);
    total += weight(i);
  });
  return { x: x / total, y: y / total };
}

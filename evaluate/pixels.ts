/** Differences pixel by pixel. */
import type { Picture } from "../data/types.ts";

/** What PSNR is where two pictures are alike, and at most, in dB. */
const MOST_DECIBELS = 100;

/** The mean absolute difference of all values, a value being 0..1. @throws RangeError where the sizes differ. */
export function l1(painted: Picture, target: Picture): number {
  return meanDifference(painted, target, Math.abs) / 255;
}

/**
 * Peak signal-to-noise ratio, 10 log10(255^2 / mean squared difference) over all values, in dB; 100 where that is more,
 * as for pictures that are alike.
 * @throws RangeError where the sizes differ.
 */
export function psnr(painted: Picture, target: Picture): number {
  const error = meanDifference(painted, target, (difference) => difference * difference);
  return Math.min(MOST_DECIBELS, 10 * Math.log10(255 ** 2 / error));
}

function meanDifference(a: Picture, b: Picture, cost: (difference: number) => number): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `cannot compare ${a.width}x${a.height} with ${b.width}x${b.height} pixels`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.pixels.length; i++) sum += cost(a.pixels[i] - b.pixels[i]);
  return sum / a.pixels.length;
}

/**
 * Structural similarity (Wang et al., "Image quality assessment: from error visibility to structural similarity",
 * 2004) with its own constants: an 11x11 Gaussian window of deviation 1.5, K1 = 0.01, K2 = 0.03 and a data range of
 * 255. Means run over the windows that lie wholly inside the picture, as scikit-image crops them.
 */
import type { Picture } from "../data/picture.ts";

const radius = 5;
const deviation = 1.5;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

const gaussian = normalized(
  Array.from(
    { length: 2 * radius + 1 },
    (_, i) => Math.exp(-(((i - radius) / deviation) ** 2) / 2),
  ),
);

/**
 * SSIM of two RGB pictures: the mean over their channels, from -1 to 1 (alike).
 * Throws a RangeError where their sizes differ or a side has fewer than 11 pixels.
 */
export function ssim(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`ssim: ${a.width}x${a.height} and ${b.width}x${b.height} pixels differ`);
  }
  if (Math.min(a.width, a.height) <= 2 * radius) {
    throw new RangeError(`ssim: ${a.width}x${a.height} pixels are fewer than the 11x11 window`);
  }
  const channels = [0, 1, 2].map((channel) => channelSsim(plane(a, channel), plane(b, channel)));
  return mean(channels);
}

/** The mean SSIM of each picture and the one at the same place of `others`. */
export function meanSsim(pictures: readonly Picture[], others: readonly Picture[]): number {
  if (pictures.length !== others.length || pictures.length === 0) {
    throw new RangeError(`meanSsim: cannot pair ${pictures.length} and ${others.length} pictures`);
  }
  return mean(pictures.map((picture, i) => ssim(picture, others[i])));
}

/** One channel: row-major values. */
interface Plane {
  readonly width: number;
  readonly values: Float64Array;
}

function plane({ width, height, pixels }: Picture, channel: number): Plane {
  const values = Float64Array.from({ length: width * height }, (_, i) => pixels[3 * i + channel]);
  return { width, values };
}

function channelSsim(x: Plane, y: Plane): number {
  const averages = (a: Plane, b: Plane) => blur(product(a, b)).values;
  const mx = blur(x).values, my = blur(y).values;
  const xx = averages(x, x), yy = averages(y, y), xy = averages(x, y);
  return mean(mx.map((_, i) => {
    const squares = mx[i] * mx[i] + my[i] * my[i];
    const both = mx[i] * my[i];
    return (2 * both + c1) * (2 * (xy[i] - both) + c2) /
      ((squares + c1) * (xx[i] + yy[i] - squares + c2));
  }));
}

function product(a: Plane, b: Plane): Plane {
  return { width: a.width, values: a.values.map((value, i) => value * b.values[i]) };
}

/** The Gaussian average round each point that is `radius` or more from the edge. */
function blur(plane: Plane): Plane {
  return blurColumns(blurRows(plane));
}

function blurRows({ width, values }: Plane): Plane {
  const inner = width - 2 * radius;
  const height = values.length / width;
  const blurred = new Float64Array(inner * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < inner; x++) {
      blurred[y * inner + x] = weightedSum(values, y * width + x, 1);
    }
  }
  return { width: inner, values: blurred };
}

function blurColumns({ width, values }: Plane): Plane {
  const blurred = new Float64Array(values.length - 2 * radius * width);
  for (let i = 0; i < blurred.length; i++) blurred[i] = weightedSum(values, i, width);
  return { width, values: blurred };
}

function weightedSum(values: Float64Array, start: number, stride: number): number {
  let sum = 0;
  for (let tap = 0; tap < gaussian.length; tap++) {
    sum += gaussian[tap] * values[start + tap * stride];
  }
  return sum;
}

function normalized(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

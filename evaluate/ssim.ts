/**
 * Structural similarity (Wang et al., "Image quality assessment: from error visibility to structural similarity",
 * 2004): in each window of each channel
 *   (2 mx my + C1) (2 vxy + C2) / ((mx^2 + my^2 + C1) (vx + vy + C2)),  C1 = (0.01 L)^2, C2 = (0.03 L)^2,
 * from the window's means m and (co)variances v; L is the data range. The result is the mean over the windows that lie
 * wholly inside the picture, and over the channels. Papers differ in the window, in L and in the variances.
 */
import type { Picture } from "../data/types.ts";

/** What SSIMs differ in. */
export interface SsimProtocol {
  readonly window: SlidingWindow;
  /** L, by the picture that is judged. */
  readonly range: (painted: Picture) => number;
  /** n / (n - 1) for the sample's (co)variances of n pixels, 1 for the population's. */
  readonly covarianceFactor: number;
}

/** A way to average over the windows that lie inside a plane. */
interface SlidingWindow {
  readonly side: number;
  means(plane: Plane): Plane;
}

/** One channel: row-major values. */
interface Plane {
  readonly width: number;
  readonly values: Float64Array;
}

const gaussian = gaussianWindow(11, 1.5);

/** Wang et al.'s: an 11x11 Gaussian of deviation 1.5, the population's variances, L = 255. */
export const plainSsim: SsimProtocol = {
  window: gaussian,
  range: () => 255,
  covarianceFactor: 1,
};

/**
 * The Deformable GAN's evaluation: as `plainSsim`, but L is the painted picture's own maximum minus minimum. (It called
 * scikit-image's compare_ssim, whose versions before 0.16 cut the Gaussian off at 13 taps instead of 11.)
 */
export const authorsSsim: SsimProtocol = { ...plainSsim, range: valueRange };

/**
 * Later papers' (from GFLA on: structural_similarity(win_size=51, data_range=1) on values of 0..1): a flat 51x51 window,
 * the sample's variances. With scikit-image's gaussian_weights the window would stay 11x11 and 51 only cut the edge.
 */
export const laterSsim: SsimProtocol = {
  window: flatWindow(51),
  range: () => 255,
  covarianceFactor: 51 ** 2 / (51 ** 2 - 1),
};

/**
 * SSIM of a picture with what it should be: from -1 to 1 (alike); 0 where the protocol finds no range in it.
 * @throws RangeError where their sizes differ or a side is shorter than the window.
 */
export function ssim(painted: Picture, target: Picture, protocol = plainSsim): number {
  const { width, height } = painted, { side } = protocol.window;
  if (width !== target.width || height !== target.height) {
    throw new RangeError(
      `ssim: ${width}x${height} and ${target.width}x${target.height} pixels differ`,
    );
  }
  if (Math.min(width, height) < side) {
    throw new RangeError(
      `ssim: ${width}x${height} pixels are fewer than the ${side}x${side} window`,
    );
  }
  const range = protocol.range(painted);
  if (range === 0) return 0;
  return mean(
    [0, 1, 2].map((channel) =>
      channelSsim(plane(painted, channel), plane(target, channel), range, protocol)
    ),
  );
}

/** The mean plain SSIM of each picture and the one at the same place of `others`. */
export function meanSsim(pictures: readonly Picture[], others: readonly Picture[]): number {
  if (pictures.length !== others.length || pictures.length === 0) {
    throw new RangeError(`meanSsim: cannot pair ${pictures.length} and ${others.length} pictures`);
  }
  return mean(pictures.map((picture, i) => ssim(picture, others[i])));
}

function valueRange({ pixels }: Picture): number {
  let least = 255, most = 0;
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

function plane({ width, height, pixels }: Picture, channel: number): Plane {
  const values = new Float64Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = pixels[3 * i + channel];
  return { width, values };
}

function channelSsim(
  x: Plane,
  y: Plane,
  range: number,
  { window, covarianceFactor }: SsimProtocol,
): number {
  const c1 = (0.01 * range) ** 2, c2 = (0.03 * range) ** 2;
  const means = (plane: Plane) => window.means(plane).values;
  const mx = means(x), my = means(y);
  const squared = means(combine(x, y, (a, b) => a * a + b * b));
  const multiplied = means(combine(x, y, (a, b) => a * b));
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const squares = mx[i] * mx[i] + my[i] * my[i];
    const both = mx[i] * my[i];
    const covariance = covarianceFactor * (multiplied[i] - both);
    const variances = covarianceFactor * (squared[i] - squares);
    sum += (2 * both + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
  }
  return sum / mx.length;
}

function combine(a: Plane, b: Plane, by: (a: number, b: number) => number): Plane {
  const values = new Float64Array(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = by(a.values[i], b.values[i]);
  return { width: a.width, values };
}

/** Weights fall off with the distance from the window's middle. */
function gaussianWindow(side: number, deviation: number): SlidingWindow {
  const middle = (side - 1) / 2;
  const weights = Float64Array.from(
    { length: side },
    (_, i) => Math.exp(-(((i - middle) / deviation) ** 2) / 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  const taps = weights.map((weight) => weight / total);
  return separableWindow(side, (from, to, start, stride, count) => {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      let sum = 0;
      for (let tap = 0; tap < side; tap++) sum += taps[tap] * from[at + tap * stride];
      to[at] = sum;
    }
  });
}

/** All weights are alike: running sums. */
function flatWindow(side: number): SlidingWindow {
  return separableWindow(side, (from, to, start, stride, count) => {
    const reach = (side - 1) * stride;
    let sum = 0;
    for (let at = start; at < start + reach; at += stride) sum += from[at];
    for (let i = 0, at = start; i < count; i++, at += stride) {
      sum += from[at + reach];
      to[at] = sum / side;
      sum -= from[at];
    }
  });
}

/** Averages `count` windows along a line, from `start` on, `stride` apart; each ends where its window starts. */
type LineAverages = (
  from: Float64Array,
  to: Float64Array,
  start: number,
  stride: number,
  count: number,
) => void;

/** A square window whose weights are the products of a line's. */
function separableWindow(side: number, average: LineAverages): SlidingWindow {
  return {
    side,
    means({ width, values }) {
      const height = values.length / width;
      const columns = width - side + 1, rows = height - side + 1;
      const across = new Float64Array(values.length);
      for (let y = 0; y < height; y++) average(values, across, y * width, 1, columns);
      const down = new Float64Array(rows * width);
      for (let x = 0; x < columns; x++) average(across, down, x, width, rows);
      const inside = new Float64Array(rows * columns);
      for (let y = 0; y < rows; y++) {
        inside.set(down.subarray(y * width, y * width + columns), y * columns);
      }
      return { width: columns, values: inside };
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

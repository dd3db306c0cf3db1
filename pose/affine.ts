import type { Affine, Point } from "./types.ts";

/** Points are collinear where the determinant of their scatter is below this share of its scale. */
export const COLLINEAR = 1e-12;

/**
 * The affine map that takes `from[i]` nearest to `to[i]` in the sense of least squares, or null
 * where the points `from` are collinear (fewer than three are), so that no map is determined.
 */
export function fitAffine(from: readonly Point[], to: readonly Point[]): Affine | null {
  if (from.length !== to.length) {
    throw new RangeError(`fitAffine: ${from.length} points cannot go to ${to.length} points`);
  }
  const centre = mean(from);
  const image = mean(to);
  // Normal equations about the means: the scatter of `from`, then that of the pairs.
  let xx = 0, xy = 0, yy = 0, xu = 0, yu = 0, xv = 0, yv = 0;
  from.forEach((point, i) => {
    const x = point.x - centre.x, y = point.y - centre.y;
    const u = to[i].x - image.x, v = to[i].y - image.y;
    xx += x * x, xy += x * y, yy += y * y;
    xu += x * u, yu += y * u, xv += x * v, yv += y * v;
  });
  const determinant = xx * yy - xy * xy;
  if (!(determinant > COLLINEAR * (xx + yy) ** 2)) return null;
  const a = (yy * xu - xy * yu) / determinant, b = (xx * yu - xy * xu) / determinant;
  const d = (yy * xv - xy * yv) / determinant, e = (xx * yv - xy * xv) / determinant;
  return [
    a,
    b,
    image.x - a * centre.x - b * centre.y,
    d,
    e,
    image.y - d * centre.x - e * centre.y,
  ];
}

/**
 * The map that turns, scales and moves `from[i]` nearest to `to[i]` in the sense of least squares (Umeyama, "Least-squares
 * estimation of transformation parameters between two point patterns", 1991, in two dimensions and without reflection),
 * or null where all points `from` are one.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Affine | null {
  if (from.length !== to.length) {
    throw new RangeError(`fitSimilarity: ${from.length} points cannot go to ${to.length} points`);
  }
  const centre = mean(from);
  const image = mean(to);
  // As complex numbers: the factor is sum(conj(from) to) / sum(|from|^2), about the means.
  let square = 0, real = 0, imaginary = 0;
  from.forEach((point, i) => {
    const x = point.x - centre.x, y = point.y - centre.y;
    const u = to[i].x - image.x, v = to[i].y - image.y;
    square += x * x + y * y, real += x * u + y * v, imaginary += x * v - y * u;
  });
  if (!(square > 0)) return null;
  const a = real / square, b = imaginary / square;
  return [
    a,
    -b,
    image.x - a * centre.x + b * centre.y,
    b,
    a,
    image.y - b * centre.x - a * centre.y,
  ];
}

/** The mean of some points (NaN for none). */
export function mean(points: readonly Point[]): Point {
  let x = 0, y = 0;
  for (const point of points) x += point.x, y += point.y;
  return { x: x / points.length, y: y / points.length };
}

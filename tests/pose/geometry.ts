import type { Affine, Point, Quad } from "../../pose/types.ts";

/** The image of a point. */
export function applyAffine([a, b, c, d, e, f]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** The signed area at each corner, doubled; of one sign all round a convex quad. */
export function turns(quad: Quad): number[] {
  return quad.map((corner, i) => cross(corner, quad[(i + 1) % 4], quad[(i + 2) % 4]));
}

/** Whether a point lies inside or on a convex quad, whichever way round it runs. */
export function holds(quad: Quad, point: Point): boolean {
  const sides = quad.map((corner, i) => cross(corner, quad[(i + 1) % 4], point));
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}

function cross(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fitAffine, fitSimilarity } from "../../pose/affine.ts";
import { applyAffine } from "./geometry.ts";
import type { Affine, Point } from "../../pose/types.ts";
import { runs } from "./poses.ts";

const number = fc.double({ min: -4, max: 4, noNaN: true });
const coordinate = fc.double({ min: -200, max: 200, noNaN: true });
const anyAffine = fc.tuple(number, number, coordinate, number, number, coordinate);
const anyPoint = fc.record({ x: coordinate, y: coordinate });

/** Three corners at least 10 pixels off a line, and any more points. */
const spreadPoints = fc.tuple(
  anyPoint,
  fc.double({ min: 10, max: 100, noNaN: true }),
  fc.array(anyPoint, { maxLength: 5 }),
).map((
  [{ x, y }, step, more],
): Point[] => [{ x, y }, { x: x + step, y }, { x, y: y + step }, ...more]);

function squaredError(map: Affine, from: readonly Point[], to: readonly Point[]): number {
  return from.reduce((sum, point, i) => {
    const image = applyAffine(map, point);
    return sum + (image.x - to[i].x) ** 2 + (image.y - to[i].y) ** 2;
  }, 0);
}

Deno.test("a fit recovers the affine map that moved the points", () => {
  fc.assert(
    fc.property(anyAffine, spreadPoints, (map, points) => {
      const fit = fitAffine(points, points.map((point) => applyAffine(map, point)));
      assert(fit);
      fit.forEach((value, i) => assertAlmostEquals(value, map[i], 1e-8));
    }),
    runs,
  );
});

Deno.test("no neighbour of a fit comes nearer in the sense of least squares", () => {
  const images = fc.array(anyPoint, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(spreadPoints, images, (points, images) => {
      const to = images.slice(0, points.length);
      const fit = fitAffine(points, to);
      assert(fit);
      const least = squaredError(fit, points, to);
      fit.forEach((_, i) => {
        for (const step of [-0.01, 0.01]) {
          const other = fit.map((value, j) => j === i ? value + step : value);
          const error = squaredError(other as unknown as Affine, points, to);
          assert(error > least, `${error} with number ${i} moved by ${step} is below ${least}`);
        }
      });
    }),
    runs,
  );
});

Deno.test("collinear points, coinciding points and fewer than three determine no map", () => {
  const line = [0, 1, 2, 3].map((t) => ({ x: 0.1 + 0.7 * t, y: 100 - 0.3 * t }));
  assertEquals(fitAffine(line, line), null);
  assertEquals(fitAffine(line.slice(0, 2), line.slice(0, 2)), null);
  assertEquals(fitAffine([line[0], line[0], line[0]], line.slice(0, 3)), null);
  assertEquals(fitAffine([], []), null);
});

Deno.test("lists of different length are refused", () => {
  assertThrows(() => fitAffine([{ x: 0, y: 0 }], []), RangeError, "1 points cannot go to 0 points");
});

Deno.test("fitSimilarity recovers a turn, a scale and a move, and is the nearest of its kind", () => {
  const turn = fc.double({ min: -3, max: 3, noNaN: true });
  const scale = fc.double({ min: 0.2, max: 5, noNaN: true });
  const images = fc.array(anyPoint, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(turn, scale, anyPoint, spreadPoints, images, (turn, scale, by, points, images) => {
      const a = scale * Math.cos(turn), b = scale * Math.sin(turn);
      const map: Affine = [a, -b, by.x, b, a, by.y];
      const fit = fitSimilarity(points, points.map((point) => applyAffine(map, point)));
      assert(fit);
      fit.forEach((value, i) => assertAlmostEquals(value, map[i], 1e-8));

      const to = images.slice(0, points.length);
      const nearest = fitSimilarity(points, to);
      assert(nearest);
      const [p, , x, q, , y] = nearest;
      const least = squaredError(nearest, points, to);
      for (
        const [dp, dq, dx, dy] of [[0.01, 0, 0, 0], [0, 0.01, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
      ) {
        for (const sign of [-1, 1]) {
          const a = p + sign * dp, b = q + sign * dq;
          const other: Affine = [a, -b, x + sign * dx, b, a, y + sign * dy];
          assert(squaredError(other, points, to) > least);
        }
      }
    }),
    runs,
  );
});

Deno.test("fitSimilarity: coinciding points determine no map", () => {
  const here = { x: 3, y: 4 };
  assertEquals(fitSimilarity([here, here], [here, { x: 1, y: 1 }]), null);
  assertThrows(() => fitSimilarity([here], []), RangeError, "1 points cannot go to 0");
});
